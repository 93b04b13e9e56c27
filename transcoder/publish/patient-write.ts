import { setTimeout as delay } from 'node:timers/promises';
import { isStorageUnavailable } from '../../server/storage/port.ts';

/** The rests between tries, in milliseconds: two minutes together. */
const usualRestsMs = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000] as const;

/**
 * Writes to the storage, again and again for some minutes while it cannot be reached: what was made in minutes must not
 * be made again because a store was away for seconds. The storage itself has tried for some seconds each time.
 * @throws what the last try threw; the signal's reason
 */
export async function patientWrite(
  write: () => Promise<void>,
  signal: AbortSignal,
  restsMs: readonly number[] = usualRestsMs,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await write();
    } catch (error) {
      const rest = restsMs[tries];
      if (rest === undefined || !isStorageUnavailable(error)) throw error;
      await delay(rest, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
