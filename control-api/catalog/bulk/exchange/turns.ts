import { setImmediate as otherWork } from 'node:timers/promises';

/** So many titles are looked at before others get a turn: some milliseconds. */
const atOnce = 50;

/** Goes through many titles, and lets other requests of this process be answered in between. */
export async function* inTurns<T>(values: readonly T[]): AsyncGenerator<readonly T[], void> {
  for (let from = 0; from < values.length; from += atOnce) {
    yield values.slice(from, from + atOnce);
    await otherWork();
  }
}
