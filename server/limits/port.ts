/**
 * What all processes count and hold together: how often something happened, who may do a thing alone, and which
 * process does a recurring task. Names and keys are server-made and hold no secrets; what a person typed is hashed
 * before it becomes a key. Nothing here is the truth about money or rights: those are rows of the database.
 */
export interface Limits {
  /**
   * A counter of this name. Every process asks with the same options.
   * @throws RangeError when the window is no window; Error when this process has the counter with other options
   */
  counter(name: string, options: CounterOptions): Counter;
  readonly locks: Locks;
  readonly leases: Leases;
  /** Lets go of everything this process holds, and ends its waiting for locks. */
  close(): Promise<void>;
}

/** How much of something is allowed in which time. */
export interface CounterOptions {
  /** So many in one window. */
  readonly points: number;
  /** The length of the window, which begins with the first one counted; whole, at most 2,000,000 (23 days). */
  readonly seconds: number;
}

/** Where a key stands in its window. */
export interface Count {
  /** Counted so far, the one just asked for included. */
  readonly used: number;
  /** Whether that is within the limit. */
  readonly allowed: boolean;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/**
 * Counts by key. Counting and judging are one step, so that attempts at the same time cannot slip through. While the
 * backend is away each process counts for itself: a limit is then one for each process.
 */
export interface Counter {
  /** Counts one more (also above the limit) and says where that leads. */
  consume(key: string): Promise<Count>;
  /** Where the key stands, without counting; undefined when nothing was counted in this window. */
  look(key: string): Promise<Count | undefined>;
  /** Takes one back, for what turned out not to count. */
  giveBack(key: string): Promise<void>;
  /** Begins anew. */
  forget(key: string): Promise<void>;
}

/** How much of something is allowed, where nobody may begin anew by waiting a little. */
export interface LastingCounterOptions extends CounterOptions {
  /**
   * Who uses a window up waits longer each time: its length, twice that, four times, up to 64 times. A day without any
   * after the end of a window, or `forget`, begins with the first length again.
   */
  readonly grows?: true;
}

/** Counters that neither a restart nor a Redis without its data forgets: for guesses at what is secret. */
export interface LastingCounters {
  /** As `Limits.counter`. Not to be asked from within a transaction. */
  counter(name: string, options: LastingCounterOptions): Counter;
  /** Removes what no longer counts; returns how much. Upkeep: only room depends on it. */
  forgetEnded(): Promise<number>;
}

/** Thrown when a lock was not given up in time. */
export class LockNotFree extends Error {
  override readonly name = 'LockNotFree';
}

/** How somebody waits for a lock, and how they are asked to give it up. */
export interface LockOptions {
  /** How long to wait for it, in milliseconds. */
  readonly waitMs: number;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal;
  /** Called, at least once, while this holder has the lock and somebody else waits for it: it should soon let go. */
  readonly onWanted?: () => void;
}

/**
 * One holder for each key, over all processes and within one. A killed process's locks are free within a minute. A
 * holder may lose its lock when the backend is away for that long, or loses its data: it is asked to let go
 * (`onWanted`), and another one may hold the lock meanwhile. So what is done under a lock harms nobody when done twice
 * at the same time; the lock keeps it from being the usual case.
 */
export interface Locks {
  /**
   * Takes the lock, asking its holder to let go; resolves with how to give it back (a second time does nothing).
   * @throws LockNotFree; ProblemError `not_ready` when the backend was away all the time
   */
  take(key: string, options: LockOptions): Promise<() => Promise<void>>;
  /**
   * Takes it when nobody holds it, and asks nobody to let go; undefined when it is held.
   * @throws ProblemError `not_ready` when the backend is away
   */
  takeIfFree(key: string): Promise<(() => Promise<void>) | undefined>;
}

/** A process's hold on a recurring task. */
export interface Lease {
  /** Aborts when the lease was lost (the backend was away for too long): another process may have it now. */
  readonly signal: AbortSignal;
  /** Gives it back, so that another process can take it at once; a second time does nothing. */
  release(): Promise<void>;
}

/**
 * One process for each recurring task. The adapter renews a lease until it is released; that of a killed process ends
 * by itself.
 */
export interface Leases {
  /** Undefined when another holder has it, or nobody knows because the backend is away. Never waits. */
  take(name: string): Promise<Lease | undefined>;
}
