import { randomUUID } from 'node:crypto';
import type { Database } from '../db/port.ts';
import { systemClock, type Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { HeldJob } from './held-job.ts';
import { JobsStatements } from './jobs-table.ts';
import type {
  ActiveJob,
  EnqueueOptions,
  JobPayload,
  JobQueue,
  Jobs,
  QueueCounts,
  QueueWorker,
  WorkOptions,
} from './port.ts';

export interface DatabaseQueueOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** Names of jobs that `counts` shows also while there is none. */
  readonly declared?: readonly string[];
  /** Leases are compared between processes: machines that share a queue keep their clocks in step (NTP). */
  readonly clock?: Clock;
  /** How often the table is looked at, in milliseconds; default 500. Jobs of the same process are seen at once. */
  readonly pollMs?: number;
  /** Rest after the first failure, in milliseconds, doubled with each further one; default 2000. */
  readonly retryBaseMs?: number;
}

type Shared = Required<Omit<DatabaseQueueOptions, 'db'>> & { readonly statements: JobsStatements };

/** Takes jobs of one name while there is room and hands them to the handler. */
class DatabaseWorker implements QueueWorker {
  readonly name: string;
  readonly #shared: Shared;
  readonly #options: WorkOptions;
  readonly #handler: (job: ActiveJob) => Promise<void>;
  readonly #onStopped: () => void;
  readonly #poll: NodeJS.Timeout;
  readonly #held = new Map<HeldJob, Promise<void>>();
  #filling: Promise<void> | undefined;
  #wanted = false;
  #stopping = false;
  #unreachable = false;

  constructor(
    name: string,
    shared: Shared,
    options: WorkOptions,
    handler: (job: ActiveJob) => Promise<void>,
    onStopped: () => void,
  ) {
    if (!(Number.isInteger(options.concurrency) && options.concurrency > 0))
      throw new RangeError('A worker needs a concurrency of at least 1');
    if (options.perGroup !== undefined && !(Number.isInteger(options.perGroup) && options.perGroup > 0))
      throw new RangeError('A group has a place for at least 1 job');
    if (!(options.leaseMs > 0)) throw new RangeError('A lease lasts longer than 0 ms');
    this.name = name;
    this.#shared = shared;
    this.#options = options;
    this.#handler = handler;
    this.#onStopped = onStopped;
    // Looking for work is no reason for a process to stay alive.
    this.#poll = setInterval(() => {
      this.wake();
    }, shared.pollMs).unref();
    this.wake();
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
    while (this.#wanted && !this.#stopping) {
      this.#wanted = false;
      try {
        await this.#take();
        if (this.#unreachable) this.#shared.logger.info({ jobName: this.name }, 'the job table can be read again');
        this.#unreachable = false;
      } catch (error) {
        // Told once, not at every poll; the next poll tries again.
        if (!this.#unreachable)
          this.#shared.logger.error({ err: toError(error), jobName: this.name }, 'the job table cannot be read');
        this.#unreachable = true;
      }
    }
  }

  async #take(): Promise<void> {
    const { statements, clock } = this.#shared;
    await statements.releaseExpired(this.name, clock.now());
    while (!this.#stopping && this.#held.size < this.#options.concurrency) {
      const now = clock.now();
      const owner = randomUUID();
      const row = await statements.claim(this.name, owner, now, now + this.#options.leaseMs, this.#fullGroups());
      if (!row) return;
      const lease = { jobId: row.id, owner };
      if (this.#stopping) {
        // The stop came while the claim was under way.
        await statements.handBack(lease);
        return;
      }
      const held = new HeldJob({
        ...this.#shared,
        row,
        lease,
        work: this.#options,
        handler: this.#handler,
        isStopping: () => this.#stopping,
      });
      this.#held.set(
        held,
        held.run().finally(() => {
          this.#held.delete(held);
          this.wake();
        }),
      );
    }
  }

  #fullGroups(): ReadonlySet<string> {
    const { perGroup } = this.#options;
    const held = Map.groupBy(this.#held.keys(), ({ group }) => group);
    return new Set([...held].filter(([, jobs]) => jobs.length >= (perGroup ?? Infinity)).map(([group]) => group));
  }

  async stop(options: { readonly force?: boolean } = {}): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#poll);
    if (options.force) for (const held of this.#held.keys()) held.stop();
    await this.#filling;
    await Promise.all(this.#held.values());
    this.#onStopped();
  }
}

/** The job queue in the database's own table `jobs`, for both databases. */
export class DatabaseQueue<J extends Jobs<J> = Record<string, JobPayload>> implements JobQueue<J> {
  readonly #shared: Shared;
  readonly #workers = new Set<{
    readonly name: string;
    wake(): void;
    stop(options: { readonly force: boolean }): Promise<void>;
  }>();
  #closed = false;

  constructor(options: DatabaseQueueOptions) {
    this.#shared = {
      statements: new JobsStatements(options.db),
      logger: options.logger,
      declared: options.declared ?? [],
      clock: options.clock ?? systemClock,
      pollMs: options.pollMs ?? 500,
      retryBaseMs: options.retryBaseMs ?? 2000,
    };
  }

  async enqueue<N extends keyof J & string>(name: N, payload: J[N], options: EnqueueOptions = {}): Promise<void> {
    this.#assertOpen();
    const { priority = 100, delayMs = 0, maxAttempts = 3 } = options;
    if (!Number.isInteger(priority)) throw new RangeError('A priority is a whole number');
    if (!(delayMs >= 0)) throw new RangeError('A delay is not negative');
    if (!(Number.isInteger(maxAttempts) && maxAttempts > 0)) throw new RangeError('A job is tried at least once');
    await this.#shared.statements.insert(
      name,
      JSON.stringify(payload),
      { ...options, delayMs: Math.ceil(delayMs) },
      this.#shared.clock.now(),
    );
    for (const worker of this.#workers) if (worker.name === name) worker.wake();
  }

  work<N extends keyof J & string>(
    name: N,
    options: WorkOptions<J[N], N>,
    handler: (job: ActiveJob<J[N], N>) => Promise<void>,
  ): QueueWorker {
    this.#assertOpen();
    const worker: DatabaseWorker = new DatabaseWorker(
      name,
      this.#shared,
      // The table keeps names and payloads as text: that a job of this name has this payload is `enqueue`'s promise.
      options as unknown as WorkOptions,
      handler as unknown as (job: ActiveJob) => Promise<void>,
      () => {
        this.#workers.delete(worker);
      },
    );
    this.#workers.add(worker);
    return worker;
  }

  missing(dedupeKeys: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#shared.statements.missing(dedupeKeys);
  }

  forgetFailed(olderThanMs: number): Promise<number> {
    return this.#shared.statements.forgetFailed(this.#shared.clock.now() - olderThanMs);
  }

  counts(): Promise<Readonly<Record<string, QueueCounts>>> {
    return this.#shared.statements.counts(this.#shared.declared);
  }

  /** Workers that still run are stopped by force. The database belongs to its opener and stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers].map((worker) => worker.stop({ force: true })));
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('The job queue is closed');
  }
}
