import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import {
  LockNotFree,
  type Count,
  type Counter,
  type CounterOptions,
  type Lease,
  type Leases,
  type Limits,
  type LockOptions,
  type Locks,
} from './port.ts';

/** Longer windows would need timers that Node cannot set (2^31 ms). */
const longestWindowSeconds = 2_000_000;

interface LockHolder {
  readonly onWanted: (() => void) | undefined;
  readonly released: PromiseWithResolvers<void>;
}

/** What is counted and held in one process. Several `MemoryLimits` over one of these see the same, as processes would. */
export class MemoryLimitsState {
  readonly counters = new Map<string, { readonly options: CounterOptions; readonly counter: Counter }>();
  readonly locks = new Map<string, LockHolder>();
  readonly leases = new Set<string>();
}

/** Limits of one process; a restart forgets them. */
export class MemoryLimits implements Limits {
  readonly #state: MemoryLimitsState;
  readonly #closing = new AbortController();
  readonly #held = new Set<() => Promise<void>>();
  readonly locks: Locks;
  readonly leases: Leases;

  constructor(state = new MemoryLimitsState()) {
    this.#state = state;
    this.locks = {
      take: (key, options) => this.#takeLock(key, options),
      takeIfFree: (key) => Promise.resolve(this.#isLockFree(key) ? this.#holdLock(key, undefined) : undefined),
    };
    this.leases = { take: (name) => Promise.resolve(this.#takeLease(name)) };
  }

  /** @throws RangeError for a window that cannot be timed; Error when the name is in use with other options */
  counter(name: string, options: CounterOptions): Counter {
    if (!(options.seconds > 0 && options.seconds <= longestWindowSeconds))
      throw new RangeError(`A window lasts up to ${longestWindowSeconds} seconds, not ${options.seconds}`);
    const known = this.#state.counters.get(name);
    if (known === undefined) {
      const counter = countInMemory(options);
      this.#state.counters.set(name, { options, counter });
      return counter;
    }
    if (known.options.points !== options.points || known.options.seconds !== options.seconds)
      throw new Error(`The counter ${name} exists with other options`);
    return known.counter;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const release of this.#held) await release();
  }

  #isLockFree(key: string): boolean {
    return !this.#closing.signal.aborted && !this.#state.locks.has(key);
  }

  async #takeLock(key: string, { waitMs, signal, onWanted }: LockOptions): Promise<() => Promise<void>> {
    const deadline = Date.now() + waitMs;
    const givingUp = AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
    for (let holder = this.#state.locks.get(key); holder; holder = this.#state.locks.get(key)) {
      holder.onWanted?.();
      const isReleased = await settlesWithin(holder.released.promise, deadline - Date.now(), givingUp);
      if (!isReleased) throw new LockNotFree(`The lock ${key} was not given up in time`);
    }
    // Nothing is awaited between the last look and this: it is one step.
    if (this.#closing.signal.aborted) throw new LockNotFree(`The limits were closed before the lock ${key} was taken`);
    return this.#holdLock(key, onWanted);
  }

  #holdLock(key: string, onWanted: (() => void) | undefined): () => Promise<void> {
    const holder: LockHolder = { onWanted, released: Promise.withResolvers() };
    const { locks } = this.#state;
    locks.set(key, holder);
    return this.#holding(() => {
      locks.delete(key);
      holder.released.resolve();
    });
  }

  #takeLease(name: string): Lease | undefined {
    const { leases } = this.#state;
    if (this.#closing.signal.aborted || leases.has(name)) return undefined;
    leases.add(name);
    const release = this.#holding(() => leases.delete(name));
    return { signal: this.#closing.signal, release };
  }

  /** Something that is let go of once: by its holder, or when this process closes. */
  #holding(letGo: () => void): () => Promise<void> {
    const release = async (): Promise<void> => {
      if (this.#held.delete(release)) letGo();
    };
    this.#held.add(release);
    return release;
  }
}

/** Whether the promise settles before the time is over and the signal aborts. */
async function settlesWithin(promise: Promise<void>, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const given = Promise.withResolvers<boolean>();
  const giveUp = () => {
    given.resolve(false);
  };
  const timer = setTimeout(giveUp, Math.max(0, milliseconds));
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([promise.then(() => true), given.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function countInMemory({ points, seconds }: CounterOptions): Counter {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
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
