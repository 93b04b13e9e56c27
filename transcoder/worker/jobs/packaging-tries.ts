/** How long packaging rests after a failure, in milliseconds: longer each time, at most five minutes. */
const longestRestMs = 300_000;

/**
 * How often packaging may fail by itself. Every try begins at the first piece, so what counts as progress is that the
 * rendition that is furthest behind came further than it ever did: one whose pieces are wrong never does.
 */
export class PackagingTries {
  readonly #most: number;
  readonly #firstRestMs: number;
  #failures = 0;
  #furthest = 0;

  constructor(most: number, firstRestMs: number) {
    this.#most = most;
    this.#firstRestMs = firstRestMs;
  }

  get failures(): number {
    return this.#failures;
  }

  /**
   * @param packaged how far the rendition came that is furthest behind, as a share of the title
   * @returns milliseconds to rest before the next try; undefined when there is none
   */
  failed(packaged: number): number | undefined {
    if (packaged > this.#furthest) this.#failures = 0;
    this.#furthest = Math.max(this.#furthest, packaged);
    this.#failures++;
    return this.#failures < this.#most
      ? Math.min(this.#firstRestMs * 3 ** (this.#failures - 1), longestRestMs)
      : undefined;
  }
}
