import type { Redis } from 'ioredis';
import { systemClock, type Clock } from '../kit/clock.ts';
import { ProblemError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Figure } from '../kit/metrics.ts';
import { isRedisAway } from '../kit/redis-away.ts';
import {
  fitsFilter,
  mostListed,
  namesSomebody,
  type PlaybackSession,
  type SessionActivity,
  type SessionFilter,
  type SessionStore,
  type StartResult,
  type StreamLimit,
  type TrackedSession,
} from './port.ts';
import type { Denial } from './redis/denials.ts';
import { batches, inGroups, readRecord, readTracked, writeRecord } from './redis/records.ts';
import type { Script } from './redis/script.ts';
import { end, endSome, get, isLost, list, start, touch } from './redis/scripts.ts';
import { Sync } from './redis/sync.ts';

/** What is asked of Redis in one call at most, so that nobody waits long for somebody else's. */
const pageSize = 1000;
/** When to try again what Redis was not there for, in seconds. */
const retryAfterSeconds = 5;

/** How many `endAll` are remembered while Redis is away. */
const mostLater = 10_000;

/** How the sessions are reached, and what happens while they are not. */
export interface RedisSessionsOptions {
  /** Fails at once while Redis is away, and sends nothing a second time by itself. */
  readonly commands: Redis;
  /** Only listens to channels. */
  readonly subscriber: Redis;
  /** What every key and channel begins with, its colon included. */
  readonly prefix: string;
  /** New sessions while Redis is away: refused, or let in uncounted. */
  readonly whenAway: 'refuse' | 'admit';
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Called with false when sessions can no longer be asked for, with true when they can (again). */
  readonly onChange?: (isThere: boolean) => void;
  /** How often each process looks for denials that it did not hear of, in milliseconds. */
  readonly lookEveryMs?: number;
  /** How long after Redis lost its data the processes have time to tell what they remember, in milliseconds. */
  readonly settleMs?: number;
}

/**
 * Sessions of many processes, in one Redis server (6.2 or newer; no cluster). Whatever has to be one step is one
 * script. Every process holds who is denied, and the sessions that it started or serves: `redis/sync.ts` keeps that and
 * Redis the same.
 */
export class RedisSessions implements SessionStore {
  readonly #commands: Redis;
  readonly #prefix: string;
  readonly #whenAway: RedisSessionsOptions['whenAway'];
  readonly #clock: Clock;
  readonly #sync: Sync;
  #later: SessionFilter[] = [];

