import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { JobRow, JobsStatements, Lease } from './jobs-table.ts';
import { JobPostponed, JobRejected, type ActiveJob, type JobPayload, type WorkOptions } from './port.ts';

/** What the signal of a job is aborted with. */
class JobAborted extends Error {
  override readonly name = 'JobAborted';
}

/** How long a failed job rests, in milliseconds: twice as long after each try, at most a minute. */
export function retryDelay(attempt: number, baseMs: number): number {
  return Math.min(baseMs * 2 ** (attempt - 1), 60_000);
}

/** Pause before a statement that could not reach the database is sent again, in milliseconds. */
const databaseRetryMs = 200;

export interface HeldJobOptions {
  readonly row: JobRow;
  readonly lease: Lease;
  readonly statements: JobsStatements;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retryBaseMs: number;
  readonly work: WorkOptions;
  readonly handler: (job: ActiveJob) => Promise<void>;
  /** Whether the worker was asked to stop. */
  readonly isStopping: () => boolean;
}

/**
 * One delivery of one job, from the claim to its end. While it runs, heartbeats push the lease ahead. Three things
 * can end the handler early: the lease was lost to another worker, heartbeats did not reach the database until the
 * lease had ended (another worker may have it), or the worker is forced to stop. In the first two the job is no
 * longer ours and nothing more is written.
 */
export class HeldJob {
  readonly #options: HeldJobOptions;
  readonly #job: ActiveJob;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  #leaseUntil: number;
  #lost = false;
  #settled = false;
  #beating = false;

  constructor(options: HeldJobOptions) {
    const { row } = options;
    this.#options = options;
    this.#leaseUntil = row.lease_until ?? 0;
    this.#job = {
      id: row.id,
      name: row.name,
      payload: JSON.parse(row.payload) as JobPayload,
      attempt: Math.min(row.attempts, row.max_attempts),
      maxAttempts: row.max_attempts,
      signal: this.#abort.signal,
    };
    this.#logger = options.logger.child({ job: row.id, jobName: row.name, attempt: this.#job.attempt });
  }

  get group(): string {
    return this.#options.row.group_key;
  }

  /** Runs the handler and settles the job. Never rejects. */
  async run(): Promise<void> {
    const heartbeat = setInterval(() => void this.#beat(), Math.max(1, this.#options.work.leaseMs / 3));
    heartbeat.unref();
    try {
      await this.#deliver();
    } catch (error) {
      // The database could not be told until the lease ended; the job will be delivered again.
      this.#logger.error({ err: toError(error) }, 'the outcome of a job could not be written');
    } finally {
      this.#settled = true;
      clearInterval(heartbeat);
    }
  }

  /** Aborts the handler; the job is handed back when it has ended. */
  stop(): void {
    this.#abort.abort(new JobAborted('The worker is stopping'));
  }

  async #deliver(): Promise<void> {
    const { row, statements, lease, clock, retryBaseMs, isStopping } = this.#options;
    if (row.attempts > row.max_attempts) {
      await this.#giveUp(new Error(row.last_error ?? `The worker died in each of ${row.max_attempts} tries`));
      return;
    }
    let failure: Error | undefined;
    try {
      await this.#options.handler(this.#job);
    } catch (error) {
      failure = toError(error);
    }
    if (this.#lost) {
      this.#logger.warn('a job ended after its lease was lost; its result is ignored');
    } else if (this.#abort.signal.aborted) {
      await this.#settle(() => statements.handBack(lease));
    } else if (!failure) {
      await this.#settle(() => statements.complete(lease));
    } else if (failure instanceof JobPostponed) {
      const error = failure;
      this.#logger.warn({ err: error }, 'a job waits');
      await this.#settle(() => statements.handBack(lease, { runAt: clock.now() + error.delayMs, error }));
    } else if (isStopping() && !(failure instanceof JobRejected)) {
      // The signal that stops this process may have reached the programs it had started as well.
      this.#logger.info({ err: failure }, 'a job failed while its worker stops; the try does not count');
      await this.#settle(() => statements.handBack(lease));
    } else if (failure instanceof JobRejected || row.attempts >= row.max_attempts) {
      await this.#giveUp(failure);
    } else {
      const error = failure;
      this.#logger.warn({ err: error }, 'a job failed and will be tried again');
      await this.#settle(() => statements.retry(lease, clock.now() + retryDelay(row.attempts, retryBaseMs), error));
    }
  }

  async #giveUp(failure: Error): Promise<void> {
    const { statements, lease, clock, retryBaseMs, work, row } = this.#options;
    // What is rejected was decided by its handler, who has said what there is to say.
    this.#logger[failure instanceof JobRejected ? 'debug' : 'error']({ err: failure }, 'a job failed');
    if (!(await this.#settle(() => statements.exhaust(lease, failure)))) return;
    try {
      await work.onFailed?.(this.#job, failure);
    } catch (error) {
      this.#logger.error({ err: toError(error) }, 'the failure of a job could not be announced and will be again');
      await this.#settle(() => statements.retry(lease, clock.now() + retryDelay(row.attempts, retryBaseMs), failure));
      return;
    }
    await this.#settle(() => statements.fail(lease));
  }

  /** Writes an outcome, again and again while the lease lasts: hours of encoding must not be lost to a hiccup. */
  async #settle(statement: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      try {
        const held = await statement();
        if (!held) this.#logger.warn('the lease of a job was lost; its result is ignored');
        return held;
      } catch (error) {
        if (this.#lost || this.#options.clock.now() >= this.#leaseUntil) throw error;
        this.#logger.warn({ err: toError(error) }, 'the outcome of a job is not written yet');
        await delay(databaseRetryMs);
      }
    }
  }

  async #beat(): Promise<void> {
    const { clock, statements, lease, work } = this.#options;
    if (this.#lost || this.#settled) return;
    if (this.#beating) {
      if (clock.now() >= this.#leaseUntil) this.#lose('the database did not answer before the lease ended');
      return;
    }
    this.#beating = true;
    try {
      const until = clock.now() + work.leaseMs;
      if (await statements.extend(lease, until)) this.#leaseUntil = until;
      else this.#lose('another worker has the job');
    } catch (error) {
      this.#logger.warn({ err: toError(error) }, 'a heartbeat failed');
      if (clock.now() >= this.#leaseUntil) this.#lose('the database was not reached before the lease ended');
    } finally {
      this.#beating = false;
    }
  }

  #lose(reason: string): void {
    // The statement that settles the job and a heartbeat may overtake each other.
    if (this.#settled || this.#lost) return;
    this.#lost = true;
    this.#logger.warn({ reason }, 'the lease of a job was lost');
    this.#abort.abort(new JobAborted(`The lease was lost: ${reason}`));
  }
}
