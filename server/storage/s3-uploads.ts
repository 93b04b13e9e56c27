import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { sourceKey } from '../assets/storage-keys.ts';
import { toError } from '../kit/errors.ts';
import { isKeyPart } from './keys.ts';
import { InvalidKey, ObjectNotFound, isStorageUnavailable, type UploadStore } from './port.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { PartCollector } from './s3-part-collector.ts';
import { listParts, noUpload, wholeParts } from './s3-parts.ts';
import { isStateKey, readState, stateKey, uploadIdOf, writeState, type UploadState } from './s3-upload-state.ts';

/** Parts have this size, or as much as it takes to come out with the number of parts that there may be. In bytes. */
const smallestPartBytes = 8 * 1024 * 1024;
/** The protocol's limit. */
const mostParts = 10_000;

/** How long to wait before each look whether somebody else has finished an upload, in milliseconds. */
const finishedByOthersMs = [0, 100, 200, 500, 1000, 2000];

/** Uniform, as some servers want it, and so that the same bytes sent twice are the same part. */
function partBytesFor(expectedBytes: number): number {
  const mebibyte = 1024 * 1024;
  return Math.max(smallestPartBytes, Math.ceil(expectedBytes / mostParts / mebibyte) * mebibyte);
}

/**
 * Uploads straight into the bucket. An upload in hand is
 *
 *     begun      a state object (`s3-upload-state.ts`), which holds what does not fill a part yet: the tail
 *     growing    a multipart upload at the key of the source, whose parts all have the same size, and the tail
 *     finished   the object at the key of the source, and no state
 *
 * What was received is the parts that the server lists, and the tail when it begins where they end: a process may be
 * killed between any two requests, and the next one continues behind what was sent. Parts are sent one after the
 * other, so that there are no gaps; while one is under way, the next is collected.
 */
