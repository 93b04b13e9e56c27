import type { Database } from '../../server/db/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { findAccount } from '../account.ts';
import { verifyPassword } from './passwords.ts';
import { confirmFamily, lockVerifiedAccount } from './repository.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { SignInThrottle } from './throttle.ts';
import { signInProblems } from './problems.ts';

export interface ConfirmationOptions {
  readonly db: Database;
  readonly throttle: SignInThrottle;
  readonly failures: FailedSignIns;
  readonly clock: Clock;
}

/** Proving again who one is, for what asks for a recent proof (`stepUp`). */
export class Confirmation {
  readonly #options: ConfirmationOptions;

  constructor(options: ConfirmationOptions) {
    this.#options = options;
  }

  /**
   * Makes the sign-in as good as a new one. The password is throttled like that of a sign-in: an access token that was
   * stolen must not be a way to guess it.
   * @throws ProblemError invalid_credentials, too_many_requests, not_found
   */
  async confirm(caller: Caller, password: string): Promise<void> {
    const { db, throttle, clock } = this.#options;
    const { accountId, familyId, audit } = caller;
    const account = await findAccount(db, accountId);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    const isConfirmed = await throttle.attempt(account.email, caller, async () => {
      if (!(await verifyPassword(account.password_hash, password))) return undefined;
      return db.transaction().execute(async (tx) => {
        const isSame = await lockVerifiedAccount(tx, account);
        if (!isSame || !(await confirmFamily(tx, familyId, clock.now()))) return undefined;
        await audit.record(tx, { subject: familyId });
        return true;
      });
    });
    if (!isConfirmed) {
      await this.#options.failures.record(account.id, caller, audit);
      throw new ProblemError(signInProblems.invalid_credentials, 'The password is wrong.');
    }
  }
}
