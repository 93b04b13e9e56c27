import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Scratch } from '../../server/kit/scratch.ts';
import { writeError } from '../../server/kit/system-errors.ts';
import { checkRoom } from './admission.ts';
import { isMatch, startHash, type Checksum } from './checksum.ts';

/** Bytes of one request on their way, in a file of this process. */
export interface SpooledPiece {
  readonly bytes: number;
  /** Whether all that was written is what the checksum says. To be asked once, at the end. */
  matches(): boolean;
  /** Judges, while bytes come, whether there is room for more. @throws ProblemError insufficient_storage */
  requireRoom(): Promise<void>;
  /** Takes what the stream brings. When it fails, the stream is destroyed. @throws ProblemError insufficient_storage */
  write(source: Readable): Promise<void>;
  read(): Readable;
}

/**
 * Where bytes wait until their checksum is known. They lie in the scratch folder and go nowhere else before: a
 * mismatch, a broken connection or the end of the process leaves nothing of them in the storage.
 */
export class Spool {
  readonly #scratch: Pick<Scratch, 'with' | 'freeBytes'>;
  readonly #minFreeBytes: number;
  /** The requests in hand: how many bytes of each have come, and how many may still come. */
  readonly #inHand = new Set<{ arrived: number; awaited: number }>();

  constructor(options: { readonly scratch: Pick<Scratch, 'with' | 'freeBytes'>; readonly minFreeBytes: number }) {
    this.#scratch = options.scratch;
    this.#minFreeBytes = options.minFreeBytes;
  }

  /**
   * Does `work` with room for one piece, which is removed afterwards, whatever happens.
   * @param length the most bytes that will come
   * @throws ProblemError insufficient_storage when the scratch folder has no room for that many
   */
  async with<T>(length: number, checksum: Checksum, work: (piece: SpooledPiece) => Promise<T>): Promise<T> {
    await this.#requireRoom(length);
    const request = { arrived: 0, awaited: length };
    this.#inHand.add(request);
    try {
      return await this.#scratch.with('unverified', (folder) =>
        work(
          new FilePiece(path.join(folder, 'piece'), checksum, {
            arrived: (bytes) => {
              request.arrived += bytes;
              request.awaited = Math.max(0, request.awaited - bytes);
            },
            requireRoom: () => this.#requireRoom(1, 0),
          }),
        ),
      );
    } finally {
      this.#inHand.delete(request);
    }
  }

  /** A request that announces much and sends nothing keeps no room from others, as in `reservedBytes`. */
  #promisedBytes(): number {
    let promised = 0;
    for (const { arrived, awaited } of this.#inHand) promised += Math.min(arrived, awaited);
    return promised;
  }

  async #requireRoom(bytes: number, promisedBytes = this.#promisedBytes()): Promise<void> {
    checkRoom(bytes, { freeBytes: await this.#scratch.freeBytes(), promisedBytes, minFreeBytes: this.#minFreeBytes });
  }
}

class FilePiece implements SpooledPiece {
  readonly #file: string;
  readonly #checksum: Checksum;
  readonly #hash;
  readonly #arrived: (bytes: number) => void;
  readonly requireRoom: () => Promise<void>;
  bytes = 0;

  constructor(
    file: string,
    checksum: Checksum,
    spool: { readonly arrived: (bytes: number) => void; readonly requireRoom: () => Promise<void> },
  ) {
    this.#file = file;
    this.#checksum = checksum;
    this.#hash = startHash(checksum);
    this.#arrived = spool.arrived;
    this.requireRoom = spool.requireRoom;
  }

  matches(): boolean {
    return isMatch(this.#hash, this.#checksum);
  }

  async write(source: Readable): Promise<void> {
    try {
      await pipeline(source, (chunks) => this.#take(chunks), createWriteStream(this.#file, { flags: 'wx' }));
    } catch (error) {
      throw writeError(error);
    }
  }

  async *#take(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      this.bytes += chunk.length;
      this.#arrived(chunk.length);
      yield chunk;
    }
  }

  read(): Readable {
    return createReadStream(this.#file, { highWaterMark: 1024 * 1024 });
  }
}
