import { randomUUID } from 'node:crypto';
import type { RedisConnection } from 'bullmq';
import type { Redis } from 'ioredis';
import { systemClock, type Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { isRedisAway } from '../kit/redis-away.ts';
import { takenBullmqJob } from './bullmq-job.ts';
import { dedupeKeyOf, jobKeyOf, Lanes, namesKey } from './bullmq-lanes.ts';
import { Listener } from './bullmq-listener.ts';
import { bullmqConnection } from './bullmq-scripts.ts';
import { checkedOptions } from './enqueue-options.ts';
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
import type { JobSource } from './taken-job.ts';
import { TakingWorker } from './worker.ts';

export interface BullmqQueueOptions {
  /** Fails at once while Redis is away. */
  readonly commands: Redis;
  /** Makes a connection for a worker that waits for jobs, also while Redis is away. */
  readonly patient: () => Redis;
  /** What every key begins with, its colon included. */
  readonly prefix: string;
  readonly logger: Logger;
  /** Names of jobs that `counts` shows also while there is none. */
  readonly declared?: readonly string[];
  /** When a lease is thought to have ended here. Redis itself ends it by its own clock; delays end by that of the machine. */
  readonly clock?: Clock;
  /**
   * How often a worker looks without having heard of a job, and for jobs of dead workers, in milliseconds; default
   * 5000. The job of a dead worker is free again at most twice this time after its lease.
   */
  readonly pollMs?: number;
  /** Rest after the first failure, in milliseconds, doubled with each further one; default 2000. */
  readonly retryBaseMs?: number;
}

/** Workers look at once when they hear of a job; who reads late reads on at the oldest of so many events. */
const eventsKept = 1000;
/** How many keys are looked up by one command. */
const keysAtOnce = 200;

/**
 * The job queue on Redis: BullMQ, with groups that take turns (see `Lanes`). While Redis is away jobs cannot be added,
 * those in hand end by themselves or are aborted when their lease ends, and work goes on when it is back. A Redis that
 * comes back without its data has lost the jobs: those who need one ask for it again (see `missing`).
 */
export class BullmqQueue<J extends Jobs<J> = Record<string, JobPayload>> implements JobQueue<J> {
  readonly #options: Required<BullmqQueueOptions>;
  readonly #connection: RedisConnection;
  readonly #lanes = new Map<string, Lanes>();
  readonly #workers = new Map<TakingWorker, Listener>();
  #closed = false;

  constructor(options: BullmqQueueOptions) {
    this.#options = { declared: [], clock: systemClock, pollMs: 5000, retryBaseMs: 2000, ...options };
    this.#connection = bullmqConnection(options.commands);
    options.commands.on('ready', this.#wakeAll);
  }

  /** Redis is back, and what it was told meanwhile by others was not heard. */
  readonly #wakeAll = (): void => {
    for (const worker of this.#workers.keys()) worker.wake();
  };

  #lanesOf(name: string, leaseMs: number): Lanes {
    const { prefix, pollMs } = this.#options;
    // A little less than the poll, so that none comes a moment too early and in vain.
    return new Lanes({ name, connection: this.#connection, prefix, leaseMs, checkMs: Math.ceil(pollMs * 0.9) });
  }

  /** For what is not about leases. */
  #anyLanesOf(name: string): Lanes {
    const lanes = this.#lanes.get(name) ?? this.#lanesOf(name, 1);
    this.#lanes.set(name, lanes);
    return lanes;
  }

  async enqueue<N extends keyof J & string>(name: N, payload: J[N], options: EnqueueOptions = {}): Promise<void> {
    this.#assertOpen();
    const checked = checkedOptions(options);
    try {
      await this.#anyLanesOf(name).add(payload, checked);
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      throw new Error('The job could not be added: Redis, which has the queue, is away', { cause: toError(error) });
    }
    for (const worker of this.#workers.keys()) if (worker.name === name) worker.wake();
  }

  work<N extends keyof J & string>(
    name: N,
    options: WorkOptions<J[N], N>,
    handler: (job: ActiveJob<J[N], N>) => Promise<void>,
  ): QueueWorker {
    this.#assertOpen();
    const { logger, prefix, commands, patient } = this.#options;
    const lanes = this.#lanesOf(name, options.leaseMs);
    const worker: TakingWorker = new TakingWorker({
      ...this.#options,
      name,
      source: this.#source(lanes, options.leaseMs),
      // Redis keeps names and payloads as text: that a job of this name has this payload is `enqueue`'s promise.
      work: options as unknown as WorkOptions,
      handler: handler as unknown as (job: ActiveJob) => Promise<void>,
      onStopped: async () => {
        await this.#workers.get(worker)?.close();
        this.#workers.delete(worker);
      },
    });
    const listener = new Listener({
      name,
      prefix,
      commands,
      connection: patient(),
      logger,
      onWaiting: () => {
        worker.wake();
      },
    });
    this.#workers.set(worker, listener);
    lanes.boundEvents(eventsKept).catch((error: unknown) => {
      logger.debug({ err: toError(error), jobName: name }, 'the stream of events keeps its size');
    });
    return worker;
  }

  #source(lanes: Lanes, leaseMs: number): JobSource {
    const { clock, pollMs } = this.#options;
    let releasedAt = -Infinity;
    return {
      place: 'the queue on Redis',
      async releaseExpired() {
        // Once per poll, and not for every job.
        if (performance.now() - releasedAt < pollMs * 0.9) return;
        await lanes.releaseStalled();
        releasedAt = performance.now();
      },
      async take(full) {
        const token = randomUUID();
        const leaseUntil = clock.now() + leaseMs;
        const taken = await lanes.take(token, full);
        return typeof taken === 'number'
          ? { dueAt: taken }
          : { job: takenBullmqJob({ ...taken, lanes, token, leaseUntil }) };
      },
    };
  }

  async missing(dedupeKeys: readonly string[]): Promise<ReadonlySet<string>> {
    const { commands, prefix } = this.#options;
    const missing = new Set(dedupeKeys);
    const keys = [...missing];
    for (const name of keys.length > 0 ? await this.#names() : [])
      for (let at = 0; at < keys.length; at += keysAtOnce) {
        const asked = keys.slice(at, at + keysAtOnce);
        const ids = await commands.mget(asked.map((key) => dedupeKeyOf(prefix, name, key)));
        const present = asked.flatMap((key, index) => (ids[index] ? [{ key, id: ids[index] }] : []));
        // A key may outlive its job where a part of the data was lost.
        const areThere = await Promise.all(present.map(({ id }) => commands.exists(jobKeyOf(prefix, name, id))));
        present.forEach(({ key }, index) => areThere[index] && missing.delete(key));
      }
    return missing;
  }

  async forgetFailed(olderThanMs: number): Promise<number> {
    // By the clock that BullMQ notes the end of jobs by.
    const before = Date.now() - olderThanMs;
    let removed = 0;
    for (const name of await this.#names()) removed += await this.#anyLanesOf(name).forgetFailed(before);
    return removed;
  }

  async counts(): Promise<Readonly<Record<string, QueueCounts>>> {
    const names = await this.#names();
    const counts = await Promise.all(names.map((name) => this.#anyLanesOf(name).counts()));
    return Object.fromEntries(names.map((name, index) => [name, counts[index] as QueueCounts]));
  }

  async #names(): Promise<string[]> {
    const { commands, prefix, declared } = this.#options;
    return [...new Set([...declared, ...(await commands.smembers(namesKey(prefix))).sort()])];
  }

  /** Workers that still run are stopped by force. The connections belong to their opener and stay open. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.commands.off('ready', this.#wakeAll);
    await Promise.all([...this.#workers.keys()].map((worker) => worker.stop({ force: true })));
    await this.#connection.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('The job queue is closed');
  }
}
