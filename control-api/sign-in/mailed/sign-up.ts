import type { Config } from '../../../config/schema.ts';
import { isUniqueViolation, type Database, type Transaction } from '../../../server/db/port.ts';
import type { CallerAddress } from '../../../server/http/access.ts';
import type { Audit } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { findAccountByEmail, lockAccount, normalizeEmail, type AccountRow } from '../../account.ts';
import type { Proof } from '../../../server/http/proofs.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { Authentication, Entry } from '../authentication.ts';
import type { BegunChallenge, Challenge, Challenges } from '../challenges/challenges.ts';
import type { Client } from '../client.ts';
import type { Guests } from '../guests.ts';
import { requireUnknownToThieves } from '../passwords/breached.ts';
import { hashPassword } from '../passwords/passwords.ts';
import type { Identities, VouchedFor } from '../linked/identities.ts';
import { signInProblems } from '../problems.ts';
import type { Grant } from '../sign-ins.ts';
import type { MailedChallenges } from './mailed-challenges.ts';
import { AddressTaken, makeAccount, newAccountRow, proveAddress } from './new-account.ts';

const day = 86_400;
/** Codes are short, so they live shortly, in seconds. */
const codeSeconds = 15 * 60;

export interface SignUpOptions {
  readonly db: Database;
  readonly config: Config['accounts'];
  readonly challenges: Challenges;
  readonly mailed: MailedChallenges;
  readonly authentication: Authentication;
  readonly guests: Guests;
  readonly identities: Identities;
  readonly agreements: AgreementKeeper;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** A document that somebody agreed to, in the version that was shown. */
export interface Agreement {
  readonly document: 'terms' | 'privacy' | 'marketing' | 'analytics';
  readonly version: string;
}

/** What signing up asks of consents. */
export interface AgreementKeeper {
  /** @throws ProblemError not_found, consent_outdated when nobody is asked to agree to that (any more) */
  check(agreements: readonly Agreement[]): void;
  /** Writes down, in the transaction that makes the account, what of it is still in force. */
  record(
    tx: Transaction,
    accountId: string,
    agreements: readonly Agreement[],
    source: { readonly client: Client; readonly language: string | undefined; readonly audit: Audit },
  ): Promise<void>;
}

/** By what an address is proven: its code in the app that asked for it, or the link of the mail in any browser. */
export type AddressProof =
  | { readonly token: string; readonly code: string }
  | { readonly link: string; readonly password: string; readonly consents?: readonly Agreement[] };

/** What comes with the proof of an address. */
interface Chosen {
  readonly passwordHash: string | null;
  readonly consents: readonly Agreement[];
  /** Whether it is the app that asked, and not whatever browser a link was opened in. */
  readonly isByAsker: boolean;
}

/**
 * Getting an account, or getting into it, by an address.
 *
 *     asked -> proven -> an account is made                       with the password that was chosen, if any
 *                     -> signed in to the one that there is       whose password stays as it is
 *
 * There is no account before its address is proven: who signs up with the address of somebody else prepares nothing,
 * and what they began goes as soon as anybody proves the address. A link may be opened by its rightful reader in
 * another browser than the one that asked, and who asked may be a stranger: so the password is chosen with the link,
 * and that of who asked counts for nothing then.
 */
export class SignUp {
  readonly #options: SignUpOptions;

  constructor(options: SignUpOptions) {
    this.#options = options;
  }

  /** @throws ProblemError sign_up_closed, password_breached, consent_outdated, too_many_requests */
  async signUp(
    wanted: {
      readonly email: string;
      readonly password: string;
      readonly language?: string | undefined;
      readonly consents?: readonly Agreement[];
    },
    from: CallerAddress & { readonly guestId: string | undefined },
  ): Promise<BegunChallenge> {
    const { config, mailed, agreements } = this.#options;
    const { consents = [] } = wanted;
    agreements.check(consents);
    if (config.signUp === 'closed') throw new ProblemError(signInProblems.sign_up_closed);
    const email = normalizeEmail(wanted.email);
    requireUnknownToThieves(wanted.password, email);
    const passwordHash = await hashPassword(wanted.password);
    const { guestId = null } = from;
    const data = { passwordHash, guestId, language: wanted.language ?? null, consents };
    return mailed.begin({ purpose: 'sign-up', email, data, seconds: day }, from);
  }

  /** Sends a code that signs in, or up. @throws ProblemError too_many_requests */
  async sendCode(
    wanted: { readonly email: string; readonly language?: string | undefined },
    from: CallerAddress & { readonly guestId: string | undefined },
  ): Promise<BegunChallenge> {
    const email = normalizeEmail(wanted.email);
    const data = { guestId: from.guestId ?? null, language: wanted.language ?? null };
    return this.#options.mailed.begin({ purpose: 'sign-in', email, data, seconds: codeSeconds }, from);
  }

