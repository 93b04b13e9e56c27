/** A value that JSON keeps as it is. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a job is told: ids and numbers, not rows. The database holds the truth; a job only says "look at this now". It
 * need not be about a version.
 */
export type JobPayload = { readonly [key: string]: Json };

/** Jobs by name. The queue knows none: each kind is declared by the part that does it, e.g. `VersionJobs`. */
export type Jobs<J> = { readonly [N in keyof J]: JobPayload };

/** The number of the priority that runs last. BullMQ keeps 21 bits. */
export const lastPriority = 2 ** 21 - 2;

/** How a job is added. */
export interface EnqueueOptions {
  /**
   * While a job of this key waits or runs, another one is not added. A key belongs to one name of jobs, so it says the
   * name: what the same key of two names means is not promised, because BullMQ keeps keys for each name.
   */
  readonly dedupeKey?: string;
  /**
   * On whose behalf it is done, e.g. an account. Groups take turns: of those with a job that is due, the one with the
   * fewest jobs of this name in hand comes next, then the one whose last turn was longest ago. However many jobs one
   * group adds, another one waits for a place only, not for those jobs. Default: all jobs without one are one group.
   */
  readonly group?: string;
  /**
   * Within its group, lower runs first: a whole number from 0 to `lastPriority`; default 100.
   */
  readonly priority?: number;
  /** Milliseconds until it may run; default 0. */
  readonly delayMs?: number;
  /** How often it is tried in all; default 3. A job whose worker died counts as tried once. */
  readonly maxAttempts?: number;
}

/** A job in the hands of a worker. */
export interface ActiveJob<P extends JobPayload = JobPayload, N extends string = string> {
  readonly id: string;
  readonly name: N;
  readonly payload: P;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Aborts when the lease is lost or the worker is forced to stop; what the handler does then does not count. */
  readonly signal: AbortSignal;
}

/** How a worker takes jobs of one kind. */
export interface WorkOptions<P extends JobPayload = JobPayload, N extends string = string> {
  readonly concurrency: number;
  /**
   * How many of them may be of one group; default all. With fewer, jobs that last long leave places to groups that have
   * not come yet.
   */
  readonly perGroup?: number;
  /** Milliseconds without a heartbeat after which a job belongs to nobody; the adapter sends the heartbeats. */
  readonly leaseMs: number;
  /**
   * Called when the last try failed, the last worker died or the handler threw `JobRejected`: once, and again only
   * when it threw itself or its process died meanwhile. The job is failed for good after it.
   */
  onFailed?(job: ActiveJob<P, N>, error: Error): Promise<void>;
}

/** Thrown by a handler when trying again cannot help. */
export class JobRejected extends Error {
  override readonly name = 'JobRejected';
}

/** Thrown by a handler when the job must wait for something outside of it; the try does not count. */
export class JobPostponed extends Error {
  override readonly name = 'JobPostponed';
  /** Milliseconds until it may be tried again. */
  readonly delayMs: number;

  constructor(message: string, delayMs: number, options?: ErrorOptions) {
    super(message, options);
    this.delayMs = delayMs;
  }
}

/** A running worker. */
export interface QueueWorker {
  /** Takes no new jobs; resolves when those in hand are done. With `force`, aborts them and hands them back untried. */
  stop(options?: { readonly force?: boolean }): Promise<void>;
}

/** How many jobs of one kind are in which state. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
}

/**
 * At least once delivery with leases; a killed worker's job is delivered again after its lease ends. A job is
 *
 *     waiting -> active -> gone (done)
 *                       -> waiting (failed, to be tried again after a growing pause; handed back uncounted by a
 *                                   forced stop, or when it failed while its worker stops; or its lease ended)
 *                       -> failed (tried often enough, or rejected; kept for the operator until it is forgotten)
 *
 * Never enqueue inside a database transaction: the job could run before the transaction ends, and with the embedded
 * database it would wait for that transaction without end.
 */
export interface JobQueue<J extends Jobs<J> = Record<string, JobPayload>> {
  enqueue<N extends keyof J & string>(name: N, payload: J[N], options?: EnqueueOptions): Promise<void>;
  work<N extends keyof J & string>(
    name: N,
    options: WorkOptions<J[N], N>,
    handler: (job: ActiveJob<J[N], N>) => Promise<void>,
  ): QueueWorker;
  /** Those of the dedupe keys of which no job waits or runs: what was never asked for, is done or has failed. */
  missing(dedupeKeys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Removes jobs that failed for good longer ago than this many milliseconds; returns how many. */
  forgetFailed(olderThanMs: number): Promise<number>;
  /** By name: of every name that the adapter was told of, and of every other one that there is a job of. */
  counts(): Promise<Readonly<Record<string, QueueCounts>>>;
  /** Releases connections and timers; workers must have been stopped. */
  close(): Promise<void>;
}
