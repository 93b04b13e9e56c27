import type { Database } from '../../server/db/port.ts';
import type { CallerAddress } from '../../server/http/access.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { lockAccount } from '../account.ts';

export interface FailedSignInsOptions {
  readonly db: Database;
  readonly logger: Logger;
}

/** Stands for all accounts that there are not. What was typed instead of an address may be a password: it is not kept. */
const unknownAccount = 'unknown-account';

/**
 * Writes down that somebody did not have the right password. Anybody may do that as often as the throttle lets them, so
 * the audit log has one record an hour for each account, and one for all that do not exist. The same is done for both:
 * the time that it takes does not tell which accounts there are.
 */
export class FailedSignIns {
  readonly #options: FailedSignInsOptions;

  constructor(options: FailedSignInsOptions) {
    this.#options = options;
  }

  /** @param accountId whose password it was not; undefined when there is no such account */
  async record(accountId: string | undefined, { address }: CallerAddress, audit: Audit): Promise<void> {
    const { db, logger } = this.#options;
    const subject = accountId ?? unknownAccount;
    logger.warn({ event: 'sign-in.failed', subject, address }, 'a password was wrong');
    await db.transaction().execute(async (tx) => {
      // Two at the same time must not make two records of one hour.
      await lockAccount(tx, subject);
      await audit.record(tx, { event: 'sign-in.failed', subject, perHour: true });
    });
  }
}
