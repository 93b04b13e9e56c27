import type { Config } from '../../config/schema.ts';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import type { Database } from '../../server/db/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { LockNotFree, type Locks } from '../../server/limits/port.ts';
import type { Storage, UploadStore } from '../../server/storage/port.ts';
import { checkDeclaration, checkRoom, type Declaration } from './admission.ts';
import { findReceivingUploads, insertUpload, type UploadRow } from './repository.ts';
import { uploadProblems } from './problems.ts';

/** How long an admission waits for those before it, in milliseconds. */
const waitMs = 15_000;

export interface AdmissionsOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'uploads' | 'storage'>;
  readonly storage: Pick<Storage, 'freeBytes'>;
  readonly store: Pick<UploadStore, 'received'>;
  readonly locks: Pick<Locks, 'take'>;
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
   * @throws ProblemError upload_too_large, upload_type_not_allowed, too_many_uploads, insufficient_storage
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
    const { db, config, storage, store, clock } = this.#options;
    const now = clock.now();
    const open = (await findReceivingUploads(db)).filter(({ expires_at }) => expires_at > now);
    if (open.filter(({ owner_id }) => owner_id === by.accountId).length >= config.uploads.maxOpenPerAccount) {
      throw new ProblemError(
        uploadProblems.too_many_uploads,
        `${config.uploads.maxOpenPerAccount} uploads of this account are unfinished. Finish or give up some of them.`,
        { extras: { maxOpen: config.uploads.maxOpenPerAccount } },
      );
    }
    const freeBytes = await storage.freeBytes();
    if (freeBytes !== undefined) {
      let promisedBytes = 0;
      for (const row of open) promisedBytes += Math.max(0, row.bytes - ((await store.received(row.id)) ?? 0));
      checkRoom(declaration.bytes, { freeBytes, promisedBytes, minFreeBytes: config.storage.minFreeBytes });
    }
    const { filename, type, bytes } = declaration;
    return db.transaction().execute(async (tx) => {
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
        expires_at: now + config.uploads.expiresAfterHours * 3_600_000,
        finished_at: null,
      });
      await by.audit.record(tx, { event: 'upload.created', subject: id, after: { filename, bytes } });
      return row;
    });
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
