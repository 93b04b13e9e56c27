import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataStore, type Upload } from '@tus/server';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { UploadStore } from '../../server/storage/port.ts';
import { isMatch, startHash, type Checksum } from './checksum.ts';
import type { UnverifiedBytes } from './unverified-bytes.ts';

/** How often a long request is looked at again, in milliseconds. */
const lookEveryMs = 60_000;

export interface GuardedStoreOptions {
  readonly store: UploadStore;
  readonly unverified: UnverifiedBytes;
  readonly clock: Clock;
  /** What the request in hand says its bytes hash to. */
  checksum(): Checksum | undefined;
  /** Called while bytes arrive, now and then: what it throws ends the request. */
  mayGoOn(id: string): Promise<void>;
  /** Called when bytes have come that stay: in time while they do, and once more at the end, good or bad. */
  arrived(id: string): Promise<void>;
  /** Called with what a write is refused for: the library may meet the bare error of a stream before it. */
  refused(problem: ProblemError): void;
}

/**
 * The storage's tus store with the checksum extension around its writes, inside the upload's lock. With a checksum,
 * bytes stay only when all of them arrived and match, whatever happens to this process; without, whatever arrived
 * stays and can be continued from.
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
    return this.#options.unverified.open(id);
  }

  /** Expiry is counted from the last byte, in the database; the library would count it from the creation. */
  override getExpiration(): number {
    return 0;
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { unverified, arrived } = this.#options;
    const checksum = this.#options.checksum();
    if (checksum) await unverified.begin(id, offset);
    try {
      const end = await this.#receive(source, id, offset, checksum);
      if (checksum) await unverified.end(id);
      if (end > offset) await arrived(id);
      return end;
    } catch (error) {
      // What went wrong first is what the client is told; what cannot be taken back now is when it is opened next.
      if (error instanceof ProblemError) this.#options.refused(error);
      await this.#keepWhatMay(id, offset).catch(() => undefined);
      throw error;
    }
  }

  async #keepWhatMay(id: string, before: number): Promise<void> {
    const { offset } = await this.#options.unverified.open(id);
    if (offset > before) await this.#options.arrived(id);
  }

  /** Answers the offset behind what arrived, once it is stored and matches. */
  async #receive(source: Readable, id: string, offset: number, checksum: Checksum | undefined): Promise<number> {
    const { store, clock, mayGoOn, arrived } = this.#options;
    const hash = checksum && startHash(checksum);
    const look = async (): Promise<void> => {
      await mayGoOn(id);
      if (!checksum) await arrived(id);
    };
    let nextLook = clock.now() + lookEveryMs;
    const tap = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash?.update(chunk);
        if (clock.now() < nextLook) {
          done(null, chunk);
          return;
        }
        nextLook = clock.now() + lookEveryMs;
        look().then(() => {
          done(null, chunk);
        }, done);
      },
    });
    // Both must be over, whatever happens: bytes are only taken back when nobody writes any more.
    const [stored, flow] = await Promise.allSettled([store.write(tap, id, offset), pipeline(source, tap)]);
    if (stored.status === 'rejected')
      throw stored.reason instanceof ProblemError || flow.status === 'fulfilled' ? stored.reason : flow.reason;
    if (flow.status === 'rejected') throw flow.reason;
    if (checksum && hash && !isMatch(hash, checksum)) {
      throw new ProblemError('upload_checksum_mismatch', 'The bytes do not match their checksum; send them again.');
    }
    return stored.value;
  }
}
