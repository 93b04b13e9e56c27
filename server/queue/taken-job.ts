import type { JobPayload } from './port.ts';

/**
 * A job that a worker took from an adapter's queue: what it is, and how its outcome is written. Every write resolves to
 * whether the job was still this worker's; when it was not, nothing was changed.
 */
export interface TakenJob {
  readonly id: string;
  readonly name: string;
  readonly payload: JobPayload;
  readonly group: string;
  /**
   * How often it was taken, this time included, without the times that do not count. Beyond `maxAttempts` there is no
   * further try: its failure is to be announced.
   */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** The message of the last failure. */
  readonly lastError: string | undefined;
  /** Until when it is this worker's, unless the lease is extended, in milliseconds since the epoch. */
  readonly leaseUntil: number;

  /** A heartbeat: the job is this worker's for so many milliseconds from now. */
  extend(leaseMs: number): Promise<boolean>;
  /** Done: the job is gone. */
  complete(): Promise<boolean>;
  /** To be tried again, or, once exhausted, to be announced again; not before `runAt`. */
  retry(runAt: number, error: Error): Promise<boolean>;
  /** As if it had never been taken; with `later`, not to be taken before `runAt`. */
  handBack(later?: { readonly runAt: number; readonly error: Error }): Promise<boolean>;
  /** No further try. Still held, so that the worker that finds the lease ended goes on with announcing the failure. */
  exhaust(error: Error): Promise<boolean>;
  /** Failed for good and announced; kept for the operator. */
  fail(error: Error): Promise<boolean>;
}

/** Where a worker gets its jobs from: jobs of one name in an adapter's queue. */
export interface JobSource {
  /** What cannot be read when it cannot, in the log. */
  readonly place: string;
  /** Makes jobs free again whose worker was not heard of until their lease ended. */
  releaseExpired(): Promise<void>;
  /**
   * Takes the next job of the group whose turn it is, counting the attempt.
   * @param full groups that get none now
   */
  take(full: ReadonlySet<string>): Promise<Look>;
}

/** What came of looking for a job. */
interface Look {
  readonly job?: TakenJob | undefined;
  /** Without a job: when the next one is due, in milliseconds since the epoch, if the queue knows. */
  readonly dueAt?: number | undefined;
}
