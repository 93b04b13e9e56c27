import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { HeldJob } from './held-job.ts';
import type { ActiveJob, QueueWorker, WorkOptions } from './port.ts';
import type { JobSource } from './taken-job.ts';

export interface TakingWorkerOptions {
  readonly name: string;
  readonly source: JobSource;
  readonly work: WorkOptions;
  readonly handler: (job: ActiveJob) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often the source is looked at when nothing wakes the worker, in milliseconds. */
  readonly pollMs: number;
  /** Rest after the first failure, in milliseconds. */
  readonly retryBaseMs: number;
  /** Releases what was opened for it; once for each call of `stop`. */
  readonly onStopped: () => void | Promise<void>;
}

/** Takes jobs of one name from an adapter's queue while there is room, and hands them to the handler. */
export class TakingWorker implements QueueWorker {
  readonly #options: TakingWorkerOptions;
  readonly #poll: NodeJS.Timeout;
  readonly #held = new Map<HeldJob, Promise<void>>();
  #nextDue: NodeJS.Timeout | undefined;
  #filling: Promise<void> | undefined;
  #wanted = false;
  #stopping = false;
  #unreachable = false;

  /** @throws RangeError for options that no worker can keep to */
  constructor(options: TakingWorkerOptions) {
    const { concurrency, perGroup, leaseMs } = options.work;
    if (!(Number.isInteger(concurrency) && concurrency > 0))
      throw new RangeError('A worker needs a concurrency of at least 1');
    if (perGroup !== undefined && !(Number.isInteger(perGroup) && perGroup > 0))
      throw new RangeError('A group has a place for at least 1 job');
    if (!(leaseMs > 0)) throw new RangeError('A lease lasts longer than 0 ms');
    this.#options = options;
    // Looking for work is no reason for a process to stay alive.
    this.#poll = setInterval(() => {
      this.wake();
    }, options.pollMs).unref();
    this.wake();
  }

  get name(): string {
    return this.#options.name;
  }

  /** Looks for work now. */
  wake(): void {
    this.#wanted = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      // Somebody may have asked after the last look and before this.
      if (this.#wanted && !this.#stopping) this.wake();
    });
  }

  async #fill(): Promise<void> {
    const { name, logger, source } = this.#options;
    while (this.#wanted && !this.#stopping) {
      this.#wanted = false;
      try {
        await this.#take();
        if (this.#unreachable) logger.info({ jobName: name }, `${source.place} can be read again`);
        this.#unreachable = false;
      } catch (error) {
        // Told once, not at every poll; the next poll tries again.
        if (!this.#unreachable) logger.error({ err: toError(error), jobName: name }, `${source.place} cannot be read`);
        this.#unreachable = true;
      }
    }
  }

  async #take(): Promise<void> {
    const { source, work } = this.#options;
    await source.releaseExpired();
    while (!this.#stopping && this.#held.size < work.concurrency) {
      const { job, dueAt } = await source.take(this.#fullGroups());
      if (!job) {
        this.#wakeAt(dueAt);
        return;
      }
      if (this.#stopping) {
        // The stop came while the job was being taken.
        await job.handBack();
        return;
      }
      const held = new HeldJob({ ...this.#options, job, isStopping: () => this.#stopping });
      this.#held.set(
        held,
        held.run().finally(() => {
          this.#held.delete(held);
          this.wake();
        }),
      );
    }
  }

  #wakeAt(dueAt: number | undefined): void {
    clearTimeout(this.#nextDue);
    if (dueAt === undefined || this.#stopping) return;
    // What is due after the next poll is seen by it.
    const restMs = Math.max(1, dueAt - this.#options.clock.now());
    if (restMs >= this.#options.pollMs) return;
    this.#nextDue = setTimeout(() => {
      this.wake();
    }, restMs).unref();
  }

  #fullGroups(): ReadonlySet<string> {
    const { perGroup } = this.#options.work;
    const held = Map.groupBy(this.#held.keys(), ({ group }) => group);
    return new Set([...held].filter(([, jobs]) => jobs.length >= (perGroup ?? Infinity)).map(([group]) => group));
  }

  async stop(options: { readonly force?: boolean } = {}): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#poll);
    clearTimeout(this.#nextDue);
    if (options.force) for (const held of this.#held.keys()) held.stop();
    await this.#filling;
    await Promise.all(this.#held.values());
    await this.#options.onStopped();
  }
}
