import type { Database } from '../../server/db/port.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { UploadStore } from '../../server/storage/port.ts';
import type { UploadLocker } from './locker.ts';
import {
  endUpload,
  findReceivingUploads,
  findUpload,
  findUploadsToCollect,
  ownerMayUpload,
  type UploadRow,
} from './repository.ts';
import type { UploadsService } from './service.ts';

export interface UploadsUpkeepOptions {
  readonly db: Database;
  readonly uploads: Pick<UploadsService, 'finish' | 'removeBytes'>;
  readonly store: Pick<UploadStore, 'received'>;
  /** Shared with the tus endpoint: an upload that a request is writing to is left alone. */
  readonly locker: UploadLocker;
  readonly logger: Logger;
}

/** Makes good what crashes and silence leave of uploads. Safe at any time, beside requests. */
export class UploadsUpkeep {
  readonly #options: UploadsUpkeepOptions;

  constructor(options: UploadsUpkeepOptions) {
    this.#options = options;
  }

  /** Finishes what a crash left between the last byte and the asset. Returns the assets made until the signal aborts. */
  async repairFinishedUploads(signal?: AbortSignal): Promise<readonly string[]> {
    const { db, uploads, locker, logger } = this.#options;
    const made: string[] = [];
    for (const row of await findReceivingUploads(db)) {
      if (signal?.aborted) break;
      try {
        await locker.ifFree(row.id, async () => {
          if (await this.#isComplete(row)) made.push(await uploads.finish(row.id));
        });
      } catch (error) {
        logger.error({ err: toError(error), upload: row.id }, 'upload could not be repaired');
      }
    }
    return made;
  }

  /** Under its lock. */
  async #isComplete(row: UploadRow): Promise<boolean> {
    return (await this.#options.store.received(row.id)) === row.bytes;
  }

  /**
   * Removes uploads that received nothing for too long, bytes included, until the signal aborts; returns how many.
   * Finishes those that are complete.
   */
  async collectExpiredUploads(now: number, signal?: AbortSignal): Promise<number> {
    const { db, locker, logger } = this.#options;
    let collected = 0;
    for (const { id } of await findUploadsToCollect(db, now)) {
      if (signal?.aborted) break;
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
    const { db, uploads, logger } = this.#options;
    const row = await findUpload(db, id);
    if (!row || (row.state === 'receiving' && row.expires_at > now)) return false;
    if (row.state === 'receiving') {
      if ((await ownerMayUpload(db, id)) && (await this.#isComplete(row))) {
        await uploads.finish(id);
        return false;
      }
      if (!(await endUpload(db, id, { state: 'expired', finishedAt: null }))) return false;
      logger.info({ upload: id, owner: row.owner_id }, 'upload expired');
    } else if (row.state === 'finished') return false;
    await uploads.removeBytes(id);
    return row.state === 'receiving';
  }
}
