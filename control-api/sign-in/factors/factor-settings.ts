import type { RegistrationResponseJSON, PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import type { Config } from '../../../config/schema.ts';
import type { Database, Transaction } from '../../../server/db/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import { joinProofs, type Proof } from '../../../server/http/proofs.ts';
import type { Secrets } from '../../../server/kit/secrets.ts';
import { toIso, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import { isStaff } from '../../../server/kit/permissions.ts';
import { findAccount, lockAccount, type AccountRow } from '../../account.ts';
import { displayText } from '../../display-text.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { Challenges } from '../challenges/challenges.ts';
import { signInProblems } from '../problems.ts';
import { confirmSignIn } from '../repository.ts';
import type { Site } from '../site.ts';
import type { SignInThrottle } from '../throttle.ts';
import type { Asked, Passkeys } from './passkeys.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import {
  confirmTotp,
  countRecoveryCodes,
  deletePasskey,
  deleteTotp,
  findTotp,
  insertPasskey,
  listPasskeys,
  putUnconfirmedTotp,
  renamePasskey,
  replaceRecoveryCodes,
  useTotpStep,
  type PasskeyRow,
} from './repository.ts';
import { totpSealedFor } from './second-factors.ts';
import { newTotpSecret, totpStep, totpUri } from './totp.ts';

/** A name that a list can show. */
const nameCharacters = 60;

export interface FactorSettingsOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'accounts' | 'mail'>;
  readonly secrets: Secrets;
  readonly challenges: Challenges;
  readonly passkeys: Passkeys;
  readonly throttle: SignInThrottle;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** What an account has to show itself with. */
export interface Factors {
  readonly hasPassword: boolean;
  readonly totpSince: string | null;
  readonly recoveryCodes: number;
  readonly passkeys: readonly PasskeyRow[];
  /** Whether the account is one of staff that must have a second factor. */
  readonly isSecondFactorNeeded: boolean;
}

/**
 * Setting up and removing second factors. Each change ends the account's other sign-ins and is told to its owner; the
 * one that goes on has shown the new factor.
 */
export class FactorSettings {
  readonly #options: FactorSettingsOptions;

  constructor(options: FactorSettingsOptions) {
    this.#options = options;
  }

  /** @throws ProblemError not_found */
  async of(accountId: string): Promise<Factors> {
    const { db } = this.#options;
    const account = await this.#account(accountId);
    const totp = await findTotp(db, accountId);
    return {
      hasPassword: account.password_hash !== null,
      totpSince: totp?.confirmed_at ? toIso(totp.confirmed_at) : null,
      recoveryCodes: await countRecoveryCodes(db, accountId),
      passkeys: await listPasskeys(db, accountId),
      isSecondFactorNeeded: this.#isNeeded(account),
    };
  }

  /** Begins to set up an authenticator app; counts for nothing before its first code. @throws ProblemError conflict */
  async beginTotp({ accountId, audit }: Caller): Promise<{ readonly secret: string; readonly uri: string }> {
    const { db, secrets, config, clock } = this.#options;
    const secret = newTotpSecret();
    const account = await db.transaction().execute(async (tx) => {
      const held = await lockAccount(tx, accountId);
      if ((await findTotp(tx, accountId))?.confirmed_at)
        throw new ProblemError('conflict', 'There is an authenticator app already: remove it first.');
      await putUnconfirmedTotp(tx, {
        account_id: accountId,
        sealed_secret: secrets.seal(secret, totpSealedFor(accountId)),
        last_step: 0,
        created_at: clock.now(),
        confirmed_at: null,
      });
      return held as AccountRow;
    });
    audit.unchanged();
    const label = { service: config.mail.senderName, account: account.email ?? account.id };
    return { secret, uri: totpUri(secret, label) };
  }

  /**
   * Ends setting it up with its first code.
   * @returns recovery codes, to be shown once; none when the account has some already
   * @throws ProblemError invalid_second_factor, too_many_requests
   */
  async confirmTotp(caller: Caller, code: string): Promise<readonly string[]> {
    const { db, secrets, throttle, clock } = this.#options;
    const { accountId } = caller;
    const isRight = await throttle.secondFactor(accountId, async () => {
      const factor = await findTotp(db, accountId);
      if (!factor || factor.confirmed_at !== null) return undefined;
      const step = totpStep(secrets.open(factor.sealed_secret, totpSealedFor(accountId)), code, clock.now());
      return step !== undefined && (await useTotpStep(db, accountId, step)) ? true : undefined;
    });
    if (!isRight) throw new ProblemError(signInProblems.invalid_second_factor, 'The code is not the one of now.');
    return this.#change(caller, { factor: 'totp', isOn: true }, 'totp', async (tx) => {
      await confirmTotp(tx, accountId, clock.now());
      return (await countRecoveryCodes(tx, accountId)) > 0 ? [] : this.#makeRecoveryCodes(tx, accountId);
    });
  }

  /** @throws ProblemError not_found, last_second_factor */
  async removeTotp(caller: Caller): Promise<void> {
    await this.#change(caller, { factor: 'totp', isOn: false }, undefined, async (tx, account) => {
      if (!(await deleteTotp(tx, account.id))) throw new ProblemError('not_found', 'There is no authenticator app.');
      await this.#afterRemoval(tx, account);
    });
  }

  /** New recovery codes in the place of all earlier ones. @throws ProblemError conflict (without a second factor) */
  async renewRecoveryCodes(caller: Caller): Promise<readonly string[]> {
    return this.#change(caller, { factor: 'recovery-codes', isOn: true }, undefined, async (tx, account) => {
      if (!(await this.#hasFactor(tx, account.id)))
        throw new ProblemError('conflict', 'Recovery codes stand in for a second factor: set one up first.');
      return this.#makeRecoveryCodes(tx, account.id);
    });
  }

  /** @throws ProblemError passkeys_unavailable, too_many_passkeys */
  async beginPasskey({ accountId, audit }: Caller, site: Site): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
    audit.unchanged();
    return this.#options.passkeys.askToMake(await this.#account(accountId), site);
  }

  /** @throws ProblemError invalid_second_factor, conflict (it is known already) */
  async addPasskey(
    caller: Caller,
    made: { readonly token: string; readonly response: RegistrationResponseJSON; readonly name: string },
    site: Site,
  ): Promise<{ readonly passkey: PasskeyRow; readonly recoveryCodes: readonly string[] }> {
    const { challenges, passkeys, clock } = this.#options;
    const { accountId, audit } = caller;
    const challenge = await challenges.byToken('passkey', made.token);
    const refused = new ProblemError(signInProblems.invalid_second_factor, 'The device did not make a passkey.');
    if (challenge?.account_id !== accountId || challenge.data['makes'] !== true) throw refused;
    const columns = await passkeys.judgeMade(challenge, made.response, site);
    if (!columns) throw refused;
    const now = clock.now();
    const row = {
      id: newId('passkey'),
      account_id: accountId,
      name: displayText(made.name, nameCharacters),
      created_at: now,
      used_at: null,
    };
    const passkey: PasskeyRow = { ...row, ...columns };
    const recoveryCodes = await this.#change(caller, undefined, 'passkey', async (tx) => {
      if (!(await challenges.use(tx, challenge))) throw refused;
      if (!(await insertPasskey(tx, passkey))) throw new ProblemError('conflict', 'This passkey is known already.');
      await audit.record(tx, { subject: passkey.id, after: { name: passkey.name } });
      return (await countRecoveryCodes(tx, accountId)) > 0 ? [] : this.#makeRecoveryCodes(tx, accountId);
    });
    return { passkey, recoveryCodes };
  }

  /** @throws ProblemError not_found */
  async renamePasskey({ accountId, audit }: Caller, id: string, name: string): Promise<void> {
    await this.#options.db.transaction().execute(async (tx) => {
      const shown = displayText(name, nameCharacters);
      if (!(await renamePasskey(tx, accountId, id, shown)))
        throw new ProblemError('not_found', 'There is no such passkey.');
      await audit.record(tx, { subject: id, after: { name: shown } });
    });
  }

  /** @throws ProblemError not_found, last_second_factor, last_way_in */
  async removePasskey(caller: Caller, id: string): Promise<void> {
    await this.#change(caller, undefined, undefined, async (tx, account) => {
      if (!(await deletePasskey(tx, account.id, id))) throw new ProblemError('not_found', 'There is no such passkey.');
      await this.#afterRemoval(tx, account);
      await caller.audit.record(tx, { subject: id });
    });
  }

  /** @throws ProblemError last_second_factor, last_way_in */
  async #afterRemoval(tx: Transaction, account: AccountRow): Promise<void> {
    const hasFactor = await this.#hasFactor(tx, account.id);
    if (!hasFactor && this.#isNeeded(account))
      throw new ProblemError(signInProblems.last_second_factor, 'Set another second factor up first.');
    await requireAWayIn(tx, account);
    // They stand in for a factor, and there is none any more.
    if (!hasFactor) await replaceRecoveryCodes(tx, account.id, [], this.#options.clock.now());
  }

  async #hasFactor(tx: Transaction, accountId: string): Promise<boolean> {
    const totp = await findTotp(tx, accountId);
    return Boolean(totp?.confirmed_at) || (await listPasskeys(tx, accountId)).length > 0;
  }

  async #makeRecoveryCodes(tx: Transaction, accountId: string): Promise<readonly string[]> {
    const codes = newRecoveryCodes();
    await replaceRecoveryCodes(tx, accountId, codes.map(hashRecoveryCode), this.#options.clock.now());
    return codes;
  }

  /** A change in its transaction, with what follows from every one. `shown` is the factor that the caller just showed. */
  async #change<T>(
    { accountId, familyId, address, proofs, audit }: Caller,
    entry: { readonly factor: string; readonly isOn: boolean } | undefined,
    shown: Proof | undefined,
    make: (tx: Transaction, account: AccountRow) => Promise<T>,
  ): Promise<T> {
    const { db, changes, clock } = this.#options;
    const result = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.status !== 'active') throw new ProblemError('unauthenticated');
      const made = await make(tx, account);
      if (shown !== undefined) await confirmSignIn(tx, familyId, joinProofs([...proofs, shown]), clock.now());
      if (entry) await audit.record(tx, { subject: accountId, after: entry });
      await changes.record(tx, account, 'account.second-factor-changed', { address, keep: familyId });
      return made;
    });
    await changes.publish(accountId, { keep: familyId });
    return result;
  }

  #isNeeded({ role }: Pick<AccountRow, 'role'>): boolean {
    return this.#options.config.accounts.staffSecondFactor && isStaff(role);
  }

  async #account(id: string): Promise<AccountRow> {
    const account = await findAccount(this.#options.db, id);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    return account;
  }
}

/** What must stay: an address that gets codes, a password with one, a passkey, or somebody who vouches. @throws ProblemError last_way_in */
export async function requireAWayIn(tx: Transaction, account: AccountRow): Promise<void> {
  if (!(await hasAWayIn(tx, account)))
    throw new ProblemError(signInProblems.last_way_in, 'Add an e-mail address or another way in first.');
}

/** Whether somebody can get into an account, by what there is of it in the transaction. */
export async function hasAWayIn(tx: Transaction, account: AccountRow): Promise<boolean> {
  if (account.email !== null || (await listPasskeys(tx, account.id)).length > 0) return true;
  const identity = await tx
    .selectFrom('identities')
    .select('id')
    .where('account_id', '=', account.id)
    .executeTakeFirst();
  return identity !== undefined;
}
