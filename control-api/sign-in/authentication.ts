import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Database, Transaction } from '../../server/db/port.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { haveSecondFactor, type Proof } from '../../server/http/proofs.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import { toIso } from '../../server/kit/clock.ts';
import { findAccountByEmail, isEmail, lockAccount, normalizeEmail, type AccountRow } from '../account.ts';
import type { BegunChallenge, Challenges } from './challenges/challenges.ts';
import type { Client } from './client.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Asked, Passkeys } from './factors/passkeys.ts';
import type { SecondFactor, SecondFactorAnswer, SecondFactors } from './factors/second-factors.ts';
import type { Guests } from './guests.ts';
import { verifyPassword } from './passwords/passwords.ts';
import { signInProblems } from './problems.ts';
import { lockVerifiedAccount } from './repository.ts';
import type { Grant, Issued, SignIns } from './sign-ins.ts';
import type { Site } from './site.ts';
import type { SignInThrottle } from './throttle.ts';

/** How long somebody half signed in may take to show the second factor, in seconds. */
const patienceSeconds = 600;

/** What a first factor leads to. */
export type Entry =
  { readonly issued: Issued } | { readonly half: BegunChallenge; readonly factors: readonly SecondFactor[] };

/** Who wants to come in. */
export interface Entrant {
  readonly client: Client;
  /** The guest that they are until then, as their access token says; undefined when they are none. */
  readonly guestId: string | undefined;
}

export interface AuthenticationOptions {
  readonly db: Database;
  readonly guests: Guests;
  readonly signIns: SignIns;
  readonly challenges: Challenges;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly throttle: SignInThrottle;
  readonly failures: FailedSignIns;
}

/**
 * Who may come in, whatever they prove it by:
 *
 *     a first factor is right -> signed in                      when the account has no second one, or that was it
 *                             -> half signed in -> signed in    once a second factor is shown within ten minutes
 *
 * Half signed in is a challenge and no token: it opens nothing but the next step, and ends with everything that ends
 * sign-ins of the account.
 */
export class Authentication {
  readonly #options: AuthenticationOptions;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /**
   * @throws ProblemError invalid_credentials (unknown, disabled and wrong alike), second_factor_required,
   * too_many_requests
   */
  async signIn(
    credentials: { readonly email: string; readonly password: string },
    from: Entrant,
    audit: Audit,
  ): Promise<Grant> {
    const { db, throttle, failures } = this.#options;
    const { client } = from;
    const email = normalizeEmail(credentials.email);
    let account: AccountRow | undefined;
    const entry = await throttle.attempt(email, client, async () => {
      account = isEmail(email) ? await findAccountByEmail(db, email) : undefined;
      const verified = account;
      const isRight = await verifyPassword(verified?.password_hash ?? undefined, credentials.password);
      if (!verified || !isRight) return undefined;
      return db.transaction().execute(async (tx) => {
        const held = await lockVerifiedAccount(tx, verified);
        return held && this.enter(tx, held, ['password'], from, audit);
      });
    });
    if (entry) return this.admit(entry, client);
    await failures.record(account?.id, client, audit);
    throw new ProblemError(signInProblems.invalid_credentials);
  }

  /**
   * Lets somebody in who gave these proofs for an active account, whose row the transaction holds: wholly or half. What
   * they had as a guest is the account's once they are in wholly.
   */
  async enter(
    tx: Transaction,
    account: AccountRow,
    proofs: readonly Proof[],
    { client, guestId }: Entrant,
    audit: Audit,
  ): Promise<Entry> {
    const { signIns, challenges, secondFactors, guests } = this.#options;
    const factors = haveSecondFactor(proofs) ? [] : await secondFactors.of(tx, account.id);
    if (factors.length === 0) {
      await guests.handOver(tx, guestId, account.id);
      return { issued: await signIns.found(tx, account, { proofs, client }, audit) };
    }
    const half = await challenges.begin(tx, {
      purpose: 'second-factor',
      accountId: account.id,
      data: { proofs, guestId: guestId ?? null },
      seconds: patienceSeconds,
    });
    return { half, factors };
  }

