import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import type { Audit, Caller } from '../../server/http/writes/audit.ts';
import { isId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { may, mayToAll, type Action, type Who } from '../../server/kit/policy.ts';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import type { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import { askForVersionJob, type VersionJobs } from '../../server/assets/version-jobs.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage, UploadStore } from '../../server/storage/port.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { checkDeclaration, checkRoom, titleOf, type Declaration } from './admission.ts';
import type { UploadLocker } from './locker.ts';
import {
  endUpload,
  findAssetOfUpload,
  findQueuedVersions,
  findReceivingUploads,
  findUpload,
  findUploadsToCollect,
  insertUpload,
  listOpenUploads,
  noteBytesRemoved,
  ownerMayUpload,
  postponeExpiry,
  type UploadRow,
} from './repository.ts';
import type { UploadView } from './schemas.ts';
import type { UnverifiedBytes } from './unverified-bytes.ts';

export interface UploadsServiceOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'uploads' | 'storage'>;
  readonly storage: Pick<Storage, 'freeBytes'>;
  readonly store: UploadStore;
  readonly unverified: UnverifiedBytes;
  /** Shared with the tus endpoint: an upload that a request is writing to is left alone by repair and collection. */
  readonly locker: UploadLocker;
  readonly lifecycle: Pick<AssetLifecycle, 'addAsset'>;
  readonly queue: Pick<JobQueue<VersionJobs>, 'enqueue'>;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The life of an upload, apart from the protocol that carries its bytes.
 *
 * `receiving` from its creation on. The last byte makes it `finished` and makes its asset, in one transaction; its
 * owner or a super admin can make it `terminated`; too long a silence makes it `expired`. Whichever comes first wins,
 * because every end starts from `receiving`. Bytes are removed after the row says so, under the upload's lock;
 * `finished_at` of a terminated or expired upload says that they are gone, so that a crash in between is made good by
 * the next collection. While its owner may not upload, it stands still: no byte, no asset, and no room is kept for it.
 */
export class UploadsService {
  readonly #options: UploadsServiceOptions;
  /** Admissions one after the other: each must see what the one before it was promised. */
  #admissions: Promise<unknown> = Promise.resolve();

  constructor(options: UploadsServiceOptions) {
    this.#options = options;
  }

  get #lifetimeMs(): number {
    return this.#options.config.uploads.expiresAfterHours * 3_600_000;
  }

  /**
   * Lets an upload in, or not, before a byte of it is taken.
   * @throws ProblemError upload_too_large, upload_type_not_allowed, too_many_uploads, insufficient_storage
   */
  async admit(id: string, by: Caller, declaration: Declaration): Promise<void> {
    checkDeclaration(declaration, this.#options.config.uploads);
    const admitted = this.#admissions.then(() => this.#admitNext(id, by, declaration));
    this.#admissions = admitted.catch(() => undefined);
    await admitted;
  }

  async #admitNext(id: string, { accountId: ownerId, audit }: Caller, declaration: Declaration): Promise<void> {
    const { db, config, storage, clock } = this.#options;
    const now = clock.now();
    const open = (await findReceivingUploads(db)).filter(({ expires_at }) => expires_at > now);
    if (open.filter(({ owner_id }) => owner_id === ownerId).length >= config.uploads.maxOpenPerAccount) {
      throw new ProblemError(
        'too_many_uploads',
        `${config.uploads.maxOpenPerAccount} uploads of this account are unfinished. Finish or give up some of them.`,
      );
    }
    const freeBytes = await storage.freeBytes();
    if (freeBytes !== undefined) {
      let promisedBytes = 0;
      for (const row of open) promisedBytes += Math.max(0, row.bytes - (await this.#receivedBytes(row.id)));
      checkRoom(declaration.bytes, { freeBytes, promisedBytes, minFreeBytes: config.storage.minFreeBytes });
    }
    const { filename, type, bytes } = declaration;
    await db.transaction().execute(async (tx) => {
      await insertUpload(tx, {
        id,
        owner_id: ownerId,
        filename,
        declared_type: type,
        bytes,
        state: 'receiving',
        storage_key: sourceKey(id),
        created_at: now,
        expires_at: now + this.#lifetimeMs,
        finished_at: null,
      });
      await audit.record(tx, { event: 'upload.created', subject: id, after: { filename, bytes } });
    });
  }

  /**
   * Judges whether the next bytes still fit: the disk may have filled since the upload was let in.
   * @throws ProblemError insufficient_storage
   */
  async checkRoomFor(bytes: number): Promise<void> {
    const { config, storage } = this.#options;
    checkRoom(bytes, {
      freeBytes: await storage.freeBytes(),
      promisedBytes: 0,
      minFreeBytes: config.storage.minFreeBytes,
    });
  }

  /** Bytes that are there; 0 when nothing is. */
  async #receivedBytes(id: string): Promise<number> {
    try {
      return (await this.#options.store.getUpload(id)).offset;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  /**
   * An upload that they may do this to, whatever has become of it.
   * @throws ProblemError not_found (also for somebody else's), upload_gone when it was given up or has expired
   */
  async find(id: string, by: Who, action: Action = 'upload.continue'): Promise<UploadRow> {
    const { db, clock } = this.#options;
    const row = isId('upload', id) ? await findUpload(db, id) : undefined;
    if (!row || !may(by, action, { ownerId: row.owner_id }))
      throw new ProblemError('not_found', 'There is no such upload.');
    if (row.state === 'terminated') throw new ProblemError('upload_gone', 'This upload was given up.');
    if (row.state === 'expired' || (row.state === 'receiving' && row.expires_at <= clock.now())) {
      throw new ProblemError('upload_gone', 'This upload received nothing for too long. Start it again.');
    }
    return row;
  }

  /** @throws ProblemError forbidden when anybody but a super admin asks for everybody's */
  async list(
    by: Who,
    query: { readonly everybody?: boolean; readonly cursor?: string; readonly limit?: number },
  ): Promise<{ items: UploadView[]; nextCursor: string | null }> {
    if (query.everybody && !mayToAll(by, 'upload.list')) throw new ProblemError('forbidden');
    const limit = query.limit ?? defaultPageSize;
    const rows = await listOpenUploads(this.#options.db, query.everybody ? undefined : by.accountId, {
      cursor: query.cursor,
      limit,
      now: this.#options.clock.now(),
    });
    const received = new Map(
      await Promise.all(rows.map(async ({ id }) => [id, await this.#receivedBytes(id)] as const)),
    );
    return toPage(rows, limit, (row) => ({
      id: row.id,
      ownerId: row.owner_id,
      stage: 'uploading' as const,
      filename: row.filename,
      bytes: row.bytes,
      receivedBytes: received.get(row.id) ?? 0,
      createdAt: toIso(row.created_at),
      expiresAt: toIso(row.expires_at),
    }));
  }

  /** Whether its owner may go on, for requests that began long ago. @throws ProblemError forbidden when disabled or demoted meanwhile */
  async checkOwner(id: string): Promise<void> {
    if (!(await ownerMayUpload(this.#options.db, id))) throw new ProblemError('forbidden');
  }

  /** Notes that bytes arrived: the time until it expires starts anew. @throws ProblemError upload_gone when it ended meanwhile */
  async postpone(id: string): Promise<void> {
    const { db, clock } = this.#options;
    if (!(await postponeExpiry(db, id, clock.now() + this.#lifetimeMs)))
      throw new ProblemError('upload_gone', 'This upload has ended.');
  }

  /**
   * Makes the asset of an upload whose last byte is there, once: called again it answers the same asset.
   * @throws ProblemError upload_gone when it ended without becoming an asset; forbidden when its owner may not upload
   *   any more (it can be finished later, when the owner may again)
   * @param audit records the asset as made by the owner of the upload
   */
  async finish(id: string, audit: Audit = this.#options.audit): Promise<string> {
    const { db, clock, lifecycle, logger } = this.#options;
    const added = await lifecycle.addAsset(async (tx, assetId) => {
      if (!(await endUpload(tx, id, { state: 'finished', finishedAt: clock.now() }))) return undefined;
      const row = await findUpload(tx, id);
      if (!row) throw new Error(`The row of ${id} vanished within a transaction`);
      if (!(await ownerMayUpload(tx, id))) throw new ProblemError('forbidden');
      const title = titleOf(row.filename);
      await audit.record(tx, {
        event: 'asset.created',
        subject: assetId,
        actor: row.owner_id,
        after: { title, upload: id },
      });
      return { ownerId: row.owner_id, title, uploadId: id, sourceKey: row.storage_key, sourceBytes: row.bytes };
    });
    if (!added) {
      const existing = await findAssetOfUpload(db, id);
      if (!existing) throw new ProblemError('upload_gone', 'This upload has ended.');
      return existing.id;
    }
    const { assetId, versionId } = added;
    logger.info({ upload: id, asset: assetId, version: versionId }, 'upload finished');
    try {
      await askForVersionJob.prepare(this.#options.queue, versionId);
    } catch (error) {
      // The asset is there; the repair asks for its processing again.
      logger.error(
        { err: toError(error), asset: assetId, version: versionId },
        'processing could not be asked for yet',
      );
    }
    return assetId;
  }

  /** Under its lock: a request that still writes would fill a file that nobody finds, or one that is new. */
  async #removeBytes(id: string): Promise<void> {
    const { db, store, unverified, clock } = this.#options;
    try {
      await store.remove(id);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await unverified.end(id);
    await noteBytesRemoved(db, id, clock.now());
  }

  /**
   * Gives an upload up for its owner or a super admin.
   * @throws ProblemError what `find` and `terminate` throw
   */
  async giveUp(id: string, by: Caller): Promise<void> {
    const row = await this.find(id, by, 'upload.end');
    await this.terminate(id, by.audit);
    this.#options.logger.info({ upload: id, owner: row.owner_id, account: by.accountId }, 'upload given up');
  }

  /**
   * Ends an upload and removes its bytes, also those that a request in hand has written since it ended.
   * @throws ProblemError conflict when it is finished: then its asset can be deleted; upload_locked when a request
   *   does not let go of it: then it has ended, and its bytes are collected later
   */
  async terminate(id: string, audit: Audit): Promise<void> {
    const { db, locker } = this.#options;
    const state = await db.transaction().execute(async (tx) => {
      const isEnded = await endUpload(tx, id, { state: 'terminated', finishedAt: null });
      const row = await findUpload(tx, id);
      if (!isEnded) audit.unchanged();
      else
        await audit.record(tx, { event: 'upload.given-up', subject: id, before: { filename: row?.filename ?? null } });
      return row?.state;
    });
    if (state === 'finished') {
      throw new ProblemError('conflict', 'This upload is finished; delete its asset instead.');
    }
    await locker.hold(id, () => this.#removeBytes(id));
  }

  /**
   * Finishes what a crash left between the last byte and the asset, and asks again for processing that nobody was
   * asked for. Safe at any time; answers the assets made.
   */
  async repairFinishedUploads(): Promise<readonly string[]> {
    const { db, locker, logger } = this.#options;
    const made: string[] = [];
    for (const row of await findReceivingUploads(db)) {
      try {
        // Bytes whose checksum a request has still to verify do not count: it holds the lock.
        await locker.ifFree(row.id, async () => {
          if (await this.#isComplete(row)) made.push(await this.finish(row.id));
        });
      } catch (error) {
        logger.error({ err: toError(error), upload: row.id }, 'upload could not be repaired');
      }
    }
    for (const { id } of await findQueuedVersions(db)) await askForVersionJob.prepare(this.#options.queue, id);
    return made;
  }

  /** Under its lock. An empty file has no bytes to wait for, but its creation may still be under way: it needs its file. */
  async #isComplete(row: UploadRow): Promise<boolean> {
    try {
      return (await this.#options.unverified.open(row.id)).offset === row.bytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Removes uploads that received nothing for too long, bytes included; answers how many. Finishes those that are complete. */
  async collectExpiredUploads(now: number): Promise<number> {
    const { db, locker, logger } = this.#options;
    let collected = 0;
    for (const { id } of await findUploadsToCollect(db, now)) {
      try {
        await locker.ifFree(id, async () => {
          if (await this.#collect(id, now)) collected += 1;
        });
      } catch (error) {
        logger.error({ err: toError(error), upload: id }, 'upload could not be collected');
      }
    }
    return collected;
  }

  /** Under its lock, with the row as it is now: a request may have been at it since it was found. True when it expired. */
  async #collect(id: string, now: number): Promise<boolean> {
    const { db, logger } = this.#options;
    const row = await findUpload(db, id);
    if (!row || (row.state === 'receiving' && row.expires_at > now)) return false;
    if (row.state === 'receiving') {
      if ((await ownerMayUpload(db, id)) && (await this.#isComplete(row))) {
        await this.finish(id);
        return false;
      }
      if (!(await endUpload(db, id, { state: 'expired', finishedAt: null }))) return false;
      logger.info({ upload: id, owner: row.owner_id }, 'upload expired');
    } else if (row.state === 'finished') return false;
    await this.#removeBytes(id);
    return row.state === 'receiving';
  }
}

/** Whether a tus store says that it has no such upload. It throws plain objects with a `status_code`. */
function isMissing(error: unknown): boolean {
  const status = (error as { readonly status_code?: unknown } | null)?.status_code;
  return status === 404 || status === 410;
}
