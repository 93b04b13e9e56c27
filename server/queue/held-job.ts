import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { JobPostponed, JobRejected, type ActiveJob, type WorkOptions } from './port.ts';
import type { TakenJob } from './taken-job.ts';

/** What the signal of a job is aborted with. */
class JobAborted extends Error {
  override readonly name = 'JobAborted';
}

/** How long a failed job rests, in milliseconds: twice as long after each try, at most a minute. */
export function retryDelay(attempt: number, baseMs: number): number {
  return Math.min(baseMs * 2 ** (attempt - 1), 60_000);
}

/** Pause before an outcome that did not reach the queue is sent again, in milliseconds. */
const settleAgainMs = 200;

export interface HeldJobOptions {
  readonly job: TakenJob;
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
 * can end the handler early: the lease was lost to another worker, heartbeats did not reach the queue until the
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
    const { id, name, payload, attempts, maxAttempts, leaseUntil } = options.job;
    this.#options = options;
    this.#leaseUntil = leaseUntil;
    this.#job = {
      id,
      name,
      payload,
      attempt: Math.min(attempts, maxAttempts),
      maxAttempts,
      signal: this.#abort.signal,
    };
    this.#logger = options.logger.child({ job: id, jobName: name, attempt: this.#job.attempt });
  }

  get group(): string {
    return this.#options.job.group;
  }

  /** Runs the handler and settles the job. Never rejects. */
  async run(): Promise<void> {
    const heartbeat = setInterval(() => void this.#beat(), Math.max(1, this.#options.work.leaseMs / 3));
    heartbeat.unref();
    try {
      await this.#deliver();
    } catch (error) {
      // The queue could not be told until the lease ended; the job will be delivered again.
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
    const { job, clock, retryBaseMs, isStopping } = this.#options;
    if (job.attempts > job.maxAttempts) {
      await this.#giveUp(new Error(job.lastError ?? `The worker died in each of ${job.maxAttempts} tries`));
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
      await this.#settle(() => job.handBack());
    } else if (!failure) {
      await this.#settle(() => job.complete());
    } else if (failure instanceof JobPostponed) {
      const error = failure;
      this.#logger.warn({ err: error }, 'a job waits');
      await this.#settle(() => job.handBack({ runAt: clock.now() + error.delayMs, error }));
    } else if (isStopping() && !(failure instanceof JobRejected)) {
      // The signal that stops this process may have reached the programs it had started as well.
      this.#logger.info({ err: failure }, 'a job failed while its worker stops; the try does not count');
      await this.#settle(() => job.handBack());
    } else if (failure instanceof JobRejected || job.attempts >= job.maxAttempts) {
      await this.#giveUp(failure);
    } else {
      const error = failure;
      this.#logger.warn({ err: error }, 'a job failed and will be tried again');
      await this.#settle(() => job.retry(clock.now() + retryDelay(job.attempts, retryBaseMs), error));
    }
  }

  async #giveUp(failure: Error): Promise<void> {
    const { job, clock, retryBaseMs, work } = this.#options;
    // What is rejected was decided by its handler, who has said what there is to say.
    this.#logger[failure instanceof JobRejected ? 'debug' : 'error']({ err: failure }, 'a job failed');
    if (!(await this.#settle(() => job.exhaust(failure)))) return;
    try {
      await work.onFailed?.(this.#job, failure);
    } catch (error) {
      this.#logger.error({ err: toError(error) }, 'the failure of a job could not be announced and will be again');
      await this.#settle(() => job.retry(clock.now() + retryDelay(job.attempts, retryBaseMs), failure));
      return;
    }
    await this.#settle(() => job.fail(failure));
  }

  /** Writes an outcome, again and again while the lease lasts: hours of encoding must not be lost to a hiccup. */
  async #settle(write: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      try {
        const held = await write();
        if (!held) this.#logger.warn('the lease of a job was lost; its result is ignored');
        return held;
      } catch (error) {
        if (this.#lost || this.#options.clock.now() >= this.#leaseUntil) throw error;
        this.#logger.warn({ err: toError(error) }, 'the outcome of a job is not written yet');
        await delay(settleAgainMs);
      }
    }
  }

  async #beat(): Promise<void> {
    const { clock, job, work } = this.#options;
    if (this.#lost || this.#settled) return;
    if (this.#beating) {
      if (clock.now() >= this.#leaseUntil) this.#lose('the queue did not answer before the lease ended');
      return;
    }
    this.#beating = true;
    try {
      const until = clock.now() + work.leaseMs;
      if (await job.extend(work.leaseMs)) this.#leaseUntil = until;
      else this.#lose('another worker has the job');
    } catch (error) {
      this.#logger.warn({ err: toError(error) }, 'a heartbeat failed');
      if (clock.now() >= this.#leaseUntil) this.#lose('the queue was not reached before the lease ended');
    } finally {
      this.#beating = false;
    }
  }

  #lose(reason: string): void {
    // What settles the job and a heartbeat may overtake each other.
    if (this.#settled || this.#lost) return;
    this.#lost = true;
    this.#logger.warn({ reason }, 'the lease of a job was lost');
    this.#abort.abort(new JobAborted(`The lease was lost: ${reason}`));
  }
}
