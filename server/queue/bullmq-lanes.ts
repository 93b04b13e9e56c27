import {
  Job,
  QueueBase,
  QueueKeys,
  RedisQueueBackend,
  type JobJson,
  type JobsOptions,
  type RedisConnection,
} from 'bullmq';
import { newId } from '../kit/ids.ts';
import type { ScriptName } from './bullmq-scripts.ts';
import type { checkedOptions } from './enqueue-options.ts';
import type { JobPayload, QueueCounts } from './port.ts';

export interface LanesOptions {
  readonly name: string;
  /** Fails at once while Redis is away; it knows our scripts. */
  readonly connection: RedisConnection;
  /** What every key begins with, its colon included. */
  readonly prefix: string;
  /** How long a job that is taken belongs to its taker, in milliseconds. */
  readonly leaseMs: number;
  /** How often all processes together look for jobs without a living worker, in milliseconds. */
  readonly checkMs: number;
}

/** A job and where it came from. */
export interface LaneJob {
  readonly job: Job<JobPayload>;
  /** Of its lane: there it goes when it is to wait again. */
  readonly backend: RedisQueueBackend;
  readonly group: string;
}

type BullmqQueue = QueueBase<RedisQueueBackend>;

/** What a group is called in keys. */
const encode = (group: string): string => encodeURIComponent(group.toWellFormed());

/** How many failed jobs are removed by one script: others wait for it. */
const cleanAtOnce = 500;

/** Every name that a job was added under. */
export const namesKey = (prefix: string): string => `${prefix}jobs:names`;

/** Where the job of a dedupe key is named while it waits or runs. */
export const dedupeKeyOf = (prefix: string, name: string, dedupeKey: string): string =>
  `${new QueueKeys(`${prefix}jobs`).toKey(name, 'de')}:${dedupeKey}`;

/** Of a job that is named by a dedupe key. */
export const jobKeyOf = (prefix: string, name: string, id: string): string =>
  new QueueKeys(`${prefix}jobs`).toKey(name, id);

/**
 * The jobs of one name. BullMQ has no groups that take turns outside of its paid edition, and everything else that the
 * port asks for, so a name is one BullMQ queue (locks, stalled jobs, priorities, delays, deduplication, failed jobs),
 * of which what waits is kept apart for each group: a lane is that queue with waiting sets of its own. BullMQ's
 * scripts are told their keys and do the same in every lane; ours say which lane comes next.
 *
 *     <prefix>jobs:<name>:<job id>                  a job; its id ends in its group
 *     <prefix>jobs:<name>:active|failed|de:<key>…   one for all lanes
 *     <prefix>jobs:<name>:lane:<group>:prioritized  what waits in a lane; :delayed for its time
 *     <prefix>jobs:<name>:turns                     every lane, by the number of its last turn
 *
 * All of it is on one Redis server; a cluster would have to keep a queue in one slot.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #keys: QueueKeys;
  /** Without a lane: what is not about jobs that wait. */
  readonly #shared: BullmqQueue;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#keys = new QueueKeys(`${options.prefix}jobs`);
    this.#shared = this.#open();
  }

  #open(lane?: string): BullmqQueue {
    const { name, connection, leaseMs, checkMs } = this.#options;
    // How often a job lost its worker is counted with its tries, by the worker that takes it: BullMQ is to set no limit.
    const settings = { connection: {}, lockDuration: leaseMs, stalledInterval: checkMs, maxStalledCount: 2 ** 31 };
    const toKey = (type: string) => this.#keys.toKey(name, type);
    const keys = this.#keys.getKeys(name);
    if (lane !== undefined)
      for (const set of ['wait', 'prioritized', 'delayed', 'pc']) keys[set] = toKey(`lane:${lane}:${set}`);
    const backend = new RedisQueueBackend(connection, name, keys, toKey, settings, undefined, false);
    return new QueueBase(name, settings, () => backend);
  }

  async #run(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const client = await this.#options.connection.client;
    return client.runCommand(script, [...keys.map((key) => this.#shared.toKey(key)), ...args]);
  }

  /** Adds a job unless one of its key waits or runs. */
  async add(payload: JobPayload, options: ReturnType<typeof checkedOptions>): Promise<void> {
    const { name, prefix, connection } = this.#options;
    const lane = encode(options.group);
    const settings: JobsOptions = {
      // BullMQ counts from 1: its 0 is none.
      priority: options.priority + 1,
      delay: options.delayMs,
      attempts: options.maxAttempts,
      removeOnComplete: true,
      stackTraceLimit: 0,
      ...(options.dedupeKey !== undefined && { deduplication: { id: options.dedupeKey } }),
    };
    const job = new Job(this.#open(lane), name, payload, settings, `${newId('job')}.${lane}`);
    // Both or none: a job in a lane that nobody knows of would wait without end.
    const transaction = (await connection.client).multi();
    transaction.runCommand('dramabox:know-lane' satisfies ScriptName, [
      namesKey(prefix),
      this.#shared.toKey('turns'),
      name,
      lane,
    ]);
    await job.addJob(transaction);
    const results = await transaction.exec();
    const error = results ? results.find(([each]) => each)?.[0] : new Error('The transaction was not carried out');
    if (error) throw error;
  }

  /** Makes jobs whose lock has ended free again, unless this was done a moment ago, here or elsewhere. */
  async releaseStalled(): Promise<void> {
    await this.#shared.backend.moveStalledJobsToWait();
  }

  /**
   * Takes the next job of the lane whose turn it is, locked by a token. Without one, a number: when the next one is
   * due, in milliseconds since the epoch, or Infinity.
   */
  async take(token: string, full: ReadonlySet<string>): Promise<LaneJob | number> {
    for (;;) {
      const [isTurn, what] = (await this.#run(
        'dramabox:take-turn',
        ['turns', 'wait', 'active'],
        [this.#shared.toKey(''), Date.now(), ...[...full].map(encode)],
      )) as [0, number] | [1, string];
      if (!isTurn) return what < 0 ? Infinity : what;
      const lane = this.#open(what);
      const [json, id] = (await lane.backend.moveToActive(token)) as [JobJson | null, string];
      // Another process may have been quicker: then this lane has had its turn, and the next one comes.
      if (json) return { job: Job.fromJSON(lane, json, id), backend: lane.backend, group: decodeURIComponent(what) };
    }
  }

  /** Marks a job that is held as failed: the worker that takes it next announces that, and does not try again. */
  async exhaust(job: Job<JobPayload>, token: string, message: string): Promise<boolean> {
    return (await this.#run('dramabox:exhaust', [`${job.id}`, `${job.id}:lock`], [token, message])) === 1;
  }

  /** Removes jobs that failed before a time, and lanes without a job; returns how many jobs. */
  async forgetFailed(before: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const ids = await this.#shared.backend.cleanJobsByState('failed', before, cleanAtOnce);
      removed += ids.length;
      if (ids.length < cleanAtOnce) break;
    }
    await this.#run('dramabox:forget-lanes', ['turns', 'wait', 'active'], [this.#shared.toKey('')]);
    return removed;
  }

  /** How many entries the stream of events has, by which workers hear of jobs. */
  async boundEvents(entries: number): Promise<void> {
    await this.#shared.backend.setQueueMeta({ 'opts.maxLenEvents': entries });
  }

  async counts(): Promise<QueueCounts> {
    const keys = ['turns', 'wait', 'active', 'failed'];
    const [waiting, active, failed] = (await this.#run('dramabox:count', keys, [this.#shared.toKey('')])) as [
      number,
      number,
      number,
    ];
    return { waiting, active, failed };
  }
}
