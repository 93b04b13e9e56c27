import type { Connection, Database } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notices } from '../../server/kit/notices.ts';
import type { Secrets } from '../../server/kit/secrets.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import { lockAccount, updateAccount } from '../account.ts';
import { ensureDeletedAccount, type PersonalData } from '../personal-data.ts';
import { erasedSealedFor } from '../erased-address.ts';
import { hasAdministratorWithout } from './administrators.ts';
import type { Owners } from './owners.ts';

/** Accounts that one run ends. */
const mostAtOnce = 500;
const lastAdministrator = 'last-administrator-to-be-deleted';

export interface ErasureOptions {
  readonly db: Database;
  /** What each feature knows of people, in the order in which it is removed. */
  readonly data: readonly PersonalData[];
  readonly owners: Pick<Owners, 'end' | 'publish' | 'wake'>;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly secrets: Pick<Secrets, 'seal'>;
  readonly audit: Audit;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Accounts whose grace is over, those first that wait longest. */
export async function listDue(db: Connection, now: number): Promise<readonly string[]> {
  const due = await db
    .selectFrom('accounts')
    .select('id')
    .where('deletion_ends_at', '<=', now)
    .orderBy('deletion_ends_at')
    .limit(mostAtOnce)
    .execute();
  return due.map(({ id }) => id);
}

/**
 * The real end of accounts whose grace is over. In three steps, each of which may be cut off and is done again by the
 * next run, in whichever process that is:
 *
 * 1. The account is shut, in a transaction: nobody is signed in, nothing new begins.
 * 2. What is not in the database goes: objects, streams, uploads. Doing it again does nothing.
 * 3. One transaction removes the rows of every feature, then the account, and records the durable events by which
 *    providers are told and the last mail is written. So there is never an account of which half is left, and nothing of
 *    it is done twice.
 */
export class Erasure {
  readonly #options: ErasureOptions;

  constructor(options: ErasureOptions) {
    this.#options = options;
  }

  /** Ends what is due; one that fails is tried again next time, and the others go on. Returns how many accounts ended. */
  async run(signal: AbortSignal): Promise<number> {
    const { db, clock, logger, owners } = this.#options;
    let ended = 0;
    for (const id of await listDue(db, clock.now())) {
      if (signal.aborted) break;
      try {
        if (await this.#end(id, signal)) ended += 1;
      } catch (error) {
        if (signal.aborted) break;
        logger.error({ err: toError(error), account: id }, 'an account could not be removed yet');
      }
    }
    if (ended > 0) owners.wake();
    return ended;
  }

  async #end(id: string, signal: AbortSignal): Promise<boolean> {
    if (!(await this.#shut(id))) return false;
    await this.#options.owners.publish(id);
    for (const { beforeErasure } of this.#options.data) {
      signal.throwIfAborted();
      await beforeErasure?.(id, signal);
    }
    signal.throwIfAborted();
    return this.#erase(id);
  }

  /** False when it is kept, gone, or the last one who runs the service. */
  async #shut(id: string): Promise<boolean> {
    const { db, clock, owners, notices } = this.#options;
    const outcome = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, id);
      const now = clock.now();
      if (!account || account.deletion_ends_at === null || account.deletion_ends_at > now) return 'kept';
      if (account.status === 'active' && !(await hasAdministratorWithout(tx, account))) return 'last';
      // Again after a cut: what began meanwhile ends, too.
      await owners.end(tx, id);
      await updateAccount(tx, id, { status: 'disabled', updated_at: now });
      return 'shut';
    });
    if (outcome === 'last')
      notices.say({
        code: lastAdministrator,
        setting: 'accounts.deletionGraceDays',
        detail:
          'The last administrator asked for their account to be deleted, and the others are gone since. It stays until somebody else is an administrator.',
      });
    return outcome === 'shut';
  }

  async #erase(id: string): Promise<boolean> {
    const { db, data, outbox, secrets, audit, clock, logger } = this.#options;
    const isErased = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, id);
      const now = clock.now();
      if (!account || account.deletion_ends_at === null || account.deletion_ends_at > now) return false;
      await ensureDeletedAccount(tx, now);
      for (const { erase } of data) await erase(tx, account);
      const { email, role, deletion_by: by } = account;
      await audit.record(tx, { event: 'account.erased', subject: id, before: { email, role, by } });
      const to = email === null ? null : secrets.seal(email, erasedSealedFor(id));
      await outbox.record(tx, 'account.erased', id, { accountId: id, at: now, to });
      await tx.deleteFrom('accounts').where('id', '=', id).execute();
      return true;
    });
    if (isErased) logger.info({ account: id }, 'an account was removed');
    return isErased;
  }
}
