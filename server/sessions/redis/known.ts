import type { PlaybackSession } from '../port.ts';

/** More than that are not remembered, so that a process does not grow without end; about 400 bytes each. */
const most = 100_000;

/**
 * Sessions that this process could tell Redis of if Redis lost them: those it started and those it serves.
 */
export class KnownSessions {
  readonly #sessions = new Map<string, PlaybackSession>();
  /** Started while Redis was away: it does not know them yet. */
  readonly #uncounted = new Set<string>();

  get size(): number {
    return this.#sessions.size;
  }

  get uncounted(): number {
    return this.#uncounted.size;
  }

  get(sessionId: string): PlaybackSession | undefined {
    return this.#sessions.get(sessionId);
  }

  isUncounted(sessionId: string): boolean {
    return this.#uncounted.has(sessionId);
  }

  /** Remembers one, unless there are too many. */
  add(session: PlaybackSession): void {
    if (this.#sessions.size < most) this.#sessions.set(session.id, session);
  }

  /** Remembers one that Redis has to be told of; false when there are too many. */
  addUncounted(session: PlaybackSession): boolean {
    if (this.#sessions.size >= most) return false;
    this.#sessions.set(session.id, session);
    this.#uncounted.add(session.id);
    return true;
  }

  /** Redis knows these now. */
  counted(sessionIds: Iterable<string>): void {
    for (const id of sessionIds) this.#uncounted.delete(id);
  }

  delete(sessionId: string): void {
    this.#sessions.delete(sessionId);
    this.#uncounted.delete(sessionId);
  }

  /** Those whose tokens are still valid. */
  all(now: number): PlaybackSession[] {
    return [...this.#sessions.values()].filter(({ expiresAt }) => expiresAt > now);
  }

  /** Those of them that Redis has to be told of. */
  allUncounted(now: number): PlaybackSession[] {
    return [...this.#uncounted].flatMap((id) => {
      const session = this.#sessions.get(id);
      return session && session.expiresAt > now ? [session] : [];
    });
  }

  /** Forgets those whose tokens have expired. */
  sweep(now: number): void {
    for (const [id, { expiresAt }] of this.#sessions) if (expiresAt <= now) this.delete(id);
  }
}
