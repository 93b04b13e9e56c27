import { randomUUID } from 'node:crypto';
import type { Database } from '../db/port.ts';
import { systemClock, type Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { checkedOptions } from './enqueue-options.ts';
import { JobsStatements, type JobRow, type Lease } from './jobs-table.ts';
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
import type { JobSource, TakenJob } from './taken-job.ts';
import { TakingWorker } from './worker.ts';

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

/** A row of the table in the hands of a worker. */
function takenRow(row: JobRow, lease: Lease, { statements, clock }: Shared): TakenJob {
  return {
    id: row.id,
    name: row.name,
    payload: JSON.parse(row.payload) as JobPayload,
    group: row.group_key,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    lastError: row.last_error ?? undefined,
    leaseUntil: row.lease_until ?? 0,
    extend: (leaseMs) => statements.extend(lease, clock.now() + leaseMs),
    complete: () => statements.complete(lease),
    retry: (runAt, error) => statements.retry(lease, runAt, error),
    handBack: (later) => statements.handBack(lease, later),
    exhaust: (error) => statements.exhaust(lease, error),
    fail: () => statements.fail(lease),
  };
}

/** The jobs of a name in the table. */
function tableSource(name: string, leaseMs: number, shared: Shared): JobSource {
  const { statements, clock } = shared;
  return {
    place: 'the job table',
    releaseExpired: () => statements.releaseExpired(name, clock.now()),
    async take(full) {
      const now = clock.now();
      const owner = randomUUID();
      const row = await statements.claim(name, owner, now, now + leaseMs, full);
      return row ? { job: takenRow(row, { jobId: row.id, owner }, shared) } : {};
    },
  };
}

/** The job queue in the database's own table `jobs`, for both databases. */
export class DatabaseQueue<J extends Jobs<J> = Record<string, JobPayload>> implements JobQueue<J> {
  readonly #shared: Shared;
  readonly #workers = new Set<TakingWorker>();
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
    const { statements, clock } = this.#shared;
    await statements.insert(name, JSON.stringify(payload), checkedOptions(options), clock.now());
    for (const worker of this.#workers) if (worker.name === name) worker.wake();
  }

  work<N extends keyof J & string>(
    name: N,
    options: WorkOptions<J[N], N>,
    handler: (job: ActiveJob<J[N], N>) => Promise<void>,
  ): QueueWorker {
    this.#assertOpen();
    const worker: TakingWorker = new TakingWorker({
      ...this.#shared,
      name,
      source: tableSource(name, options.leaseMs, this.#shared),
      // The table keeps names and payloads as text: that a job of this name has this payload is `enqueue`'s promise.
      work: options as unknown as WorkOptions,
      handler: handler as unknown as (job: ActiveJob) => Promise<void>,
      onStopped: () => {
        this.#workers.delete(worker);
      },
    });
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
