import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../kit/clock.ts';
import { toError } from '../../kit/errors.ts';
import type { Logger } from '../../kit/logger.ts';
import { isRedisAway } from '../../kit/redis-away.ts';
import type { PlaybackSession, SessionActivity } from '../port.ts';
import { Denials, type Denial } from './denials.ts';
import { KnownSessions } from './known.ts';
import { batches, inGroups, writeRecord } from './records.ts';
import { enter, isLost, pushDenials, readDenials, restore } from './scripts.ts';

/** Denials of one page, and what is told in one call. */
const pageSize = 1000;
/** How often Redis is asked while nothing is heard from it otherwise, in milliseconds. */
const whileDeafMs = 500;
/** How soon it is tried again after a failure, in milliseconds. */
const afterFailureMs = 1000;

export interface SyncOptions {
  readonly commands: Redis;
  readonly subscriber: Redis;
  /** What the keys of sessions begin with. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for denials that were not heard of, in milliseconds. */
  readonly lookEveryMs: number;
  /** How long after data was lost the processes are given to tell what they remember, in milliseconds. */
  readonly settleMs: number;
  /** Called with false when sessions can no longer be asked for, with true when they can again. */
  readonly onChange: (isThere: boolean) => void;
}

/**
 * Keeps what this process remembers and what Redis has the same: who was denied (both hold the union), and that the
 * sessions which this process knows are there. Denials are heard by a channel; what was missed there is read every few
 * seconds by number, and after every reconnect everything is compared.
 *
 * away -> (resync) -> settling -> there -> (connection lost, no answer, data lost) -> away
 *
 * `settling` is passed only where the data is new: other processes may not have told yet whom they deny and who plays.
 */
