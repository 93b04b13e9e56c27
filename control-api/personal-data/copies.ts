import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { dataCopiesPrefix, dataCopyKey } from '../../server/assets/storage-keys.ts';
import type { Database } from '../../server/db/port.ts';
import { tooMany } from '../../server/http/callers/limits.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Scratch } from '../../server/kit/scratch.ts';
import { JobPostponed, type JobQueue } from '../../server/queue/port.ts';
import { isStorageUnavailable, type Storage } from '../../server/storage/port.ts';
import { findAccount, lockAccount } from '../account.ts';
import type { DataSection } from '../personal-data.ts';
import { writeCopy } from './copy-file.ts';
import { copyJobKey, type CopyJobs } from '../copy-jobs.ts';
import type { CopyLinks } from './copy-links.ts';
import type { Owners } from './owners.ts';
import { personalDataProblems } from './problems.ts';
import {
  deleteCopy,
  findCopy,
  insertCopy,
  listCopies,
  listExpired,
  listUnmade,
  moveCopy,
  type DataCopyRow,
} from './repository.ts';

const dayMs = 86_400_000;
/** How long a file is kept. */
const keptMs = 7 * dayMs;
/** How many may be asked for within a day. */
const mostADay = 3;
const maxAttempts = 10;
/** How long a storage that is away gives the job to wait. */
const storageAwayMs = 60_000;

export interface CopiesOptions {
  readonly db: Database;
  readonly sections: readonly DataSection[];
  readonly queue: Pick<JobQueue<CopyJobs>, 'enqueue' | 'missing'>;
  readonly storage: Pick<Storage, 'putFile' | 'stat' | 'stream' | 'delete' | 'list'>;
  readonly scratch: Pick<Scratch, 'with'>;
  readonly owners: Pick<Owners, 'tell' | 'wake'>;
  readonly links: CopyLinks;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Copies of what is known of an account, made for its owner.
 *
 *     waiting -> working -> ready    the file lies in the storage, and its owner was told
 *                        -> failed   it was tried often enough
 *     any of them -> gone            a week after, or with the account
 *
 * A job makes the file; it may be done twice, and the second time does nothing. It is asked for after the row is there,
 * and again by upkeep where a kill came in between.
 */
export class Copies {
  readonly #options: CopiesOptions;

  constructor(options: CopiesOptions) {
    this.#options = options;
  }

  async list(accountId: string): Promise<readonly DataCopyRow[]> {
    return listCopies(this.#options.db, accountId);
  }

  /** @throws ProblemError data_copy_under_way, too_many_requests */
  async ask({ accountId, audit }: Caller): Promise<DataCopyRow> {
    const { db, clock, logger } = this.#options;
    const row = await db.transaction().execute(async (tx) => {
      const now = clock.now();
      if ((await lockAccount(tx, accountId))?.status !== 'active') throw new ProblemError('unauthenticated');
      const copies = await listCopies(tx, accountId);
      if (copies.some(({ state }) => state === 'waiting' || state === 'working'))
        throw new ProblemError(personalDataProblems.data_copy_under_way, 'You will get a mail when it is ready.');
      const ofDay = copies.filter(({ created_at }) => created_at > now - dayMs);
      const oldest = ofDay[mostADay - 1];
      if (oldest) throw tooMany('copies of your data', { resetMs: oldest.created_at + dayMs - now });
      const id = newId('copy');
      await audit.record(tx, { subject: id });
      const times = { created_at: now, expires_at: now + keptMs };
      return insertCopy(tx, { id, account_id: accountId, state: 'waiting', ...times });
    });
    await this.#enqueue(row.id).catch((error: unknown) => {
      logger.warn({ err: toError(error), copy: row.id }, 'a copy of data is asked for later');
    });
    return row;
  }

  /** Asks for the jobs of copies that have none: a process was killed, or the queue was away. Returns how many. */
  async askAgain(): Promise<number> {
    const { db, queue } = this.#options;
    const rows = await listUnmade(db);
    if (rows.length === 0) return 0;
    const missing = await queue.missing(rows.map(({ id }) => copyJobKey(id)));
    const asked = rows.filter(({ id }) => missing.has(copyJobKey(id)));
    for (const { id } of asked) await this.#enqueue(id);
    return asked.length;
  }