  /** @throws ProblemError invalid_code, invalid_link, password_breached, second_factor_required, sign_up_closed */
  async completeSignUp(proof: AddressProof, client: Client, audit: Audit): Promise<Grant> {
    const { challenges } = this.#options;
    if ('code' in proof) {
      const challenge = await challenges.byCode('sign-up', proof.token, proof.code);
      if (!challenge) throw new ProblemError(signInProblems.invalid_code);
      const chosen = {
        passwordHash: challenge.data['passwordHash'] as string,
        consents: challenge.data['consents'] as readonly Agreement[],
        isByAsker: true,
      };
      return this.#complete(challenge, chosen, client, audit);
    }
    const challenge = await challenges.byLink('sign-up', proof.link);
    if (!challenge) throw new ProblemError(signInProblems.invalid_link);
    const { password, consents = [] } = proof;
    this.#options.agreements.check(consents);
    requireUnknownToThieves(password, challenge.email ?? '');
    const chosen = { passwordHash: await hashPassword(password), consents, isByAsker: false };
    return this.#complete(challenge, chosen, client, audit);
  }

  /** @throws ProblemError invalid_code, second_factor_required, sign_up_closed */
  async completeCode(token: string, code: string, client: Client, audit: Audit): Promise<Grant> {
    const challenge = await this.#options.challenges.byCode('sign-in', token, code);
    if (!challenge) throw new ProblemError(signInProblems.invalid_code);
    return this.#complete(challenge, { passwordHash: null, consents: [], isByAsker: true }, client, audit);
  }

  async #complete(challenge: Challenge, chosen: Chosen, client: Client, audit: Audit): Promise<Grant> {
    const { db, challenges, authentication } = this.#options;
    const email = challenge.email as string;
    const attempt = () =>
      db.transaction().execute(async (tx): Promise<Entry | undefined> => {
        const found = await findAccountByEmail(tx, email);
        const existing = found && (await lockAccount(tx, found.id));
        if (!(await challenges.use(tx, challenge))) return undefined;
        // Nobody has the address when its account got another one in between.
        if (existing?.email === email) return this.#enterExisting(tx, existing, challenge, client, audit);
        const account = await this.#make(tx, challenge, chosen, client, audit);
        const proofs: readonly Proof[] = chosen.passwordHash === null ? ['code'] : ['password', 'code'];
        const entry = await authentication.enter(tx, account, proofs, { client, guestId: guestOf(challenge) }, audit);
        await this.#link(tx, challenge, account, audit);
        return entry;
      });
    // Somebody who proved the same address was faster by a moment: the second time their account is there.
    const entry = await attempt().catch((error: unknown) => {
      if (error instanceof AddressTaken || isUniqueViolation(error)) return attempt();
      throw error;
    });
    if (!entry) throw new ProblemError(signInProblems.invalid_code);
    return authentication.admit(entry, client);
  }

  async #enterExisting(
    tx: Transaction,
    existing: AccountRow,
    challenge: Challenge,
    client: Client,
    audit: Audit,
  ): Promise<Entry | undefined> {
    const { authentication, changes, clock } = this.#options;
    if (existing.status !== 'active') return undefined;
    const now = clock.now();
    const account = await proveAddress(tx, existing, now, changes);
    const from = { client, guestId: guestOf(challenge) };
    const entry = await authentication.enter(tx, account, ['code'], from, audit);
    // Nothing is linked before the second factor.
    if ('issued' in entry && (await this.#link(tx, challenge, account, audit)))
      await changes.tell(tx, account, 'account.identities-changed', client);
    return entry;
  }

  /** @throws AddressTaken, ProblemError sign_up_closed */
  async #make(
    tx: Transaction,
    challenge: Challenge,
    { passwordHash, consents, isByAsker }: Chosen,
    client: Client,
    audit: Audit,
  ): Promise<AccountRow> {
    const { config, guests, agreements, changes, clock } = this.#options;
    if (config.signUp === 'closed') throw new ProblemError(signInProblems.sign_up_closed);
    const now = clock.now();
    const as = { email: challenge.email, passwordHash };
    // Who asked as a guest may be a stranger, who has prepared profiles and their PINs: then only what the guest watched
    // and bought goes to the new account.
    const claimed = isByAsker ? await guests.claim(tx, guestOf(challenge), as, now) : undefined;
    const made = claimed ?? (await makeAccount(tx, newAccountRow({ ...as, role: 'viewer' }, now)));
    if (!made) throw new AddressTaken();
    const after = { email: made.email, role: made.role, status: made.status };
    await audit.record(tx, { event: 'account.created', subject: made.id, actor: made.id, after });
    const language = (challenge.data['language'] as string | null) ?? undefined;
    await agreements.record(tx, made.id, consents, { client, language, audit });
    return proveAddress(tx, made, now, changes);
  }

  /** Links whom a provider vouched for, and whose address is proven now; false when nobody did. */
  async #link(tx: Transaction, { data }: Challenge, account: AccountRow, audit: Audit): Promise<boolean> {
    const who = data['identity'] as VouchedFor | undefined;
    if (who === undefined) return false;
    const { id } = await this.#options.identities.link(tx, account, who);
    const after = { provider: who.provider };
    await audit.record(tx, { event: 'identity.linked', subject: id, actor: account.id, after });
    return true;
  }
}

/** Who began it as a guest; undefined when nobody did. */
const guestOf = ({ data }: Challenge) => (data['guestId'] as string | null) ?? undefined;
