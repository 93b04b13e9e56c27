import type { Config } from '../../../config/schema.ts';
import { isUniqueViolation, type Database, type Transaction } from '../../../server/db/port.ts';
import type { CallerAddress } from '../../../server/http/access.ts';
import type { Audit } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { findAccountByEmail, lockAccount, normalizeEmail, type AccountRow } from '../../account.ts';
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
  readonly clock: Clock;
}

/** By what an address is proven: its code in the app that asked for it, or the link of the mail in any browser. */
export type AddressProof =
  { readonly token: string; readonly code: string } | { readonly link: string; readonly password: string };

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

  /** @throws ProblemError sign_up_closed, password_breached, too_many_requests */
  async signUp(
    wanted: { readonly email: string; readonly password: string; readonly language?: string | undefined },
    from: CallerAddress & { readonly guestId: string | undefined },
  ): Promise<BegunChallenge> {
    const { config, mailed } = this.#options;
    if (config.signUp === 'closed') throw new ProblemError(signInProblems.sign_up_closed);
    const email = normalizeEmail(wanted.email);
    requireUnknownToThieves(wanted.password, email);
    const passwordHash = await hashPassword(wanted.password);
    const { guestId = null } = from;
    const data = { passwordHash, guestId, language: wanted.language ?? null };
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
      return this.#complete(challenge, challenge.data['passwordHash'] as string, client, audit);
    }
    const challenge = await challenges.byLink('sign-up', proof.link);
    if (!challenge) throw new ProblemError(signInProblems.invalid_link);
    requireUnknownToThieves(proof.password, challenge.email ?? '');
    return this.#complete(challenge, await hashPassword(proof.password), client, audit);
  }

  /** @throws ProblemError invalid_code, second_factor_required, sign_up_closed */
  async completeCode(token: string, code: string, client: Client, audit: Audit): Promise<Grant> {
    const challenge = await this.#options.challenges.byCode('sign-in', token, code);
    if (!challenge) throw new ProblemError(signInProblems.invalid_code);
    return this.#complete(challenge, null, client, audit);
  }

  async #complete(challenge: Challenge, passwordHash: string | null, client: Client, audit: Audit): Promise<Grant> {
    const { db, config, challenges, authentication, guests, clock } = this.#options;
    const email = challenge.email as string;
    const guestId = challenge.data['guestId'] as string | null;
    const attempt = () =>
      db.transaction().execute(async (tx): Promise<Entry | undefined> => {
        const now = clock.now();
        const found = await findAccountByEmail(tx, email);
        const existing = found && (await lockAccount(tx, found.id));
        if (!(await challenges.use(tx, challenge))) return undefined;
        if (existing && existing.email === email) {
          if (existing.status !== 'active') return undefined;
          const account = await proveAddress(tx, existing, now);
          if (guestId !== null) await guests.handOver(tx, guestId, account.id, now);
          return authentication.enter(tx, account, ['code'], client, audit);
        }
        if (config.signUp === 'closed') throw new ProblemError(signInProblems.sign_up_closed);
        const claimed = guestId === null ? undefined : await guests.claim(tx, guestId, { email, passwordHash }, now);
        const made = claimed ?? (await makeAccount(tx, newAccountRow({ email, passwordHash, role: 'viewer' }, now)));
        if (!made) throw new AddressTaken();
        const after = { email, role: made.role, status: made.status };
        await audit.record(tx, { event: 'account.created', subject: made.id, actor: made.id, after });
        const account = await proveAddress(tx, made, now);
        await this.#link(tx, challenge, account, audit);
        return authentication.enter(
          tx,
          account,
          passwordHash === null ? ['code'] : ['password', 'code'],
          client,
          audit,
        );
      });
    // Somebody who proved the same address was faster by a moment: the second time their account is there.
    const entry = await attempt().catch((error: unknown) => {
      if (error instanceof AddressTaken || isUniqueViolation(error)) return attempt();
      throw error;
    });
    if (!entry) throw new ProblemError(signInProblems.invalid_code);
    return authentication.admit(entry);
  }

  /** Links whom a provider vouched for, and whose address is proven now. */
  async #link(tx: Transaction, { data }: Challenge, account: AccountRow, audit: Audit): Promise<void> {
    const who = data['identity'] as VouchedFor | undefined;
    if (who === undefined) return;
    const { id } = await this.#options.identities.link(tx, account, who);
    const after = { provider: who.provider };
    await audit.record(tx, { event: 'identity.linked', subject: id, actor: account.id, after });
  }
}
