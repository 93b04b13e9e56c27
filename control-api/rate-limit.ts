import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../server/kit/errors.ts';

export type RateLimit = RateLimiterMemory;

/** So many of something in a time, by key, in memory: with several processes each counts for itself. */
export function createRateLimit(points: number, seconds: number): RateLimit {
  return new RateLimiterMemory({ points, duration: seconds });
}

/**
 * Counts one more.
 * @param what there were too many of, as a person reads it, e.g. `attempts`
 * @throws ProblemError too_many_requests
 */
export async function countOne(limit: RateLimit, key: string, what: string): Promise<void> {
  try {
    await limit.consume(key);
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    throw tooMany(what, thrown);
  }
}

/** The problem to answer with when a limit is used up. */
export function tooMany(what: string, { msBeforeNext }: RateLimiterRes): ProblemError {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const wait =
    retryAfterSeconds < 120 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
  return new ProblemError('too_many_requests', `Too many ${what}. Try again in ${wait}.`, {
    extras: { retryAfterSeconds },
  });
}
