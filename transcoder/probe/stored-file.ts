import { buffer } from 'node:stream/consumers';
import type { Storage } from '../../server/storage/port.ts';
import type { RandomAccess } from './random-access.ts';

/** What is fetched around a few bytes that are asked for: headers stand beside each other. */
const blockBytes = 64 * 1024;
/** Requests that one look may cost. An ordinary file takes ten; one with thousands of boxes is looked at when it is here. */
const mostRequests = 64;

/** A file that would take too many requests to look at where it lies. */
export class LookedEnough extends Error {
  override readonly name = 'LookedEnough';
}

/** An object in the storage, read by ranges. Blocks that were fetched are kept as long as this lives. */
export class StoredFile implements RandomAccess {
  readonly #storage: Pick<Storage, 'stream'>;
  readonly #key: string;
  readonly #bytes: number;
  readonly #signal: AbortSignal;
  readonly #blocks = new Map<number, Buffer>();
  #requests = 0;

  /** @param bytes size of the object */
  constructor(storage: Pick<Storage, 'stream'>, key: string, bytes: number, signal: AbortSignal) {
    this.#storage = storage;
    this.#key = key;
    this.#bytes = bytes;
    this.#signal = signal;
  }

  /** @throws LookedEnough; ObjectNotFound; the signal's reason */
  async read(target: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    const end = Math.min(position + length, this.#bytes);
    if (position < 0 || end <= position) return { bytesRead: 0 };
    if (end - position > blockBytes) {
      return { bytesRead: (await this.#fetch(position, end)).copy(target, offset) };
    }
    let bytesRead = 0;
    while (position + bytesRead < end) {
      const at = position + bytesRead;
      const first = at - (at % blockBytes);
      const block = this.#blocks.get(first) ?? (await this.#fetch(first, Math.min(first + blockBytes, this.#bytes)));
      this.#blocks.set(first, block);
      const copied = block.copy(target, offset + bytesRead, at - first, Math.min(end - first, block.length));
      if (copied === 0) break;
      bytesRead += copied;
    }
    return { bytesRead };
  }

  async #fetch(from: number, to: number): Promise<Buffer> {
    this.#signal.throwIfAborted();
    this.#requests += 1;
    if (this.#requests > mostRequests) throw new LookedEnough(`More than ${mostRequests} requests`);
    const stream = this.#storage.stream(this.#key, { start: from, end: to - 1 });
    const stop = (): void => void stream.destroy(this.#signal.reason as Error);
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      return await buffer(stream);
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }
}
