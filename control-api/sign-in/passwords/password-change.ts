import type { Database } from '../../../server/db/port.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { findAccount, updateAccount, type AccountRow } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { FailedSignIns } from '../failed-sign-ins.ts';
import { signInProblems } from '../problems.ts';
import { lockVerifiedAccount } from '../repository.ts';
import type { SignInThrottle } from '../throttle.ts';
import { requireUnknownToThieves } from './breached.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface PasswordChangeOptions {
  readonly db: Database;
  readonly throttle: SignInThrottle;
  readonly failures: FailedSignIns;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** Setting or changing the password of the account that asks. */
export class PasswordChange {
  readonly #options: PasswordChangeOptions;

  constructor(options: PasswordChangeOptions) {
    this.#options = options;
  }

  /**
   * Ends every sign-in and stream of the account, the caller's included. The current password is throttled like a
   * sign-in: an access token that was stolen must not be a way to guess it. An account that has none gives none: there
   * the route's step-up is the proof.
   * @throws ProblemError invalid_credentials, password_breached, too_many_requests, not_found
   */
  async change(
    caller: Caller,
    passwords: { readonly currentPassword?: string; readonly newPassword: string },
  ): Promise<void> {
    const { db, throttle, failures, changes } = this.#options;
    const account = await findAccount(db, caller.accountId);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    requireUnknownToThieves(passwords.newPassword, account.email ?? '');
    const { password_hash: current } = account;
    const isChanged =
      current === null
        ? await this.#set(caller, account, passwords.newPassword)
        : await throttle.attempt(account.email ?? account.id, caller, async () =>
            (await verifyPassword(current, passwords.currentPassword ?? ''))
              ? this.#set(caller, account, passwords.newPassword)
              : undefined,
          );
    if (!isChanged) {
      await failures.record(account.id, caller, caller.audit);
      throw new ProblemError(signInProblems.invalid_credentials, 'The current password is wrong.');
    }
    await changes.publish(account.id);
  }

  /** Undefined when the password is another one since. */
  async #set({ address, audit }: Caller, account: AccountRow, newPassword: string): Promise<true | undefined> {
    const { db, changes, clock } = this.#options;
    const password_hash = await hashPassword(newPassword);
    return db.transaction().execute(async (tx) => {
      if (!(await lockVerifiedAccount(tx, account))) return undefined;
      await updateAccount(tx, account.id, { password_hash, updated_at: clock.now() });
      await changes.record(tx, account, 'account.password-changed', { address });
      await audit.record(tx, { subject: account.id });
      return true;
    });
  }
}
