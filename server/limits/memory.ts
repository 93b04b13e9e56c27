import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Counters } from './counters.ts';
import {
  LockNotFree,
  type Counter,
  type CounterOptions,
  type Lease,
  type Leases,
  type Limits,
  type LockOptions,
  type Locks,
} from './port.ts';

interface LockHolder {
  readonly onWanted: (() => void) | undefined;
  readonly released: PromiseWithResolvers<void>;
}

/** What is counted and held in one process. Several `MemoryLimits` over one of these see the same, as processes would. */
export class MemoryLimitsState {
  readonly counters = new Counters((_, { points, seconds }) => new RateLimiterMemory({ points, duration: seconds }));
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

  counter(name: string, options: CounterOptions): Counter {
    return this.#state.counters.get(name, options);
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