  #enqueue(copyId: string): Promise<void> {
    return this.#options.queue.enqueue('data-copy.make', { copyId }, { dedupeKey: copyJobKey(copyId), maxAttempts });
  }

  /**
   * Makes the file of a copy and tells the owner, once; a copy that is not to be made any more is left alone.
   * @throws JobPostponed while the storage is away
   */
  async make(copyId: string, signal: AbortSignal): Promise<void> {
    const { db, scratch, storage, sections, clock } = this.#options;
    const row = await findCopy(db, copyId);
    if (!row || !(await moveCopy(db, copyId, { state: 'working' }))) return;
    const { account_id: accountId } = row;
    const key = dataCopyKey(accountId, copyId, randomUUID());
    const bytes = await scratch.with('data-copy', async (folder) => {
      const file = path.join(folder, 'copy.json');
      const size = await writeCopy(file, { accountId, madeAt: toIso(clock.now()) }, sections, signal);
      signal.throwIfAborted();
      await storage.putFile(key, file).catch((error: unknown) => {
        if (!isStorageUnavailable(error)) throw error;
        throw new JobPostponed('The storage is away', storageAwayMs, { cause: error });
      });
      return size;
    });
    if (await this.#finish(row, key, bytes)) this.#options.owners.wake();
    // Another worker was faster, or the account is gone: nobody would find this one.
    else await storage.delete(key);
  }

  async #finish({ id, account_id: accountId }: DataCopyRow, key: string, bytes: number): Promise<boolean> {
    const { db, owners, clock } = this.#options;
    return db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, accountId);
      const now = clock.now();
      const made = { state: 'ready', storage_key: key, bytes, ready_at: now, expires_at: now + keptMs } as const;
      if (!account || !(await moveCopy(tx, id, made))) return false;
      await owners.tell(tx, account, 'account.data-copy-ready', { address: null });
      return true;
    });
  }

  /** It could not be made, however often it was tried. */
  async giveUp(copyId: string, error: Error): Promise<void> {
    const { db, logger } = this.#options;
    if (await moveCopy(db, copyId, { state: 'failed' }))
      logger.error({ err: error, copy: copyId }, 'a copy of data could not be made');
  }

  /**
   * A token for the file, for its owner.
   * @throws ProblemError not_found (also for somebody else's), data_copy_not_ready
   */
  async download(caller: Caller, copyId: string): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const { db, clock, links } = this.#options;
    return db.transaction().execute(async (tx) => {
      const row = await findCopy(tx, copyId);
      if (row?.account_id !== caller.accountId || row.expires_at <= clock.now())
        throw new ProblemError('not_found', 'There is no such copy.');
      if (row.state !== 'ready') throw new ProblemError(personalDataProblems.data_copy_not_ready);
      await caller.audit.record(tx, { subject: copyId });
      return links.make(copyId);
    });
  }

  /**
   * The file of a token.
   * @throws ProblemError link_expired: also when the copy is gone, or its account may not sign in any more
   */
  async open(
    copyId: string,
    token: string,
  ): Promise<{ readonly stream: Readable; readonly bytes: number; readonly at: number }> {
    const { db, storage, clock, links } = this.#options;
    const gone = new ProblemError(personalDataProblems.link_expired, 'Ask for another one where you got it.');
    const row = links.isValid(copyId, token) ? await findCopy(db, copyId) : undefined;
    if (!row?.storage_key || row.state !== 'ready' || row.expires_at <= clock.now()) throw gone;
    if ((await findAccount(db, row.account_id))?.status !== 'active') throw gone;
    const object = await storage.stat(row.storage_key);
    if (!object) throw gone;
    const range = { start: 0, end: Math.max(0, object.bytes - 1), etag: object.etag };
    return { stream: storage.stream(row.storage_key, range), bytes: object.bytes, at: row.ready_at ?? row.created_at };
  }

  /** Removes what is older than a week: file, then row. Returns how many copies that were. */
  async forgetExpired(signal: AbortSignal): Promise<number> {
    const { db, storage, clock } = this.#options;
    const expired = await listExpired(db, clock.now());
    for (const { id, storage_key: key } of expired) {
      signal.throwIfAborted();
      if (key !== null) await storage.delete(key);
      await deleteCopy(db, id);
    }
    return expired.length;
  }

  /** Removes files that no row knows of: a kill, or the end of the account, came before. Returns how many. */
  async collectLost(signal: AbortSignal): Promise<number> {
    const { db, storage, clock } = this.#options;
    let removed = 0;
    for await (const { key, modifiedAt } of storage.list(dataCopiesPrefix)) {
      signal.throwIfAborted();
      // What was just written may still get its row.
      if (modifiedAt > clock.now() - dayMs) continue;
      const known = await db.selectFrom('data_copies').select('id').where('storage_key', '=', key).executeTakeFirst();
      if (known) continue;
      await storage.delete(key);
      removed += 1;
    }
    return removed;
  }
}
