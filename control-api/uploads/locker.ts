import type { Lock, Locker } from '@tus/server';
import { ProblemError } from '../../server/kit/errors.ts';
import { LockNotFree, type Locks } from '../../server/limits/port.ts';
import { uploadProblems } from './problems.ts';

/** How long a request waits for the one before it to let go, in milliseconds. */
const waitMs = 15_000;

const keyOf = (uploadId: string): string => `uploads.${uploadId}`;

/**
 * One request at a time for each upload, over all processes. A later one asks the holder to let go: after a
 * connection broke unnoticed, the holder is a request that would wait for bytes that never come. (The library's own
 * locker is for one process and polls, which burns a core as long as anybody waits.)
 */
export class UploadLocker implements Locker {
  readonly #locks: Locks;

  constructor(locks: Locks) {
    this.#locks = locks;
  }

  /** Does `work` under the lock when nobody holds it, and asks nobody to let go. False when it was held. */
  async ifFree(id: string, work: () => Promise<void>): Promise<boolean> {
    const release = await this.#locks.takeIfFree(keyOf(id));
    if (!release) return false;
    try {
      await work();
    } finally {
      await release();
    }
    return true;
  }

  /** Does `work` under the lock, once its holder has let go. @throws ProblemError upload_locked when it does not */
  async hold(id: string, work: () => Promise<void>): Promise<void> {
    const lock = this.newLock(id);
    await lock.lock(new AbortController().signal, () => undefined);
    try {
      await work();
    } finally {
      await lock.unlock();
    }
  }

  newLock(id: string): Lock {
    let release: (() => Promise<void>) | undefined;
    return {
      lock: async (signal, requestRelease) => {
        try {
          release = await this.#locks.take(keyOf(id), { waitMs, signal, onWanted: () => void requestRelease() });
        } catch (error) {
          if (!(error instanceof LockNotFree)) throw error;
          throw new ProblemError(
            uploadProblems.upload_locked,
            'Another request is writing to this upload. Try again.',
            { cause: error },
          );
        }
      },
      unlock: async () => {
        const held = release;
        release = undefined;
        if (!held) throw new Error(`The lock of ${id} is not held`);
        await held();
      },
    };
  }
}
