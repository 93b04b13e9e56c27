import path from 'node:path/posix';
import { LRUCache } from 'lru-cache';
import type { ManifestCache } from '../manifests/manifest-cache.ts';
import type { ReadAheadResult } from '../metrics.ts';
import type { ObjectCache } from './object-cache.ts';

export interface ReadAheadOptions {
  readonly cache: Pick<ObjectCache, 'has' | 'loadAhead'>;
  readonly manifests: Pick<ManifestCache, 'lists'>;
  /** How many objects are read ahead at the same time. */
  readonly atOnce: number;
  /** Whether what nobody asked for yet should be left out now. */
  readonly isUnderPressure: () => boolean;
  readonly count: (result: ReadAheadResult) => void;
}

/** How many renditions being played are remembered, each by a few dozen bytes. */
const mostFollowed = 20_000;

/**
 * Reads the next segment of a rendition that a session plays, so that it is in memory when it is asked for. A session
 * plays a rendition when it asks for its segments one after the other; a jump, or a change of renditions, must first
 * show where it goes on. Only what the rendition's playlist lists is read: there is nothing behind the last segment,
 * and the next one of a growing title may not be there yet.
 *
 * It is a courtesy: nothing waits for it, and it is dropped when the store is busy, slow or failing.
 */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  readonly #last = new LRUCache<string, number>({ max: mostFollowed });
  #running = 0;

  constructor(options: ReadAheadOptions) {
    this.#options = options;
  }

  /**
   * A session was given a segment.
   * @param key of the segment, `…/<rendition>/<number>.m4s`; others are looked past
   */
  played(sessionId: string, key: string): void {
    const number = numberOf(key);
    if (number === undefined) return;
    const place = `${sessionId} ${path.dirname(key)}`;
    const last = this.#last.get(place);
    this.#last.set(place, number);
    if (last !== number - 1) return;
    const next = nextOf(key, number);
    if (this.#options.cache.has(next)) return;
    if (this.#running >= this.#options.atOnce || this.#options.isUnderPressure()) {
      this.#options.count('dropped');
      return;
    }
    this.#running += 1;
    this.#read(next)
      .catch(() => {
        // Who asks for it is told, and the log with him.
        this.#options.count('failed');
      })
      .finally(() => {
        this.#running -= 1;
      });
  }

  async #read(key: string): Promise<void> {
    const { manifests, cache, count } = this.#options;
    const playlist = `${path.dirname(key)}/index.m3u8`;
    if (!(await manifests.lists(playlist, path.basename(key)))) return;
    if (await cache.loadAhead(key)) count('read');
  }
}

const segmentName = /\/(\d{1,10})\.m4s$/;

function numberOf(key: string): number | undefined {
  const digits = segmentName.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The key of the segment behind it, with as many digits or, behind 99999, one more. */
function nextOf(key: string, number: number): string {
  const name = path.basename(key, '.m4s');
  return `${path.dirname(key)}/${String(number + 1).padStart(name.length, '0')}.m4s`;
}
