import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { SessionActivity, SessionStore } from '../../server/sessions/port.ts';

interface Seen {
  lastSeenAt: number;
  bytes: number;
}

/** Sessions kept for the next report while the session store cannot be reached. */
const maxUnreported = 100_000;

/**
 * Counts what each session was served and tells the session store in one call now and then, so that the store's
 * work does not grow with the number of segments. A report that fails is sent again with the next one.
 */
export class ActivityReporter {
  readonly #sessions: Pick<SessionStore, 'touch'>;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #seen = new Map<string, Seen>();
  #lastReported = 0;
  #reporting: Promise<void> | undefined;

  constructor(options: {
    readonly sessions: Pick<SessionStore, 'touch'>;
    readonly reportSeconds: number;
    readonly logger: Logger;
  }) {
    this.#sessions = options.sessions;
    this.#logger = options.logger;
    this.#timer = setInterval(() => {
      void this.report();
    }, options.reportSeconds * 1000);
    this.#timer.unref();
  }

  /** Sessions that were served something within the last period of reporting, roughly. */
  get active(): number {
    return Math.max(this.#seen.size, this.#lastReported);
  }

  /** @param now milliseconds since the epoch; @param bytes of body handed to the connection */
  record(sessionId: string, bytes: number, now: number): void {
    const seen = this.#seen.get(sessionId);
    if (seen) {
      seen.bytes += bytes;
      seen.lastSeenAt = now;
    } else this.#seen.set(sessionId, { lastSeenAt: now, bytes });
  }

  /** Sends what was counted since the last report; never rejects. */
  async report(): Promise<void> {
    if (this.#reporting) return this.#reporting;
    this.#lastReported = this.#seen.size;
    if (this.#seen.size === 0) return undefined;
    const sent = this.#seen;
    this.#seen = new Map();
    this.#reporting = this.#send(sent).finally(() => {
      this.#reporting = undefined;
    });
    return this.#reporting;
  }

  /** Ends the periodic reports and sends the last one. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reporting;
    await this.report();
  }

  async #send(sent: Map<string, Seen>): Promise<void> {
    try {
      await this.#sessions.touch([...sent].map(([sessionId, seen]): SessionActivity => ({ sessionId, ...seen })));
    } catch (error) {
      const kept = this.#seen.size + sent.size <= maxUnreported;
      this.#logger.warn({ err: toError(error), sessions: sent.size, kept }, 'session activity could not be reported');
      if (!kept) return;
      for (const [sessionId, { bytes, lastSeenAt }] of sent) {
        this.record(sessionId, bytes, Math.max(lastSeenAt, this.#seen.get(sessionId)?.lastSeenAt ?? 0));
      }
    }
  }
}
