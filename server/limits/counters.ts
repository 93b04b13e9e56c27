import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Count, Counter, CounterOptions } from './port.ts';

/** Longer windows would need timers that Node cannot set (2^31 ms). */
export const longestWindowSeconds = 2_000_000;

/** The counters of an adapter by name. Each is made once; asking for it again with other options is a mistake. */
export class Counters {
  readonly #known = new Map<string, { readonly options: CounterOptions; readonly counter: Counter }>();
  readonly #make: (name: string, options: CounterOptions) => RateLimiterAbstract;

  constructor(make: (name: string, options: CounterOptions) => RateLimiterAbstract) {
    this.#make = make;
  }

  /** @throws RangeError for a window that cannot be timed; Error when the name is in use with other options */
  get(name: string, options: CounterOptions): Counter {
    if (!Number.isInteger(options.seconds) || options.seconds < 1 || options.seconds > longestWindowSeconds)
      throw new RangeError(`A window lasts 1 to ${longestWindowSeconds} whole seconds, not ${options.seconds}`);
    const known = this.#known.get(name);
    if (known === undefined) {
      const counter = toCounter(this.#make(name, options), options.points);
      this.#known.set(name, { options, counter });
      return counter;
    }
    if (known.options.points !== options.points || known.options.seconds !== options.seconds)
      throw new Error(`The counter ${name} exists with other options`);
    return known.counter;
  }
}

function toCounter(limiter: RateLimiterAbstract, points: number): Counter {
  const toCount = ({ consumedPoints, msBeforeNext }: RateLimiterRes): Count => ({
    used: consumedPoints,
    allowed: consumedPoints <= points,
    resetMs: msBeforeNext,
  });
  const look = async (key: string): Promise<Count | undefined> => {
    const found = await limiter.get(key);
    return found && found.msBeforeNext > 0 && found.consumedPoints > 0 ? toCount(found) : undefined;
  };
  return {
    look,
    async consume(key) {
      try {
        return toCount(await limiter.consume(key));
      } catch (thrown) {
        if (thrown instanceof RateLimiterRes) return toCount(thrown);
        throw thrown;
      }
    },
    async giveBack(key) {
      // The window may have ended since, or others gave back meanwhile: below nothing would allow one too many.
      if (!(await look(key))) return;
      const { consumedPoints } = await limiter.reward(key);
      if (consumedPoints < 0) await limiter.penalty(key);
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}
