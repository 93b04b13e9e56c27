import { setTimeout as delay } from 'node:timers/promises';
import type { ManifestCache } from '../manifests/manifest-cache.ts';

/** How often the playlist is looked at, in milliseconds; storage is asked no oftener than for manifests. */
const lookEveryMs = 500;

export interface AwaitedSegmentsOptions {
  readonly manifests: Pick<ManifestCache, 'get'>;
  /** How long a request waits at most, in milliseconds. */
  readonly waitMs: number;
  /** How long a refusal behind the end of a finished title takes, in milliseconds. */
  readonly refusalMs: number;
  /** How many requests wait at the same time: of one session, and in all. More are answered at once. */
  readonly mostOfSession: number;
  readonly mostInAll: number;
}

/**
 * Requests for segments of a growing title that are not there yet. Some players (FFmpeg, and what is built on it) take
 * the end of a growing MPD for a hole: they ask for one segment after the other, thousands in a second, and skip what
 * they were refused. Such a request waits until its segment is published, so they play on with the growth. Behind the
 * end of a finished title they ask on all the same; there a refusal takes its time.
 */
export class AwaitedSegments {
  readonly #options: AwaitedSegmentsOptions;
  readonly #waiting = new Map<string, number>();
  #inAll = 0;

  constructor(options: AwaitedSegmentsOptions) {
    this.#options = options;
  }

  /**
   * Whether the segment is published now, after waiting for it where it may still come.
   * @param key of the segment, `…/<rendition>/<number>.m4s`
   * @param isOver whether nobody waits for the answer any more
   */
  async published(key: string, sessionId: string, isOver: () => boolean): Promise<boolean> {
    const { mostOfSession, mostInAll } = this.#options;
    const ofSession = this.#waiting.get(sessionId) ?? 0;
    if (ofSession >= mostOfSession || this.#inAll >= mostInAll) return false;
    this.#waiting.set(sessionId, ofSession + 1);
    this.#inAll += 1;
    try {
      return await this.#watch(key, isOver);
    } finally {
      this.#inAll -= 1;
      const left = (this.#waiting.get(sessionId) ?? 1) - 1;
      if (left > 0) this.#waiting.set(sessionId, left);
      else this.#waiting.delete(sessionId);
    }
  }

  async #watch(key: string, isOver: () => boolean): Promise<boolean> {
    const cut = key.lastIndexOf('/');
    const [folder, name] = [key.slice(0, cut), key.slice(cut + 1)];
    const deadline = performance.now() + this.#options.waitMs;
    for (;;) {
      const playlist = await this.#options.manifests.get(`${folder}/index.m3u8`);
      if (!playlist) return false;
      if (playlist.identity.body.includes(`\n${name}\n`)) return true;
      if (isOver() || performance.now() > deadline) return false;
      if (playlist.final) {
        await delay(this.#options.refusalMs);
        return false;
      }
      await delay(lookEveryMs);
    }
  }
}
