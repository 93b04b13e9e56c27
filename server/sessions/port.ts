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
}

/**
 * Who is watching. Ended sessions stay denied until their token would have expired, so the denied set stays
 * bounded. `isDenied` is a memory look-up: the origin asks it for every segment.
 */
export interface SessionStore {
  /**
   * Counts, makes room and adds, or refuses, as one step. An account never has more live sessions than its limit:
   * where one too many starts, idle ones end first, longest unseen first. (If they merely went uncounted, an account
   * could wait for one idle period after another and then play everything it started.)
   */
  start(session: PlaybackSession, limit: StreamLimit): Promise<StartResult>;
  get(sessionId: string): Promise<TrackedSession | undefined>;
  /** Live sessions, newest first; without a filter those of everybody. */
  list(filter?: SessionFilter): Promise<readonly TrackedSession[]>;
  /** Ends a session and denies its token at once, on every origin. False when there is no such session. */
  end(sessionId: string): Promise<boolean>;
  /**
   * Ends, as `end` does, every session of the filter that had started when it was called; resolves with how many those
   * were. One that starts while it runs may live on: who wants none to be left first makes sure that no more can
   * start (an account that is disabled, an asset that is deleted), and only then calls this.
   * @throws TypeError when the filter names nothing: that would be everybody's
   */
  endAll(filter: SessionFilter): Promise<number>;
  /** Records what was served; unknown and ended sessions are ignored. */
  touch(activity: readonly SessionActivity[]): Promise<void>;
  isDenied(sessionId: string): boolean;
  close(): Promise<void>;
}
