import { ProblemError } from '../server/kit/errors.ts';
import type { Count, Counter } from '../server/limits/port.ts';

/**
 * Counts one more.
 * @param what there were too many of, as a person reads it, e.g. `attempts`
 * @throws ProblemError too_many_requests
 */
export async function countOne(counter: Counter, key: string, what: string): Promise<void> {
  const count = await counter.consume(key);
  if (!count.allowed) throw tooMany(what, count);
}

/** The problem to answer with when a limit is used up. */
export function tooMany(what: string, { resetMs }: Pick<Count, 'resetMs'>): ProblemError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1000));
  const wait =
    retryAfterSeconds < 120 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
  return new ProblemError('too_many_requests', `Too many ${what}. Try again in ${wait}.`, {
    extras: { retryAfterSeconds },
  });
}
