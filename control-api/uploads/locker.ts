import type { Lock, Locker, RequestRelease } from '@tus/server';
import { ProblemError } from '../../server/kit/errors.ts';

/** How long a request waits for the one before it to let go, in milliseconds. */
const waitMs = 15_000;

interface Holder {
  readonly requestRelease: RequestRelease;
  readonly released: PromiseWithResolvers<void>;
}

/**
 * One request at a time for each upload, in this process. Who comes asks the holder to let go: after a connection
 * broke unnoticed, the holder is a request that would wait for bytes that never come. (The library's own locker
 * polls, and burns a core as long as anybody waits.)
 */
export class UploadLocker implements Locker {
  readonly #holders = new Map<string, Holder>();

  /** Does `work` under the lock when nobody holds it, and asks nobody to let go. False when it was held. */
  async ifFree(id: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#holders.has(id)) return false;
    await this.hold(id, work);
    return true;
  }

  /** Does `work` under the lock, once who holds it has let go. @throws ProblemError upload_locked when it does not */
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
    let mine: Holder | undefined;
    return {
      lock: async (signal, requestRelease) => {
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
        for (let holder = this.#holders.get(id); holder; holder = this.#holders.get(id)) {
          await holder.requestRelease();
          await released(holder, deadline);
        }
        mine = { requestRelease, released: Promise.withResolvers() };
        this.#holders.set(id, mine);
      },
      unlock: async () => {
        if (!mine || this.#holders.get(id) !== mine) throw new Error(`The lock of ${id} is not held`);
        this.#holders.delete(id);
        mine.released.resolve();
      },
    };
  }
}

/** @throws ProblemError upload_locked when the signal comes first */
async function released(holder: Holder, signal: AbortSignal): Promise<void> {
  const given = Promise.withResolvers<void>();
  const onAbort = () => {
    given.reject(new ProblemError('upload_locked', 'Another request is writing to this upload. Try again.'));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([holder.released.promise, given.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
