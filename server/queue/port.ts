/** Every kind of work and what it is told. The database holds the truth; a job only says "look at this now". */
export interface Jobs {
  /** Probe the source, plan the renditions and chunks, ask for the encoding. */
  'version.prepare': { readonly versionId: string };
  /** The same for a source that must be copied into another container first, which takes long. */
  'version.remux': { readonly versionId: string };
  /** Encode one chunk of all video renditions from one decode. */
  'version.encode-video': { readonly versionId: string; readonly chunk: number };
  /** Encode one audio track, whole, into its renditions. */
  'version.encode-audio': { readonly versionId: string; readonly track: number };
  /** Stream finished chunks in order into the packager and publish what comes out. */
  'version.package': { readonly versionId: string };
}

/** The name of a kind of work. */
export type JobName = keyof Jobs;

/** Every name there is (the compiler sees to it). */
export const jobNames = Object.keys({
  'version.prepare': 0,
  'version.remux': 0,
  'version.encode-video': 0,
  'version.encode-audio': 0,
  'version.package': 0,
} satisfies Record<JobName, 0>) as readonly JobName[];

/** How a job is added. */
export interface EnqueueOptions {
  /** While a job of this key waits or runs, another one is not added. */
  readonly dedupeKey?: string;
  /** Lower runs first; default 100. Chunk numbers are used so that a long film does not block a short one. */
  readonly priority?: number;
  /** Milliseconds until it may run; default 0. */
  readonly delayMs?: number;
  /** How often it is tried in all; default 3. A job whose worker died counts as tried once. */
  readonly maxAttempts?: number;
}

/** A job in the hands of a worker. */
export interface ActiveJob<N extends JobName> {
  readonly id: string;
  readonly name: N;
  readonly payload: Jobs[N];
  /** 1 for the first try. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Aborts when the lease is lost or the worker is forced to stop; what the handler does then does not count. */
  readonly signal: AbortSignal;
}

/** How a worker takes jobs of one kind. */
export interface WorkOptions<N extends JobName> {
  readonly concurrency: number;
  /** Milliseconds without a heartbeat after which a job belongs to nobody; the adapter sends the heartbeats. */
  readonly leaseMs: number;
  /**
   * Called when the last try failed, the last worker died or the handler threw `JobRejected`: once, and again only
   * when it threw itself or its process died meanwhile. The job is failed for good after it.
   */
  onFailed?(job: ActiveJob<N>, error: Error): Promise<void>;
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
 * database it would wait for that transaction for ever.
 */
export interface JobQueue {
  enqueue<N extends JobName>(name: N, payload: Jobs[N], options?: EnqueueOptions): Promise<void>;
  work<N extends JobName>(name: N, options: WorkOptions<N>, handler: (job: ActiveJob<N>) => Promise<void>): QueueWorker;
  /** Those of the dedupe keys of which no job waits or runs: what was never asked for, is done or has failed. */
  missing(dedupeKeys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Removes jobs that failed for good longer ago than this many milliseconds; answers how many. */
  forgetFailed(olderThanMs: number): Promise<number>;
  counts(): Promise<Record<JobName, QueueCounts>>;
  /** Releases connections and timers; workers must have been stopped. */
  close(): Promise<void>;
}

/** By what the first job of a version is known to the queue. */
export const preparationKey = (versionId: string): string => `version.prepare:${versionId}`;

/** Asks for the first job of a version, from which the others follow. Harmless to ask twice. */
export async function askForPreparation(queue: Pick<JobQueue, 'enqueue'>, versionId: string): Promise<void> {
  await queue.enqueue('version.prepare', { versionId }, { dedupeKey: preparationKey(versionId) });
}
