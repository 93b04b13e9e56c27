import { systemClock, type Clock } from '../kit/clock.ts';
import type { SessionJournal } from './journal.ts';
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

/** How often expired entries are looked for, in milliseconds, when anything happens at all. */
const sweepEveryMs = 10_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Sessions of one process. Both sets are bounded by how many sessions are started within the life of a token: a
 * live session leaves at its expiry, a denied id when its token would have expired. With a journal they survive a
 * restart (all but the bytes counted), as the tokens do; without one they do not.
 */
export class MemorySessions implements SessionStore {
  readonly #clock: Clock;
  readonly #live = new Map<string, Mutable<TrackedSession>>();
  /** The same sessions by account, in the order they started. */
  readonly #byAccount = new Map<string, Set<Mutable<TrackedSession>>>();
  /** Ended session -> when its token expires, in milliseconds since the epoch. */
  readonly #denied = new Map<string, number>();
  readonly #journal: SessionJournal | undefined;
  #sweptAt = -Infinity;

  /** @throws Error when the journal is there but cannot be read or written */
  constructor(options: { readonly clock?: Clock; readonly journal?: SessionJournal } = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#journal = options.journal;
    for (const record of this.#journal?.read() ?? []) {
      // Whether they are idle is known only after a while: until then they are not.
      if ('started' in record) this.#add(record.started, this.#clock.now());
      else {
        this.#remove(record.ended);
        this.#denied.set(record.ended, record.until);
      }
    }
    this.#sweep();
    this.#rewriteJournal();
  }

  // No awaits within: each of these is one step.

  start(session: PlaybackSession, limit: StreamLimit): Promise<StartResult> {
    this.#sweep();
    const now = this.#clock.now();
    if (this.#live.has(session.id) || this.isDenied(session.id)) {
      return Promise.reject(new Error(`The session ${session.id} has been started before`));
    }
    const evicted: string[] = [];
    if (limit.perAccount > 0) {
      const live = [...(this.#byAccount.get(session.accountId) ?? [])].filter((other) => other.expiresAt > now);
      const isIdle = (other: TrackedSession): boolean => other.lastSeenAt + limit.idleAfterMs <= now;
      const idle = live.filter(isIdle).sort((a, b) => a.lastSeenAt - b.lastSeenAt);
      const active = live.filter((other) => !isIdle(other)).sort((a, b) => a.startedAt - b.startedAt);
      if (active.length >= limit.perAccount && limit.policy === 'refuse')
        return Promise.resolve({ started: false, active: active.length });
      for (const other of [...idle, ...active].slice(0, Math.max(0, live.length + 1 - limit.perAccount))) {
        this.#deny([other]);
        evicted.push(other.id);
      }
    }
    const { id, accountId, assetId, versionId, startedAt, expiresAt } = session;
    const started = { id, accountId, assetId, versionId, startedAt, expiresAt };
    this.#journal?.append({ started });
    this.#add(started, startedAt);
    return Promise.resolve({ started: true, evicted });
  }

  get(sessionId: string): Promise<TrackedSession | undefined> {
    const session = this.#find(sessionId);
    return Promise.resolve(session && { ...session });
  }

  list(filter: SessionFilter = {}, limit = mostListed): Promise<readonly TrackedSession[]> {
    return Promise.resolve(
      this.#select(filter)
        // Started in the same millisecond: the later entry of the map is the newer one.
        .reverse()
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, limit)
        .map((session) => ({ ...session })),
    );
  }

  end(sessionId: string): Promise<boolean> {
    this.#sweep();
    const session = this.#find(sessionId);
    if (session) this.#deny([session]);
    return Promise.resolve(session !== undefined);
  }

  endAll(filter: SessionFilter): Promise<number> {
    if (!namesSomebody(filter)) return Promise.reject(new TypeError('Whose sessions are to end?'));
    this.#sweep();
    const sessions = this.#select(filter);
    this.#deny(sessions);
    return Promise.resolve(sessions.length);
  }

  touch(activity: readonly SessionActivity[]): Promise<void> {
    for (const { sessionId, lastSeenAt, bytes } of activity) {
      const session = this.#find(sessionId);
      if (!session) continue;
      // Reports of several origins may overtake each other.
      session.lastSeenAt = Math.max(session.lastSeenAt, lastSeenAt);
      session.bytes += bytes;
    }
    return Promise.resolve();
  }

  isDenied(sessionId: string): boolean {
    const until = this.#denied.get(sessionId);
    return until !== undefined && until > this.#clock.now();
  }

  /** How many entries are kept, live and denied; for tests and metrics. */
  get size(): { readonly live: number; readonly denied: number } {
    this.#sweep();
    return { live: this.#live.size, denied: this.#denied.size };
  }

  close(): Promise<void> {
    this.#live.clear();
    this.#byAccount.clear();
    this.#journal?.close();
    return Promise.resolve();
  }

  #find(sessionId: string): Mutable<TrackedSession> | undefined {
    const session = this.#live.get(sessionId);
    return session && session.expiresAt > this.#clock.now() ? session : undefined;
  }

  /** Live ones, in the order they were added. */
  #select(filter: SessionFilter): Mutable<TrackedSession>[] {
    const now = this.#clock.now();
    const { accountId } = filter;
    const candidates = accountId === undefined ? this.#live.values() : (this.#byAccount.get(accountId) ?? []);
    return [...candidates].filter((session) => session.expiresAt > now && fitsFilter(session, filter));
  }

  #add(started: PlaybackSession, lastSeenAt: number): void {
    const session = { ...started, lastSeenAt, bytes: 0 };
    this.#live.set(started.id, session);
    const ofAccount = this.#byAccount.get(started.accountId);
    if (ofAccount) ofAccount.add(session);
    else this.#byAccount.set(started.accountId, new Set([session]));
  }

  #remove(sessionId: string): void {
    const session = this.#live.get(sessionId);
    if (!session) return;
    this.#live.delete(sessionId);
    const ofAccount = this.#byAccount.get(session.accountId);
    ofAccount?.delete(session);
    if (ofAccount?.size === 0) this.#byAccount.delete(session.accountId);
  }

  #deny(sessions: readonly PlaybackSession[]): void {
    // In this order: a stop takes effect whatever the disk says.
    for (const { id, expiresAt } of sessions) {
      this.#remove(id);
      this.#denied.set(id, expiresAt);
    }
    for (const { id, expiresAt } of sessions) this.#journal?.append({ ended: id, until: expiresAt });
  }

  #sweep(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    for (const [id, session] of this.#live) if (session.expiresAt <= now) this.#remove(id);
    for (const [id, until] of this.#denied) if (until <= now) this.#denied.delete(id);
    if (!this.#journal?.isLong) return;
    try {
      this.#rewriteJournal();
    } catch {
      // A full disk, say: the old file stays and is rewritten at a later sweep.
    }
  }

  #rewriteJournal(): void {
    this.#journal?.rewrite([
      ...[...this.#live.values()].map(({ id, accountId, assetId, versionId, startedAt, expiresAt }) => ({
        started: { id, accountId, assetId, versionId, startedAt, expiresAt },
      })),
      ...[...this.#denied].map(([ended, until]) => ({ ended, until })),
    ]);
  }
}
