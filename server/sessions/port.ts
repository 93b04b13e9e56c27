declare module '../kit/ids.ts' {
  interface IdPrefixes {
    session: 'sessions';
  }
}

/** One viewer watching one version of one asset. */
export interface PlaybackSession {
  readonly id: string;
  readonly accountId: string;
  readonly assetId: string;
  readonly versionId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** What the origin saw of a session since it last reported. */
export interface SessionActivity {
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly lastSeenAt: number;
  readonly bytes: number;
}

/** A session with its activity so far. */
export interface TrackedSession extends PlaybackSession {
  readonly lastSeenAt: number;
  readonly bytes: number;
}

/** How many streams an account may have, and what counts as one. */
export interface StreamLimit {
  /** Streams of one account at the same time; 0 = unlimited. */
  readonly perAccount: number;
  /** What happens to the one too many. */
  readonly policy: 'refuse' | 'evict-oldest';
  /** A session not seen for this long gives way to a new one, in milliseconds. */
  readonly idleAfterMs: number;
}

/** Whether a session may start: which others it ended, idle ones among them, or how many stand in its way. */
export type StartResult =
  | { readonly started: true; readonly evicted: readonly string[] }
  | { readonly started: false; readonly active: number };

/** Sessions that have all that is named here. */
export interface SessionFilter {
  readonly accountId?: string;
  readonly assetId?: string;
  readonly versionId?: string;
  /** Those that had started by then, in milliseconds since the epoch. */
  readonly startedUntil?: number;
}

/** How many sessions a list has at most, unless told. */
export const mostListed = 1000;

/** Whether a filter names whose sessions it means; without that it would be everybody's. */
export const namesSomebody = ({ accountId, assetId, versionId }: SessionFilter): boolean =>
  [accountId, assetId, versionId].some((each) => each !== undefined);

/** Whether a session has all that the filter names. */
export const fitsFilter = (session: PlaybackSession, filter: SessionFilter): boolean =>
  (filter.accountId === undefined || session.accountId === filter.accountId) &&
  (filter.assetId === undefined || session.assetId === filter.assetId) &&
  (filter.versionId === undefined || session.versionId === filter.versionId) &&
  (filter.startedUntil === undefined || session.startedAt <= filter.startedUntil);

/**
 * Who is watching. Ended sessions stay denied until their token would have expired, so the denied set stays
 * bounded. `isDenied` is a memory look-up: the origin asks it for every segment.
 *
 * Processes share a store, and it may be away from them (a network, a restart). Then sessions that play go on and
 * those that were ended stay denied, by what each process remembers; every other call throws the ProblemError
 * `sessions_unavailable`, with `retryAfterSeconds`, unless it says something else. A call that was on its way may have been
 * carried out. A store that comes back without its data is told by the processes what they remember: who was denied
 * stays so, who plays is known again (without the bytes counted so far, and as seen just now), and counts again. Nobody
 * counts as idle only because the store was away, or because the process that asks has only begun.
 *
 * Times are those of the process that calls, and a session's expiry is told by each process's own clock. Processes
 * whose clocks differ by seconds do no harm: they differ by as much in when they let a token expire and find a session
 * idle. By more than `idleAfterMs` (less the origin's interval of reporting), what is watched may count as idle.
 */
export interface SessionStore {
  /**
   * Counts, makes room and adds, or refuses, as one step. An account never has more live sessions than its limit:
   * where one too many starts, idle ones end first, longest unseen first. (If they merely went uncounted, an account
   * could wait for one idle period after another and then play everything it started.)
   *
   * While the store is away it is refused, or let in uncounted and made known later (`sessions.whenAway`). A start
   * that was refused because the store did not answer in time does not stay: should it have been added, it is ended.
   * @throws ProblemError sessions_unavailable
   */
  start(session: PlaybackSession, limit: StreamLimit): Promise<StartResult>;
  /** @throws ProblemError sessions_unavailable */
  get(sessionId: string): Promise<TrackedSession | undefined>;
  /**
   * Live sessions, newest first; without a filter those of everybody.
   * @param limit how many at most; `mostListed` unless told
   * @throws ProblemError sessions_unavailable
   */
  list(filter?: SessionFilter, limit?: number): Promise<readonly TrackedSession[]>;
  /**
   * Ends a session and denies its token at once, on every origin (in less than a second). False when there is no such
   * session.
   * @throws ProblemError sessions_unavailable
   */
  end(sessionId: string): Promise<boolean>;
  /**
   * Ends, as `end` does, every session of the filter that had started when it was called; resolves with how many those
   * were. One that starts while it runs may live on: who wants none to be left first makes sure that no more can
   * start (an account that is disabled, an asset that is deleted), and only then calls this.
   *
   * While the store is away it throws, and is done when the store is back, as long as this process runs.
   * @throws TypeError when the filter names no account, asset or version: that would be everybody's;
   *   ProblemError sessions_unavailable
   */
  endAll(filter: SessionFilter): Promise<number>;
  /**
   * Records what was served; unknown and ended sessions are ignored. When it throws, the caller reports the same again
   * with the next one: bytes may then be counted twice.
   * @throws ProblemError sessions_unavailable
   */
  touch(activity: readonly SessionActivity[]): Promise<void>;
  isDenied(sessionId: string): boolean;
  close(): Promise<void>;
}