export class Sync {
  readonly denials = new Denials();
  readonly known = new KnownSessions();
  readonly #options: SyncOptions;
  readonly #channel: string;
  /** The data that this process was last compared with; undefined while Redis is away. */
  #epoch: string | undefined;
  #settledAt = 0;
  #backAt = 0;
  /** Number of the last denial that was read. */
  #read = '0';
  #isStale = true;
  #isThere = false;
  #isRunning = false;
  #isWanted = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #resyncs = 0;
  #restored = 0;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#channel = `${options.prefix}denials`;
  }

  /** The data that may be asked, or undefined when none may be. */
  get epoch(): string | undefined {
    return performance.now() >= this.#settledAt ? this.#epoch : undefined;
  }

  /** When Redis was last found again, or first, in milliseconds since the epoch: what was seen before may be reported late. */
  get backAt(): number {
    return this.#backAt;
  }

  /** Comparisons of everything since the start, and sessions that Redis was told of. */
  get counts(): { readonly resyncs: number; readonly restored: number } {
    return { resyncs: this.#resyncs, restored: this.#restored };
  }

  /**
   * Reads who is denied, and waits where data is new.
   * @throws Error when Redis goes away meanwhile
   */
  async open(): Promise<void> {
    const { commands, subscriber, logger } = this.#options;
    subscriber.on('message', this.#hear);
    subscriber.on('ready', this.#compareAgain);
    commands.on('ready', this.#compareAgain);
    commands.on('close', this.#lose);
    await subscriber.subscribe(this.#channel);
    await this.#resync();
    const left = this.#settledAt - performance.now();
    if (left > 0) {
      logger.info({ waitMs: Math.ceil(left) }, 'sessions in Redis are new: waiting for what other processes know');
      await new Promise((resolve) => {
        setTimeout(resolve, left);
      });
      await this.#look();
    }
    this.#tell();
    this.#schedule();
  }

  async close(): Promise<void> {
    const { commands, subscriber } = this.#options;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    subscriber.off('message', this.#hear);
    subscriber.off('ready', this.#compareAgain);
    commands.off('ready', this.#compareAgain);
    commands.off('close', this.#lose);
    if (subscriber.status === 'ready') await subscriber.unsubscribe(this.#channel).catch(() => undefined);
  }

  /** Takes in who was denied. */
  deny(denials: readonly Denial[]): void {
    this.denials.add(denials);
    for (const [id] of denials) this.known.delete(id);
  }

  /** Denies what Redis has still to be told. */
  denyUntold(denial: Denial): void {
    this.denials.addUntold(denial);
    this.known.delete(denial[0]);
  }

  /** A call failed: Redis is away, or its data was replaced. Compares everything soon. */
  failed(error: unknown): void {
    if (isLost(error)) this.#compareAgain();
    else this.#lose();
  }

  /**
   * Tells Redis of sessions that it should know, unless it denies them.
   * @param activity what was seen of them since; else they count as seen just now
   */
  async restore(
    sessions: readonly PlaybackSession[],
    activity: ReadonlyMap<string, SessionActivity> = new Map(),
  ): Promise<void> {
    const { commands, prefix, clock } = this.#options;
    const now = clock.now();
    const untold = sessions.filter(({ id, expiresAt }) => expiresAt > now && !this.denials.has(id, now));
    for (const batch of batches(untold, pageSize)) {
      const told = batch.flatMap((session) => {
        const { lastSeenAt, bytes } = activity.get(session.id) ?? { lastSeenAt: now, bytes: 0 };
        return [session.id, writeRecord(session), lastSeenAt, bytes];
      });
      this.#restored += Number(await restore.run(commands, prefix, [now, this.#epoch ?? '', ...told]));
      this.known.counted(batch.map(({ id }) => id));
    }
  }

  readonly #hear = (channel: string, message: string): void => {
    if (channel === this.#channel) this.deny(toDenials(message.split(' ')));
  };

  readonly #compareAgain = (): void => {
    this.#isStale = true;
    void this.#run();
  };

  readonly #lose = (): void => {
    this.#epoch = undefined;
    this.#isStale = true;
    this.#tell();
    this.#schedule(afterFailureMs);
  };

  #schedule(afterMs = this.#options.subscriber.status === 'ready' ? this.#options.lookEveryMs : whileDeafMs): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#run(), afterMs);
    this.#timer.unref();
  }

  /** One at a time; what is asked for meanwhile follows at once. Never rejects. */
  async #run(): Promise<void> {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    clearTimeout(this.#timer);
    let pause: number | undefined;
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      try {
        if (this.#isStale) await this.#resync();
        else await this.#look();
        pause = undefined;
      } catch (thrown) {
        if (!isRedisAway(thrown) && !isLost(thrown))
          this.#options.logger.error({ err: toError(thrown) }, 'sessions could not be compared with Redis');
        this.#epoch = undefined;
        this.#isStale = true;
        pause = afterFailureMs;
      }
      this.#tell();
    }
    this.#isRunning = false;
    const settling = this.#epoch === undefined ? 0 : this.#settledAt - performance.now();
    this.#schedule(settling > 0 ? settling + 1 : pause);
  }

  #tell(): void {
    const isThere = this.epoch !== undefined;
    if (isThere === this.#isThere || this.#isClosed) return;
    this.#isThere = isThere;
    this.#options.onChange(isThere);
  }

  /** Compares everything. */
  async #resync(): Promise<void> {
    const { commands, subscriber, prefix, clock, settleMs } = this.#options;
    this.#isStale = false;
    this.#resyncs += 1;
    // Before reading: what is ended from now on is heard.
    if (subscriber.status === 'ready') await subscriber.subscribe(this.#channel);
    const now = clock.now();
    const [epoch, age] = (await enter.run(commands, prefix, [now, randomUUID()])) as [string, string];
    const told = new Set<string>();
    this.#read = await this.#readDenials(epoch, '0', told);
    await this.#push(epoch, this.denials.missing(told, now));
    if (this.#epoch === undefined) this.#backAt = now;
    if (epoch !== this.#epoch) this.#settledAt = performance.now() + Math.max(0, settleMs - Number(age));
    this.#epoch = epoch;
    const sessions = this.known.all(now);
    for (const batch of batches(sessions, pageSize)) {
      const found = await commands.hmget(`${prefix}activity`, ...batch.map(({ id }) => id));
      this.known.counted(batch.filter((_, index) => found[index] !== null).map(({ id }) => id));
      await this.restore(batch.filter((_, index) => found[index] === null));
    }
  }

  /** Looks for what was not heard of, and tells what Redis has still to be told. */
  async #look(): Promise<void> {
    const now = this.#options.clock.now();
    const epoch = this.#epoch ?? '';
    this.#read = await this.#readDenials(epoch, this.#read);
    await this.#push(epoch, this.denials.untold(now));
    if (this.known.uncounted > 0) await this.restore(this.known.allUncounted(now));
    this.denials.sweep(now);
    this.known.sweep(now);
  }

  /** Takes in the denials after a number, page by page; the number of the last one. */
  async #readDenials(epoch: string, from: string, told?: Set<string>): Promise<string> {
    const { commands, prefix, clock } = this.#options;
    for (let after = from; ;) {
      const args = [clock.now(), epoch, after, pageSize];
      const [last = after, count, ...rest] = (await readDenials.run(commands, prefix, args)) as string[];
      const denials = toDenials(rest);
      this.deny(denials);
      for (const [id] of denials) told?.add(id);
      if (Number(count) < pageSize) return last;
      after = last;
    }
  }

  async #push(epoch: string, denials: readonly Denial[]): Promise<void> {
    const { commands, prefix, clock } = this.#options;
    for (const batch of batches(denials, pageSize)) {
      await pushDenials.run(commands, prefix, [clock.now(), epoch, ...batch.flat()]);
      this.denials.add(batch);
    }
  }
}

function toDenials(flat: readonly string[]): Denial[] {
  return inGroups(flat, 2).map(([id = '', until = '0']): Denial => [id, Number(until)]);
}