  private constructor(options: RedisSessionsOptions) {
    const { commands, subscriber, prefix } = options;
    this.#commands = commands;
    this.#prefix = `${prefix}sessions:`;
    this.#whenAway = options.whenAway;
    this.#clock = options.clock ?? systemClock;
    this.#sync = new Sync({
      commands,
      subscriber,
      prefix: this.#prefix,
      clock: this.#clock,
      logger: options.logger,
      lookEveryMs: options.lookEveryMs ?? 3000,
      settleMs: options.settleMs ?? 5000,
      onChange: (isThere) => {
        options.onChange?.(isThere);
        if (isThere) void this.#endLater();
      },
    });
  }

  /**
   * Resolves once this process knows who is denied. Where Redis has nothing yet, or lost it, that takes as long as
   * other processes may need to tell what they remember.
   * @throws Error when Redis is away
   */
  static async open(options: RedisSessionsOptions): Promise<RedisSessions> {
    const sessions = new RedisSessions(options);
    try {
      await sessions.#sync.open();
    } catch (error) {
      await sessions.close();
      throw error;
    }
    return sessions;
  }

  async start(session: PlaybackSession, limit: StreamLimit): Promise<StartResult> {
    const { perAccount, policy, idleAfterMs } = limit;
    const args = [session.id, writeRecord(session), perAccount, policy, idleAfterMs, this.#sync.backAt];
    let answer: string[];
    try {
      answer = await this.#ask(start, args);
    } catch (error) {
      if (!isAway(error)) throw error;
      if (this.#whenAway === 'admit' && this.#admit(session)) return { started: true, evicted: [] };
      // Where it was sent it may have been added, and nobody will ever play it.
      if (error.cause !== undefined) this.#sync.denyUntold([session.id, session.expiresAt]);
      throw error;
    }
    const [outcome, ...rest] = answer;
    if (outcome === 'again') throw new Error(`The session ${session.id} has been started before`);
    if (outcome === 'refused') return { started: false, active: Number(rest[0]) };
    const evicted = toDenials(rest);
    this.#sync.deny(evicted);
    this.#know(session);
    return { started: true, evicted: evicted.map(([id]) => id) };
  }

  async get(sessionId: string): Promise<TrackedSession | undefined> {
    const uncounted = this.#uncounted(sessionId);
    if (uncounted) return { ...uncounted, lastSeenAt: uncounted.startedAt, bytes: 0 };
    const [record, activity] = await this.#ask(get, [sessionId]);
    if (record === undefined || activity === undefined) return undefined;
    const session = readTracked(sessionId, record, activity);
    return this.#isLive(session) ? session : undefined;
  }

  async list(filter: SessionFilter = {}, limit = mostListed): Promise<readonly TrackedSession[]> {
    const found: TrackedSession[] = [];
    const from = filter.startedUntil ?? '+inf';
    for (let score = String(from), last = ''; found.length < limit;) {
      const [nextScore = '', nextLast = '', ...rest] = await this.#ask(list, [
        indexFor(filter),
        score,
        last,
        Math.min(pageSize, Math.max(limit, 1)),
      ]);
      for (const [id = '', record = '', activity = ''] of inGroups(rest, 3)) {
        const session = readTracked(id, record, activity);
        if (this.#isLive(session) && fitsFilter(session, filter)) found.push(session);
      }
      if (nextLast === '') break;
      [score, last] = [nextScore, nextLast];
    }
    return found.slice(0, limit);
  }

  async end(sessionId: string): Promise<boolean> {
    const uncounted = this.#uncounted(sessionId);
    if (uncounted) {
      this.#sync.denyUntold([sessionId, uncounted.expiresAt]);
      return true;
    }
    const ended = toDenials(await this.#ask(end, [sessionId]));
    this.#sync.deny(ended);
    return ended.length > 0;
  }

  async endAll(filter: SessionFilter): Promise<number> {
    if (!namesSomebody(filter)) throw new TypeError('Whose sessions are to end?');
    try {
      return await this.#endAll(filter);
    } catch (error) {
      // Those that start later are not meant.
      const startedUntil = Math.min(filter.startedUntil ?? Infinity, this.#now);
      if (isAway(error) && this.#later.length < mostLater) this.#later.push({ ...filter, startedUntil });
      throw error;
    }
  }

  /** What was to end while Redis was away. */
  async #endLater(): Promise<void> {
    for (const filter of this.#later.splice(0)) await this.endAll(filter).catch(() => undefined);
  }

  async #endAll(filter: SessionFilter): Promise<number> {
    const { accountId = '', assetId = '', versionId = '', startedUntil = '' } = filter;
    let count = 0;
    for (let score = '-inf', last = ''; ;) {
      const page = [indexFor(filter), score, last, pageSize];
      const answer = await this.#ask(endSome, [...page, accountId, assetId, versionId, startedUntil]);
      const [nextScore = '', nextLast = '', ...rest] = answer;
      const ended = toDenials(rest);
      this.#sync.deny(ended);
      count += ended.length;
      if (nextLast === '') return count;
      [score, last] = [nextScore, nextLast];
    }
  }

  async touch(activity: readonly SessionActivity[]): Promise<void> {
    const served = addUp(activity);
    if (served.size > 0 && this.#sync.epoch === undefined) throw away();
    for (const batch of batches([...served.values()], pageSize)) {
      const args = batch.flatMap(({ sessionId, lastSeenAt, bytes }) => [sessionId, lastSeenAt, bytes]);
      const missing = new Set(await this.#call(() => touch.run(this.#commands, this.#prefix, [this.#now, ...args])));
      const lost = [...missing].flatMap((id) => this.#sync.known.get(id) ?? []);
      if (lost.length > 0) await this.#call(async () => [String(await this.#sync.restore(lost, served))]);
      await this.#learn(batch.map(({ sessionId }) => sessionId).filter((id) => !missing.has(id)));
    }
  }

  isDenied(sessionId: string): boolean {
    return this.#sync.denials.has(sessionId, this.#now);
  }

  /** What this process has to tell of itself. */
  get figures(): readonly Figure[] {
    const { denials, known } = this.#sync;
    return [
      figure('away', 'gauge', '1 while sessions cannot be asked for', () => (this.#sync.epoch === undefined ? 1 : 0)),
      figure('denials', 'gauge', 'Ended sessions that this process refuses', () => denials.size),
      figure('known', 'gauge', 'Sessions that this process could tell Redis of', () => known.size),
      figure('uncounted', 'gauge', 'Sessions let in while Redis was away, not counted yet', () => known.uncounted),
      figure('resyncs_total', 'counter', 'Comparisons of everything with Redis', () => this.#sync.counts.resyncs),
      figure('restored_total', 'counter', 'Sessions that Redis was told of', () => this.#sync.counts.restored),
    ];
  }

  /** Leaves the connections open: they are whose they were. */
  async close(): Promise<void> {
    await this.#sync.close();
  }

  get #now(): number {
    return this.#clock.now();
  }

  #isLive(session: PlaybackSession): boolean {
    return session.expiresAt > this.#now;
  }

  /** One that was let in while Redis was away, which still does not know it. */
  #uncounted(sessionId: string): PlaybackSession | undefined {
    const session = this.#sync.known.isUncounted(sessionId) ? this.#sync.known.get(sessionId) : undefined;
    return session && this.#isLive(session) ? session : undefined;
  }

  /** False when it was ended before, or there are too many. */
  #admit(session: PlaybackSession): boolean {
    if (this.isDenied(session.id) || this.#sync.known.get(session.id)) return false;
    const { id, accountId, assetId, versionId, startedAt, expiresAt } = session;
    return this.#sync.known.addUncounted({ id, accountId, assetId, versionId, startedAt, expiresAt });
  }

  #know({ id, accountId, assetId, versionId, startedAt, expiresAt }: PlaybackSession): void {
    // It may have been ended while we waited for the answer.
    if (!this.isDenied(id)) this.#sync.known.add({ id, accountId, assetId, versionId, startedAt, expiresAt });
  }

  /** Remembers sessions that other processes started and this one serves. */
  async #learn(ids: readonly string[]): Promise<void> {
    const news = ids.filter((id) => !this.#sync.known.get(id));
    if (news.length === 0) return;
    const records = await this.#call(() => this.#commands.hmget(`${this.#prefix}records`, ...news));
    for (const [index, id] of news.entries()) {
      const record = records[index];
      if (record) this.#know(readRecord(id, record));
    }
  }

  /** Runs a script on data that this process has been compared with. @throws ProblemError sessions_unavailable */
  #ask(script: Script, args: readonly (string | number)[]): Promise<string[]> {
    const { epoch } = this.#sync;
    if (epoch === undefined) return Promise.reject(away());
    return this.#call(() => script.run(this.#commands, this.#prefix, [this.#now, epoch, ...args]));
  }

  async #call(ask: () => Promise<unknown>): Promise<string[]> {
    try {
      return (await ask()) as string[];
    } catch (error) {
      if (!isLost(error) && !isRedisAway(error)) throw error;
      this.#sync.failed(error);
      throw away(isLost(error) ? undefined : error);
    }
  }
}

const figure = (name: string, kind: Figure['kind'], help: string, read: () => number): Figure => ({
  name: `dramabox_sessions_redis_${name}`,
  kind,
  help,
  read,
});

function away(cause?: unknown): ProblemError<'sessions_unavailable'> {
  const message = 'Who is watching cannot be asked at the moment. Try again in a few seconds.';
  return new ProblemError('sessions_unavailable', message, { cause, extras: { retryAfterSeconds } });
}

const isAway = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.code === 'sessions_unavailable';

/** The narrowest list that holds all that a filter lets through. */
function indexFor({ accountId, versionId, assetId }: SessionFilter): string {
  if (accountId !== undefined) return `account:${accountId}`;
  if (versionId !== undefined) return `version:${versionId}`;
  return assetId === undefined ? 'started' : `asset:${assetId}`;
}

/** One entry for each session. */
function addUp(activity: readonly SessionActivity[]): Map<string, SessionActivity> {
  const sums = new Map<string, SessionActivity>();
  for (const each of activity) {
    const sum = sums.get(each.sessionId);
    const lastSeenAt = Math.max(each.lastSeenAt, sum?.lastSeenAt ?? 0);
    sums.set(each.sessionId, { ...each, lastSeenAt, bytes: each.bytes + (sum?.bytes ?? 0) });
  }
  return sums;
}

function toDenials(flat: readonly string[]): Denial[] {
  return inGroups(flat, 2).map(([id = '', until = '0']): Denial => [id, Number(until)]);
}
