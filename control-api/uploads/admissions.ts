import type { Config } from '../../config/schema.ts';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { LockNotFree, type Locks } from '../../server/limits/port.ts';
import type { Storage, UploadStore } from '../../server/storage/port.ts';
import { lockAccount } from '../account.ts';
import { checkDeclaration, checkRoom, type Declaration, type Destination, type Room } from './admission.ts';
import { findReceivingUploads, insertUpload, type UploadRow } from './repository.ts';
import { exceededLimit, quotaProblem } from './quota.ts';
import { reservedBytes } from './reserved.ts';
import { findBegun, findUsage } from './usage.ts';

/** How long an admission waits for those before it, in milliseconds. */
const waitMs = 15_000;

/** What has places for uploads: titles, whose videos they become. Filled by `app.ts`. */
export interface Destinations {
  /**
   * Notes what an upload is for, in the transaction that lets it in.
   * @throws ProblemError when it may not go there
   */
  expect(tx: Transaction, by: Caller, uploadId: string, destination: Destination): Promise<void>;
}

export interface AdmissionsOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'uploads' | 'storage'>;
  readonly storage: Pick<Storage, 'freeBytes'>;
  readonly store: Pick<UploadStore, 'received'>;
  readonly locks: Pick<Locks, 'take'>;
  readonly destinations: Destinations;
  readonly clock: Clock;
}

/** What somebody wants to upload. */
export interface NewUpload {
  readonly id: string;
  readonly by: Caller;
  readonly declaration: Declaration;
  /** tus metadata as the client gave it, and will get it back. */
  readonly metadata: Readonly<Record<string, string | null>> | undefined;
}

/** Lets uploads in, and looks whether there is room: before the first byte of a file and before each piece of it. */
export class Admissions {
  readonly #options: AdmissionsOptions;

  constructor(options: AdmissionsOptions) {
    this.#options = options;
  }

  /**
   * Lets an upload in, or not, before a byte of it is taken. One after the other, over all processes: each must see
   * what the one before it was promised.
   * @throws ProblemError upload_too_large, upload_type_not_allowed, too_many_uploads, too_many_uploads_of_day,
   *   upload_bytes_of_day_used_up, upload_storage_used_up, insufficient_storage; what the destination refuses
   */
  async admit(upload: NewUpload): Promise<UploadRow> {
    checkDeclaration(upload.declaration, this.#options.config.uploads);
    const release = await this.#takeTurn();
    try {
      return await this.#admitNext(upload);
    } finally {
      await release();
    }
  }

  async #takeTurn(): Promise<() => Promise<void>> {
    try {
      return await this.#options.locks.take('uploads.admission', { waitMs });
    } catch (error) {
      if (!(error instanceof LockNotFree)) throw error;
      throw new ProblemError('not_ready', 'Too many uploads begin at the same time. Try again.', { cause: error });
    }
  }

  async #admitNext({ id, by, declaration, metadata }: NewUpload): Promise<UploadRow> {
    const { db, config, clock, destinations } = this.#options;
    const now = clock.now();
    const room = await this.#room(by.accountId, now);
    const { filename, type, bytes, destination } = declaration;
    return db.transaction().execute(async (tx) => {
      await this.#requireQuota(tx, bytes, by.accountId, now);
      checkRoom(bytes, room);
      const row = await insertUpload(tx, {
        id,
        owner_id: by.accountId,
        filename,
        declared_type: type,
        bytes,
        metadata: metadata === undefined ? null : JSON.stringify(metadata),
        state: 'receiving',
        storage_key: sourceKey(id),
        created_at: now,
        active_at: now,
        expires_at: now + config.uploads.expiresAfterHours * 3_600_000,
        finished_at: null,
        received_bytes: null,
      });
      if (destination) await destinations.expect(tx, by, id, destination);
      const title = destination && { title: destination.titleId };
      await by.audit.record(tx, { event: 'upload.created', subject: id, after: { filename, bytes, ...title } });
      return row;
    });
  }

  /** The room that there is for an upload of this account. */
  async #room(by: string, now: number): Promise<Room> {
    const { db, config, storage, store } = this.#options;
    const { minFreeBytes } = config.storage;
    const freeBytes = await storage.freeBytes();
    if (freeBytes === undefined) return { freeBytes, promisedBytes: 0, minFreeBytes };
    const open = (await findReceivingUploads(db)).filter(({ expires_at }) => expires_at > now);
    const uploads = await Promise.all(
      open.map(async (row) => ({
        ownerId: row.owner_id,
        bytes: row.bytes,
        receivedBytes: (await store.received(row.id)) ?? 0,
        activeAt: row.active_at,
      })),
    );
    const reservedMs = config.uploads.reservedMinutes * 60_000;
    return { freeBytes, promisedBytes: reservedBytes(uploads, { by, now, reservedMs }), minFreeBytes };
  }

  /** Holds the account's row until the transaction ends: of two uploads at once, on any process, the second sees the first. */
  async #requireQuota(tx: Transaction, bytes: number, accountId: string, now: number): Promise<void> {
    const quotas = this.#options.config.uploads;
    await lockAccount(tx, accountId);
    const usage = await findUsage(tx, accountId, now);
    const exceeded = exceededLimit(bytes, usage, quotas);
    if (exceeded === undefined) return;
    const begun = exceeded.startsWith('begun') ? await findBegun(tx, accountId, now) : [];
    throw quotaProblem(exceeded, { bytes, usage, begun, now }, quotas);
  }

  /**
   * Judges whether the next bytes still fit: the disk may have filled since the upload was let in.
   * @throws ProblemError insufficient_storage
   */
  async requireRoom(bytes: number): Promise<void> {
    const { config, storage } = this.#options;
    if (bytes === 0) return;
    checkRoom(bytes, {
      freeBytes: await storage.freeBytes(),
      promisedBytes: 0,
      minFreeBytes: config.storage.minFreeBytes,
    });
  }
}
