import type { Config } from '../../../config/schema.ts';
import { isUniqueViolation, type Database, type Transaction } from '../../../server/db/port.ts';
import type { CallerAddress } from '../../../server/http/access.ts';
import type { Audit } from '../../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import {
  findAccount,
  findAccountByEmail,
  isEmail,
  lockAccount,
  normalizeEmail,
  type AccountRow,
} from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { Authentication, Entry } from '../authentication.ts';
import type { Client } from '../client.ts';
import type { Guests } from '../guests.ts';
import type { MailedChallenges } from '../mailed/mailed-challenges.ts';
import { AddressTaken, makeAccount, newAccountRow, proveAddress } from '../mailed/new-account.ts';
import { signInProblems } from '../problems.ts';
import type { ProviderIdentity } from '../providers/port.ts';
import type { Grant } from '../sign-ins.ts';
import { decideEntry, type Decision } from './decide.ts';
import type { Identities } from './identities.ts';
import { findIdentity, listIdentities } from './repository.ts';

/** Codes are short, so they live shortly, in seconds. */
const codeSeconds = 15 * 60;

export interface ProviderEntryOptions {
  readonly db: Database;
  readonly config: Config['accounts'];
  readonly identities: Identities;
  readonly authentication: Authentication;
  readonly guests: Guests;
  readonly mailed: MailedChallenges;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** Letting somebody in whom a provider vouches for. */
export class ProviderEntry {
  readonly #options: ProviderEntryOptions;

  constructor(options: ProviderEntryOptions) {
    this.#options = options;
  }

  /**
   * @throws ProblemError second_factor_required, address_proof_required (a code went there: go on at
   * `/accounts/sign-in/code/complete`), identity_in_use, account_not_active, sign_up_closed, too_many_requests
   */
  async enter(
    given: ProviderIdentity,
    from: { readonly client: Client; readonly guestId: string | undefined; readonly language: string | undefined },
    audit: Audit,
  ): Promise<Grant> {
    const { db, authentication } = this.#options;
    const email = given.email === undefined ? undefined : normalizeEmail(given.email);
    // An address that we could not write to is none.
    const identity = { ...given, email: email !== undefined && isEmail(email) ? email : undefined };
    const attempt = () => db.transaction().execute((tx) => this.#enterWithin(tx, identity, from, audit));
    // Somebody was faster by a moment: the second time what they made is there.
    const outcome = await attempt().catch((error: unknown) => {
      if (error instanceof AddressTaken || isUniqueViolation(error)) return attempt();
      throw error;
    });
    if (typeof outcome === 'string') return this.#askForProof(identity, outcome, from);
    return authentication.admit(outcome, from.client);
  }

  /** The entry, or an address that must be proven first. */
  async #enterWithin(
    tx: Transaction,
    identity: ProviderIdentity,
    { client, guestId }: { readonly client: Client; readonly guestId: string | undefined },
    audit: Audit,
  ): Promise<Entry | string> {
    const { identities, authentication, changes, clock } = this.#options;
    const decision = await this.#decide(tx, identity);
    if (decision.kind === 'prove') return decision.email;
    if (decision.kind === 'refuse')
      throw new ProblemError(
        signInProblems.identity_in_use,
        'The account with this address is linked to somebody else there. Sign in to it in another way first.',
      );
    const now = clock.now();
    const who = identities.toKeep(identity);
    const account =
      decision.kind === 'create'
        ? await this.#create(tx, decision.email, guestId, audit)
        : await lockAccount(tx, decision.accountId);
    if (account?.status !== 'active') throw new ProblemError(signInProblems.account_not_active);
    const proven = decision.kind === 'link' ? await proveAddress(tx, account, now, changes) : account;
    // Who made the account is none any more.
    const from = { client, guestId: decision.kind === 'create' ? undefined : guestId };
    const entry = await authentication.enter(tx, proven, [identity.provider], from, audit);
    const known = await findIdentity(tx, who);
    if (known) await identities.noteUse(tx, known, who);
    // Nothing is linked to an account before its second factor was shown.
    else if ('issued' in entry) await this.#link(tx, proven, who, audit);
    if (decision.kind === 'link' && 'issued' in entry)
      await changes.tell(tx, proven, 'account.identities-changed', client);
    return entry;
  }

  async #decide(tx: Transaction, identity: ProviderIdentity): Promise<Decision> {
    const known = await findIdentity(tx, identity);
    const linked = known && (await findAccount(tx, known.account_id));
    const withAddress = identity.email === undefined ? undefined : await findAccountByEmail(tx, identity.email);
    const others = withAddress ? await listIdentities(tx, withAddress.id) : [];
    const hasAnother = others.some(({ provider }) => provider === identity.provider);
    // What was linked before anybody had proven the address goes with the proof.
    return decideEntry(identity, {
      linked,
      withAddress,
      hasAnother: hasAnother && withAddress?.email_proven_at !== null,
    });
  }

  async #create(tx: Transaction, email: string | null, guestId: string | undefined, audit: Audit): Promise<AccountRow> {
    const { config, guests, changes, clock } = this.#options;
    if (config.signUp === 'closed') throw new ProblemError(signInProblems.sign_up_closed);
    const now = clock.now();
    const as = { email, passwordHash: null };
    const claimed = await guests.claim(tx, guestId, as, now);
    const made = claimed ?? (await makeAccount(tx, newAccountRow({ ...as, role: 'viewer' }, now)));
    if (!made) throw new AddressTaken();
    const after = { email, role: made.role, status: made.status };
    await audit.record(tx, { event: 'account.created', subject: made.id, actor: made.id, after });
    return proveAddress(tx, made, now, changes);
  }

  async #link(
    tx: Transaction,
    account: AccountRow,
    who: ReturnType<Identities['toKeep']>,
    audit: Audit,
  ): Promise<void> {
    const { id } = await this.#options.identities.link(tx, account, who);
    const after = { provider: who.provider };
    await audit.record(tx, { event: 'identity.linked', subject: id, actor: account.id, after });
  }

  async #askForProof(
    identity: ProviderIdentity,
    email: string,
    from: {
      readonly client: CallerAddress;
      readonly guestId: string | undefined;
      readonly language: string | undefined;
    },
  ): Promise<never> {
    const { identities, mailed } = this.#options;
    const data = {
      guestId: from.guestId ?? null,
      language: from.language ?? null,
      identity: identities.toKeep(identity),
    };
    const begun = await mailed.begin({ purpose: 'sign-in', email, data, seconds: codeSeconds }, from.client);
    throw new ProblemError(
      signInProblems.address_proof_required,
      'Type in the code that was sent to your address: then it is known to be yours.',
      { extras: { token: begun.token, expiresAt: toIso(begun.expiresAt) } },
    );
  }
}
