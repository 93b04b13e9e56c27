import type { Database, Transaction } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { CallerAddress } from '../../server/http/access.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { endStreams } from '../end-streams.ts';
import { findAccount, updateAccount } from '../account.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { lockVerifiedAccount } from './repository.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { SignInThrottle } from './throttle.ts';
import { signInProblems } from './problems.ts';

export interface PasswordChangeOptions {
  readonly db: Database;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly throttle: SignInThrottle;
  readonly failures: FailedSignIns;
  /** Ends every sign-in of an account whose row the transaction holds. */
  readonly endAll: (tx: Transaction, accountId: string, now: number) => Promise<void>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly clock: Clock;
}

/** Changing the password of the account that asks. */
export class PasswordChange {
  readonly #options: PasswordChangeOptions;

  constructor(options: PasswordChangeOptions) {
    this.#options = options;
  }

  /**
   * Ends every sign-in and stream of the account, the caller's included. The current password is throttled like a
   * sign-in: an access token that was stolen must not be a way to guess it.
   * @throws ProblemError invalid_credentials, too_many_requests, not_found
   */
  async change(
    caller: Pick<Caller, 'accountId' | keyof CallerAddress | 'audit'>,
    passwords: { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<void> {
    const { db, clock, events, outbox, throttle, endAll } = this.#options;
    const { accountId: id, audit } = caller;
    const account = await findAccount(db, id);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    const isChanged = await throttle.attempt(account.email, caller, async () => {
      if (!(await verifyPassword(account.password_hash, passwords.currentPassword))) return undefined;
      const password_hash = await hashPassword(passwords.newPassword);
      return db.transaction().execute(async (tx) => {
        if (!(await lockVerifiedAccount(tx, account))) return undefined;
        const now = clock.now();
        await updateAccount(tx, id, { password_hash, updated_at: now });
        await endAll(tx, id, now);
        await outbox.record(tx, 'account.password-changed', id, { accountId: id, at: now, address: caller.address });
        await audit.record(tx, { subject: id });
        return true;
      });
    });
    if (!isChanged) {
      await this.#options.failures.record(account.id, caller, audit);
      throw new ProblemError(signInProblems.invalid_credentials, 'The current password is wrong.');
    }
    await events.publish('rights.changed', { accountId: id });
    await endStreams(this.#options.sessions, { accountId: id });
  }
}
