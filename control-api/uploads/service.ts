import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Audit, Caller } from '../../server/http/writes/audit.ts';
import { isId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { may, mayToAll, type Action, type Who } from '../../server/kit/policy.ts';
import type { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import { ObjectNotFound, type UploadStore } from '../../server/storage/port.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { titleOf } from './admission.ts';
import type { UploadLocker } from './locker.ts';
import {
  endUpload,
  findAssetOfUpload,
  findUpload,
  listOpenUploads,
  noteArrival,
  noteBytesReceived,
  noteBytesRemoved,
  ownerMayUpload,
  type UploadRow,
} from './repository.ts';
import type { UploadView } from './schemas.ts';
import { uploadProblems } from './problems.ts';

export interface UploadsServiceOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'uploads'>;
  readonly store: UploadStore;
  /** Shared with the tus endpoint: an upload that a request is writing to is left alone by repair and collection. */
  readonly locker: UploadLocker;
  readonly lifecycle: Pick<AssetLifecycle, 'addAsset'>;
  readonly outbox: Pick<Outbox, 'record'>;
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

  constructor(options: UploadsServiceOptions) {
    this.#options = options;
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
    if (row.state === 'terminated') throw new ProblemError(uploadProblems.upload_gone, 'This upload was given up.');
    if (row.state === 'expired' || (row.state === 'receiving' && row.expires_at <= clock.now())) {
      throw new ProblemError(uploadProblems.upload_gone, 'This upload received nothing for too long. Start it again.');
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
      await Promise.all(rows.map(async ({ id }) => [id, (await this.#options.store.received(id)) ?? 0] as const)),
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

  /**
   * Notes that bytes arrived: the time until it expires starts anew. Returns its new end, in milliseconds since the
   * epoch.
   * @throws ProblemError upload_gone when it ended meanwhile
   */
  async postpone(id: string): Promise<number> {
    const { db, config, clock } = this.#options;
    const now = clock.now();
    const expiresAt = now + config.uploads.expiresAfterHours * 3_600_000;
    if (!(await noteArrival(db, id, { now, expiresAt })))
      throw new ProblemError(uploadProblems.upload_gone, 'This upload has ended.');
    return expiresAt;
  }

  /**
   * Makes the asset of an upload whose last byte is there, once: called again it returns the same asset.
   * @throws ProblemError upload_gone when it ended without becoming an asset; forbidden when its owner may not upload
   *   any more (it can be finished later, when the owner may again)
   * @param audit records the asset as made by the owner of the upload
   */
  async finish(id: string, audit: Audit = this.#options.audit): Promise<string> {
    const { db, store, clock, lifecycle, outbox, logger } = this.#options;
    const before = await findAssetOfUpload(db, id);
    if (before) return before.id;
    try {
      await store.finish(id);
    } catch (error) {
      throw error instanceof ObjectNotFound
        ? new ProblemError(uploadProblems.upload_gone, undefined, { cause: error })
        : error;
    }
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
      await outbox.record(tx, 'upload.finished', id, { uploadId: id, assetId });
      return { ownerId: row.owner_id, title, uploadId: id, sourceKey: row.storage_key, sourceBytes: row.bytes };
    });
    if (!added) {
      const existing = await findAssetOfUpload(db, id);
      if (!existing) throw new ProblemError(uploadProblems.upload_gone, 'This upload has ended.');
      return existing.id;
    }
    const { assetId, versionId } = added;
    logger.info({ upload: id, asset: assetId, version: versionId }, 'upload finished');
    return assetId;
  }

  /** To be called under its lock: a request that still writes would fill a file that nobody finds. */
  async removeBytes(id: string): Promise<void> {
    const { db, store, clock } = this.#options;
    await noteBytesReceived(db, id, (await store.received(id)) ?? 0);
    await store.remove(id);
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
    await locker.hold(id, () => this.removeBytes(id));
  }
}