export class S3UploadStore implements UploadStore {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async begin(id: string, expectedBytes: number): Promise<void> {
    assertUploadId(id);
    // Finished, it has no state, and must not begin anew.
    if (await this.#bucket.head(sourceKey(id))) return;
    const state = { multipart: undefined, partBytes: partBytesFor(expectedBytes), parts: 0, tail: Buffer.alloc(0) };
    await writeState(this.#bucket, id, 'new', state);
  }

  async received(id: string): Promise<number | undefined> {
    assertUploadId(id);
    const state = await readState(this.#bucket, id, { withTail: false });
    const growing = state && (await this.#measure(id, state));
    if (growing) return growing.bytes;
    return (await this.#bucket.head(sourceKey(id)))?.ContentLength;
  }

  async append(id: string, offset: number, bytes: Readable): Promise<number> {
    try {
      assertUploadId(id);
      const state = await readState(this.#bucket, id, { withTail: true });
      const growing = state && (await this.#measure(id, state));
      if (!growing) throw new ObjectNotFound(sourceKey(id));
      if (offset !== growing.bytes)
        throw new RangeError(`The upload has ${growing.bytes} bytes; it does not continue at ${offset}`);
      return await this.#receive(id, { ...state, parts: growing.parts, tail: growing.tail }, offset, bytes);
    } catch (error) {
      bytes.destroy();
      throw error;
    }
  }

  /** What came before the source broke is kept, as is what came before it ended. */
  async #receive(id: string, before: UploadState, offset: number, bytes: Readable): Promise<number> {
    let state = before;
    const collector = new PartCollector(state.partBytes, state.tail);
    let sending: Promise<void> = Promise.resolve();
    let end = offset;
    const sendPart = async (body: Buffer): Promise<void> => {
      await sending;
      if (state.multipart === undefined) state = await this.#beginMultipart(id, state);
      if (state.parts >= mostParts)
        throw new RangeError(`An upload has at most ${mostParts} parts: this one was begun as a smaller one`);
      const part = state.parts + 1;
      state = { ...state, parts: part };
      sending = this.#sendPart(id, state.multipart as string, part, body);
      // Whether it went well is asked before the next one.
      sending.catch(() => undefined);
    };
    let failed: Error | undefined;
    let broken: Error | undefined;
    try {
      for await (const chunk of bytes) {
        const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
        end += piece.length;
        try {
          for (const body of collector.add(piece)) await sendPart(body);
        } catch (error) {
          failed = toError(error);
          break;
        }
      }
    } catch (error) {
      broken = toError(error);
    }
    // A failure of the store comes before that of the source: nothing more can be kept.
    if (failed) throw failed;
    await sending;
    if (end > offset) await this.#keepTail(id, { ...state, tail: collector.rest });
    if (broken) throw broken;
    return end;
  }

  async #keepTail(id: string, state: UploadState): Promise<void> {
    if (await writeState(this.#bucket, id, { etag: state.etag }, state)) return;
    const now = await readState(this.#bucket, id, { withTail: false });
    if (!now) throw new ObjectNotFound(sourceKey(id));
    throw new RangeError('Somebody else continued this upload meanwhile');
  }

  async #beginMultipart(id: string, state: UploadState): Promise<UploadState> {
    const key = sourceKey(id);
    const begun = await this.#bucket.send(`begin ${key}`, (client) =>
      client.send(new CreateMultipartUploadCommand(this.#bucket.at(key))),
    );
    const growing = { ...state, multipart: begun?.UploadId };
    const etag = await writeState(this.#bucket, id, { etag: state.etag }, growing);
    if (!etag) {
      await this.#abort(key, begun?.UploadId);
      throw new ObjectNotFound(key);
    }
    return { ...growing, etag };
  }

  async #sendPart(id: string, multipart: string, part: number, body: Buffer): Promise<void> {
    const key = sourceKey(id);
    const sent = await this.#bucket.send(
      `write part ${part} of ${key}`,
      (client) =>
        client.send(
          new UploadPartCommand({
            ...this.#bucket.at(key),
            UploadId: multipart,
            PartNumber: part,
            Body: body,
            ContentLength: body.length,
          }),
        ),
      noUpload,
    );
    if (!sent) throw new ObjectNotFound(key);
  }

  async finish(id: string): Promise<void> {
    assertUploadId(id);
    const key = sourceKey(id);
    const state = await readState(this.#bucket, id, { withTail: true });
    const parts = state?.multipart === undefined ? [] : await listParts(this.#bucket, key, state.multipart, 0);
    if (!state || !parts) {
      // Finished before, or ended.
      if (!(await this.#bucket.head(key))) throw new ObjectNotFound(key);
      await this.#removeState(id);
      return;
    }
    const whole = wholeParts(parts, 0, state.partBytes);
    const tail = whole.length === state.parts ? state.tail : Buffer.alloc(0);
    if (whole.length === 0) {
      await this.#bucket.put(key, tail);
      await this.#abort(key, state.multipart);
    } else
      await this.#complete(
        id,
        state.multipart as string,
        whole.map(({ etag }) => etag),
        tail,
      );
    await this.#removeState(id);
  }

  async #complete(id: string, multipart: string, whole: readonly string[], tail: Buffer): Promise<void> {
    const key = sourceKey(id);
    const etags = [...whole];
    try {
      if (tail.length > 0) {
        const part = { UploadId: multipart, PartNumber: etags.length + 1, Body: tail, ContentLength: tail.length };
        const sent = await this.#bucket.send(
          `write the last part of ${key}`,
          (client) => client.send(new UploadPartCommand({ ...this.#bucket.at(key), ...part })),
          noUpload,
        );
        if (!sent) throw new ObjectNotFound(key);
        etags.push(sent.ETag ?? '');
      }
      const done = await this.#bucket.send(
        `finish ${key}`,
        (client) =>
          client.send(
            new CompleteMultipartUploadCommand({
              ...this.#bucket.at(key),
              UploadId: multipart,
              MultipartUpload: { Parts: etags.map((etag, index) => ({ ETag: etag, PartNumber: index + 1 })) },
            }),
          ),
        noUpload,
      );
      if (!done) throw new ObjectNotFound(key);
    } catch (error) {
      // Somebody else, or the first try of a repeated request, may have finished it.
      if (!(await this.#isFinished(key, error))) throw error;
    }
  }

  /**
   * Whether the object is there in spite of an error. The protocol says that the upload is gone; Ceph answers 500, too,
   * as long as somebody else is finishing it, so that its object may still be on the way.
   */
  async #isFinished(key: string, error: unknown): Promise<boolean> {
    if (error instanceof ObjectNotFound) return (await this.#bucket.head(key)) !== undefined;
    if (!isStorageUnavailable(error)) return false;
    for (const pause of finishedByOthersMs) {
      await delay(pause);
      if (await this.#bucket.head(key)) return true;
    }
    return false;
  }

  async remove(id: string): Promise<void> {
    assertUploadId(id);
    const key = sourceKey(id);
    const state = await readState(this.#bucket, id, { withTail: false });
    // First: a request in hand must not find a state that it could write back.
    if (state) await this.#removeState(id);
    await this.#abort(key, state?.multipart);
    await this.#delete(key);
  }

  async *unlisted(): AsyncGenerator<string> {
    for await (const { objects } of this.#bucket.pages(stateKey('')))
      for (const { key } of objects) if (isStateKey(key)) yield uploadIdOf(key);
  }

  /** Whether a multipart upload is that of an upload in hand. */
  async isInHand(key: string, multipart: string): Promise<boolean> {
    const id = key.slice(sourceKey('').length);
    if (!key.startsWith(sourceKey('')) || !isKeyPart(id)) return false;
    return (await readState(this.#bucket, id, { withTail: false }))?.multipart === multipart;
  }

  /** What is there; undefined when its parts are gone: it was finished, or ended. */
  async #measure(
    id: string,
    state: UploadState & { readonly tailBytes: number },
  ): Promise<{ readonly bytes: number; readonly parts: number; readonly tail: Buffer } | undefined> {
    const { multipart, partBytes, parts, tail, tailBytes } = state;
    const added = multipart === undefined ? [] : await listParts(this.#bucket, sourceKey(id), multipart, parts);
    if (!added) return undefined;
    // A part that was sent after the state was written holds its tail, and more.
    const count = wholeParts(added, parts, partBytes).length;
    if (count > 0) return { bytes: (parts + count) * partBytes, parts: parts + count, tail: Buffer.alloc(0) };
    return { bytes: parts * partBytes + tailBytes, parts, tail };
  }

  async #abort(key: string, multipart: string | undefined): Promise<void> {
    if (multipart === undefined) return;
    await this.#bucket.send(
      `give ${key} up`,
      (client) => client.send(new AbortMultipartUploadCommand({ ...this.#bucket.at(key), UploadId: multipart })),
      noUpload,
    );
  }

  #removeState(id: string): Promise<void> {
    return this.#delete(stateKey(id));
  }

  async #delete(key: string): Promise<void> {
    await this.#bucket.send(`delete ${key}`, (client) => client.send(new DeleteObjectCommand(this.#bucket.at(key))));
  }
}

function assertUploadId(id: string): void {
  if (!isKeyPart(id)) throw new InvalidKey(`${JSON.stringify(id.slice(0, 100))} is not an upload id`);
}
