import type { Database } from '../../../server/db/port.ts';
import type { CallerAddress } from '../../../server/http/access.ts';
import type { Audit } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { findAccountByEmail, lockAccount, normalizeEmail, updateAccount, type AccountRow } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { BegunChallenge, Challenge, Challenges } from '../challenges/challenges.ts';
import { requireUnknownToThieves } from '../passwords/breached.ts';
import { hashPassword } from '../passwords/passwords.ts';
import { signInProblems } from '../problems.ts';
import type { MailedChallenges } from './mailed-challenges.ts';
import { proveAddress } from './new-account.ts';

/** How long a forgotten password may be replaced after it was asked for, in seconds. */
export const recoverySeconds = 3600;

export interface RecoveryOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly mailed: MailedChallenges;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** By what somebody shows that they read the mail. */
export type MailProof = { readonly token: string; readonly code: string } | { readonly link: string };

/**
 * A new password for one that is forgotten, or known to somebody else. It ends every sign-in, opens an account that
 * its owner locked, and leaves the second factor as it is: who signs in with the new password is asked for it.
 */
export class Recovery {
  readonly #options: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** @throws ProblemError too_many_requests */
  async begin(
    wanted: { readonly email: string; readonly language?: string | undefined },
    from: CallerAddress,
  ): Promise<BegunChallenge> {
    const data = { language: wanted.language ?? null };
    const email = normalizeEmail(wanted.email);
    return this.#options.mailed.begin({ purpose: 'recovery', email, data, seconds: recoverySeconds }, from);
  }

  /** @throws ProblemError invalid_code, invalid_link, password_breached */
  async complete(proof: MailProof, newPassword: string, from: CallerAddress, audit: Audit): Promise<void> {
    const { db, challenges, changes, clock } = this.#options;
    const challenge =
      'code' in proof
        ? await challenges.byCode('recovery', proof.token, proof.code)
        : await challenges.byLink('recovery', proof.link);
    const refused = new ProblemError('code' in proof ? signInProblems.invalid_code : signInProblems.invalid_link);
    if (!challenge) throw refused;
    requireUnknownToThieves(newPassword, challenge.email ?? '');
    const password_hash = await hashPassword(newPassword);
    const account = await db.transaction().execute(async (tx) => {
      const found = await this.#owner(tx, challenge);
      const held = found && (await lockAccount(tx, found.id));
      if (!held || held.status === 'disabled' || !(await challenges.use(tx, challenge))) return undefined;
      const now = clock.now();
      const proven = await proveAddress(tx, held, now, changes);
      await updateAccount(tx, held.id, { password_hash, status: 'active', updated_at: now });
      await changes.record(tx, proven, 'account.password-changed', { address: from.address });
      await audit.record(tx, {
        event: 'account.recovered',
        subject: held.id,
        actor: held.id,
        before: { status: held.status },
        after: { status: 'active' },
      });
      return held;
    });
    if (!account) throw refused;
    await changes.publish(account.id);
  }

  /** Whose password it is: of the account that was named, else of the one that has the address. */
  async #owner(
    tx: Parameters<typeof findAccountByEmail>[0],
    { account_id: id, email }: Challenge,
  ): Promise<Pick<AccountRow, 'id'> | undefined> {
    if (id !== null) return { id };
    return findAccountByEmail(tx, email ?? '');
  }
}