  /** The tokens of an entry; after its transaction. @throws ProblemError second_factor_required */
  async admit(entry: Entry, client: Client): Promise<Grant> {
    if ('issued' in entry) return this.#welcome(entry.issued, client);
    const { half, factors } = entry;
    throw new ProblemError(signInProblems.second_factor_required, 'One more thing: show your second factor.', {
      extras: { token: half.token, factors, expiresAt: toIso(half.expiresAt) },
    });
  }

  /**
   * Finishes a half sign-in.
   * @param token of the `second_factor_required` that it was answered with
   * @throws ProblemError invalid_code (it is over), invalid_second_factor, too_many_requests
   */
  async finish(
    token: string,
    answer: SecondFactorAnswer,
    at: { readonly client: Client; readonly site: Site },
    audit: Audit,
  ): Promise<Grant> {
    const { db, challenges, secondFactors, signIns, guests, throttle, failures } = this.#options;
    const half = await challenges.byToken('second-factor', token);
    const accountId = half?.account_id;
    if (!half || !accountId) throw new ProblemError(signInProblems.invalid_code, 'Begin to sign in once more.');
    const proof = await throttle.secondFactor(accountId, () => secondFactors.judge(accountId, answer, at.site));
    if (proof === undefined) {
      await failures.record(accountId, at.client, audit);
      throw new ProblemError(signInProblems.invalid_second_factor);
    }
    const proofs = [...(half.data['proofs'] as readonly Proof[]), proof];
    const guestId = (half.data['guestId'] as string | null | undefined) ?? undefined;
    const issued = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.status !== 'active' || !(await challenges.use(tx, half))) return undefined;
      await guests.handOver(tx, guestId, account.id);
      return signIns.found(tx, account, { proofs, client: at.client }, audit);
    });
    if (!issued) throw new ProblemError(signInProblems.invalid_code, 'Begin to sign in once more.');
    return this.#welcome(issued, at.client);
  }

  /** What any passkey of this site is asked; signing in begins with it. @throws ProblemError passkeys_unavailable */
  async askPasskey(site: Site): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    return this.#options.passkeys.ask(site);
  }

  /** What a passkey is asked that is to finish a half sign-in. @throws ProblemError invalid_code, passkeys_unavailable */
  async askSecondPasskey(token: string, site: Site): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    const half = await this.#options.challenges.byToken('second-factor', token);
    if (!half?.account_id) throw new ProblemError(signInProblems.invalid_code, 'Begin to sign in once more.');
    return this.#options.passkeys.ask(site, half.account_id);
  }

  /**
   * Signs in by a passkey alone: its device has made sure who holds it.
   * @throws ProblemError invalid_second_factor, unknown_passkey
   */
  async signInByPasskey(
    answer: { readonly passkey: AuthenticationResponseJSON; readonly passkeyToken: string },
    at: Entrant & { readonly site: Site },
    audit: Audit,
  ): Promise<Grant> {
    const { db, challenges, passkeys, signIns, guests, failures } = this.#options;
    const challenge = await challenges.byToken('passkey', answer.passkeyToken);
    const isForSignIn = challenge?.account_id === null && challenge.data['makes'] === false;
    const passkey = isForSignIn ? await passkeys.judge(challenge, answer.passkey, at.site) : undefined;
    const issued =
      challenge &&
      passkey &&
      (await db.transaction().execute(async (tx) => {
        const account = await lockAccount(tx, passkey.account_id);
        if (account?.status !== 'active' || !(await challenges.use(tx, challenge))) return undefined;
        await guests.handOver(tx, at.guestId, account.id);
        return signIns.found(tx, account, { proofs: ['passkey'], client: at.client }, audit);
      }));
    if (issued) return this.#welcome(issued, at.client);
    await failures.record(passkey?.account_id, at.client, audit);
    throw new ProblemError(signInProblems.invalid_second_factor, 'That passkey does not sign in.');
  }

  /** The tokens of somebody who is in; their network is remembered for them. */
  async #welcome(issued: Issued, client: Client): Promise<Grant> {
    const { signIns, throttle } = this.#options;
    if (issued.account.email !== null) await throttle.remember(issued.account.email, client);
    return signIns.grant(issued);
  }
}
