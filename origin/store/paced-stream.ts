import type { Readable } from 'node:stream';

/** Slower than this a store is no use to anybody who plays, in bytes a second. */
const slowestBytesPerSecond = 32 * 1024;

/**
 * What is streamed from the store, ended with `late()` when the store is too slow: when all the time that the reader
 * waited for it is more than `patienceMs` and what its bytes may take at 32 KiB a second. Time in which the reader
 * takes nothing does not count: the client is slow then, not the store. It can be read once.
 */
export class PacedStream implements AsyncIterable<Buffer> {
  readonly #source: Readable;
  readonly #patienceMs: number;
  readonly #late: () => Error;

  constructor(source: Readable, patienceMs: number, late: () => Error) {
    this.#source = source;
    this.#patienceMs = patienceMs;
    this.#late = late;
  }

  destroy(): void {
    this.#source.destroy();
  }

  /** Rejects with what the source fails with. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    const chunks = this.#source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let waitedMs = 0;
    let received = 0;
    try {
      for (;;) {
        const since = performance.now();
        const leftMs = this.#patienceMs + (received / slowestBytesPerSecond) * 1000 - waitedMs;
        const timer = setTimeout(() => this.#source.destroy(this.#late()), Math.max(leftMs, 0));
        const next = await chunks.next().finally(() => {
          clearTimeout(timer);
        });
        if (next.done) return;
        waitedMs += performance.now() - since;
        received += next.value.length;
        yield next.value;
      }
    } finally {
      this.#source.destroy();
    }
  }
}
