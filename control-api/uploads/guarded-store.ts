import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataStore, type Upload } from '@tus/server';
import { ProblemError } from '../../server/kit/errors.ts';
import type { UploadStore } from '../../server/storage/port.ts';
import { isMatch, startHash, type Checksum } from './checksum.ts';

/** How often a long request says that its upload is alive, in milliseconds. */
const aliveEveryMs = 60_000;

export interface GuardedStoreOptions {
  readonly store: UploadStore;
  /** What the request in hand says its bytes hash to. */
  checksum(): Checksum | undefined;
  /** Called while bytes arrive, now and then. */
  alive(id: string): Promise<unknown>;
}

/**
 * The storage's tus store with the checksum extension around its writes, inside the upload's lock. With a checksum,
 * bytes stay only when all of them arrived and match; without, whatever arrived stays and can be continued from.
 */
export class GuardedStore extends DataStore {
  readonly #options: GuardedStoreOptions;

  constructor(options: GuardedStoreOptions) {
    super();
    this.#options = options;
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum'];
  }

  override create(upload: Upload): Promise<Upload> {
    return this.#options.store.create(upload);
  }

  override getUpload(id: string): Promise<Upload> {
    return this.#options.store.getUpload(id);
  }

  /** Expiry is counted from the last byte, in the database; the library would count it from the creation. */
  override getExpiration(): number {
    return 0;
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { store, alive } = this.#options;
    const checksum = this.#options.checksum();
    const hash = checksum && startHash(checksum);
    let nextSign = performance.now() + aliveEveryMs;
    const tap = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash?.update(chunk);
        if (performance.now() < nextSign) {
          done(null, chunk);
          return;
        }
        nextSign = performance.now() + aliveEveryMs;
        alive(id).then(() => done(null, chunk), done);
      },
    });
    try {
      // Both must be over, whatever happens: bytes are only taken back when nobody writes any more.
      const [stored, flow] = await Promise.allSettled([store.write(tap, id, offset), pipeline(source, tap)]);
      if (stored.status === 'rejected') throw stored.reason instanceof ProblemError || flow.status === 'fulfilled' ? stored.reason : flow.reason;
      if (flow.status === 'rejected') throw flow.reason;
      if (checksum && hash && !isMatch(hash, checksum)) {
        throw new ProblemError('upload_checksum_mismatch', 'The bytes do not match their checksum; send them again.');
      }
      return stored.value;
    } catch (error) {
      if (checksum) await store.truncate(id, offset);
      throw error;
    }
  }
}
