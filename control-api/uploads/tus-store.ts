import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataStore, Upload } from '@tus/server';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { ObjectNotFound, type UploadStore } from '../../server/storage/port.ts';
import { readDeclaration } from './admission.ts';
import type { Admissions } from './admissions.ts';
import type { Checksum } from './checksum.ts';
import type { UploadRow } from './repository.ts';
import type { UploadsService } from './service.ts';
import type { Spool } from './spool.ts';
import type { TusRequest } from './tus-request.ts';
import { problemOfStatus } from './tus-problems.ts';
import { uploadProblems } from './problems.ts';

/** How often a long request is looked at again, in milliseconds. */
const lookEveryMs = 60_000;
/** After so many bytes the disk is looked at again: other requests fill it, too. */
const lookEveryBytes = 16 * 1024 * 1024;

export interface TusStoreOptions {
  readonly store: UploadStore;
  readonly spool: Spool;
  readonly admissions: Admissions;
  readonly uploads: Pick<UploadsService, 'checkOwner' | 'postpone'>;
  readonly clock: Clock;
  /** The request in hand. */
  current(): TusRequest;
}

/**
 * What the tus library sees of an upload: its row, and the bytes in the storage. Called inside the upload's lock.
 *
 * Bytes without a checksum go straight into the storage, and whatever arrived can be continued from. Bytes with one
 * are spooled and handed on in one append when all of them are there and match. That append may be cut short, by a
 * full disk or the end of this process: what is there then is the beginning of verified bytes, and the client
 * continues behind it.
 */
export class TusStore extends DataStore {
  readonly #options: TusStoreOptions;

  constructor(options: TusStoreOptions) {
    super();
    this.#options = options;
    // Without a length declared at the start neither the limit nor the free disk could be checked.
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum'];
  }

  /** Expiry is counted from the last byte, in the row; the library would count it from the creation. */
  override getExpiration(): number {
    return 0;
  }

  override async create(upload: Upload): Promise<Upload> {
    const { admissions, store, current } = this.#options;
    const request = current();
    if (upload.size === undefined) throw problemOfStatus(501, '');
    if (!request.by) throw new Error('Nobody creates this upload');
    request.upload = await admissions.admit({
      id: upload.id,
      by: request.by,
      declaration: readDeclaration(upload.metadata, upload.size),
      metadata: upload.metadata,
    });
    await store.begin(upload.id, upload.size);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = this.#row();
    const offset = row.state === 'finished' ? row.bytes : await this.#options.store.received(id);
    if (offset === undefined)
      throw new ProblemError(uploadProblems.upload_gone, 'The bytes of this upload are gone. Start it again.');
    const metadata = row.metadata === null ? undefined : (JSON.parse(row.metadata) as Record<string, string | null>);
    return new Upload({ id, size: row.bytes, offset, ...(metadata && { metadata }) });
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { admissions, store, current } = this.#options;
    const row = this.#row();
    if (row.state === 'finished') return offset;
    const { checksum, contentLength } = current();
    const rest = row.bytes - offset;
    const length = Math.min(contentLength ?? rest, rest);
    try {
      await admissions.requireRoom(length);
      const end = checksum
        ? await this.#verify(source, id, offset, length, checksum)
        : await this.#receive(source, id, (bytes) => store.append(id, offset, bytes), {
            isKept: true,
            requireRoom: () => admissions.requireRoom(1),
          });
      if (end > offset) await this.#arrived(id);
      return end;
    } catch (thrown) {
      const error =
        thrown instanceof ObjectNotFound
          ? new ProblemError(uploadProblems.upload_gone, 'This upload has ended.', { cause: thrown })
          : thrown;
      // What went wrong first is what the client is told: the library may meet the bare error of a stream before it.
      if (error instanceof ProblemError) current().error ??= error;
      await this.#noteWhatStays(id, offset).catch(() => undefined);
      throw error;
    }
  }

  /** Returns the offset behind what was stored: all of it or nothing. */
  async #verify(source: Readable, id: string, offset: number, length: number, checksum: Checksum): Promise<number> {
    const { spool, admissions, store } = this.#options;
    return spool.with(length, checksum, async (piece) => {
      await this.#receive(source, id, (bytes) => piece.write(bytes), {
        isKept: false,
        requireRoom: () => piece.requireRoom(),
      });
      if (!piece.matches())
        throw new ProblemError(
          uploadProblems.upload_checksum_mismatch,
          'The bytes do not match their checksum; send them again.',
        );
      // The piece may lie on the same disk.
      await admissions.requireRoom(piece.bytes);
      return store.append(id, offset, piece.read());
    });
  }

  /**
   * Leads the bytes of the request into `sink`; now and then asks whether it may go on.
   * @param isKept whether what arrived stays when the request breaks
   * @param requireRoom refuses where the disk that it goes to has become full
   */
  async #receive<T>(
    source: Readable,
    id: string,
    sink: (bytes: Readable) => Promise<T>,
    { isKept, requireRoom }: { readonly isKept: boolean; readonly requireRoom: () => Promise<void> },
  ): Promise<T> {
    const { uploads, clock } = this.#options;
    const look = async (): Promise<void> => {
      await uploads.checkOwner(id);
      if (isKept) await this.#arrived(id);
    };
    let nextLook = clock.now() + lookEveryMs;
    let unseenBytes = 0;
    const tap = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        unseenBytes += chunk.length;
        const looks: Promise<void>[] = [];
        if (unseenBytes >= lookEveryBytes) {
          unseenBytes = 0;
          looks.push(requireRoom());
        }
        if (clock.now() >= nextLook) {
          nextLook = clock.now() + lookEveryMs;
          looks.push(look());
        }
        if (looks.length === 0) {
          done(null, chunk);
          return;
        }
        Promise.all(looks).then(() => {
          done(null, chunk);
        }, done);
      },
    });
    // Both must be over, whatever happens: the lock is given back afterwards.
    const [taken, flow] = await Promise.allSettled([sink(tap), pipeline(source, tap)]);
    if (taken.status === 'rejected')
      throw taken.reason instanceof ProblemError || flow.status === 'fulfilled' ? taken.reason : flow.reason;
    if (flow.status === 'rejected') throw flow.reason;
    return taken.value;
  }

  async #noteWhatStays(id: string, before: number): Promise<void> {
    const received = await this.#options.store.received(id);
    if (received !== undefined && received > before) await this.#arrived(id);
  }

  /** The time until it expires starts anew. @throws ProblemError upload_gone when it ended meanwhile */
  async #arrived(id: string): Promise<void> {
    this.#options.current().expiresAt = await this.#options.uploads.postpone(id);
  }

  #row(): UploadRow {
    const { upload } = this.#options.current();
    if (!upload) throw new Error('An upload was asked for before its row was read');
    return upload;
  }
}
