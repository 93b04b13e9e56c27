import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { contentDisposition } from './content-disposition.ts';
import { openPlainFile } from '../kit/plain-file.ts';
import { downloadObject } from './download.ts';
import { assertKey, assertPrefix, assertRange, isKey } from './keys.ts';
import {
  assertPresignable,
  type ByteRange,
  type PresignedRequest,
  type PresignOptions,
  type Storage,
  type StoredObject,
  type Transfer,
  type UploadStore,
} from './port.ts';
import { readObject, streamObject } from './s3-body.ts';
import { ownFolder, plainEtag, S3Bucket, toModifiedAt } from './s3-bucket.ts';
import type { S3Options } from './s3-client.ts';
import { toStorageError } from './s3-errors.ts';
import { findOpenBucket } from './s3-openness.ts';
import { S3UploadStore } from './s3-uploads.ts';

export type { S3Options } from './s3-client.ts';

/** Files up to this size go in one request, and through memory, in bytes. */
const wholeFileBytes = 16 * 1024 * 1024;
/** Larger ones go in parts of at least this size, of which some are under way at a time. */
const smallestPartBytes = 8 * 1024 * 1024;
const partsAtOnce = 4;
const mostParts = 10_000;
/** What the protocol deletes in one request. */
const deletedAtOnce = 1000;

/**
 * Objects in a bucket of S3, or of a server that speaks its protocol. A key is the object's name behind the prefix of
 * the installation. Beside them, below keys that no object can have:
 *
 *     .dramabox/uploads/<uploadId>   an upload in hand (see `s3-uploads.ts`)
 *     .dramabox/check                written and read to see whether that is possible
 */
export class S3Storage implements Storage {
  readonly #bucket: S3Bucket;
  readonly #uploads: S3UploadStore;

  constructor(options: S3Options) {
    this.#bucket = new S3Bucket(options);
    this.#uploads = new S3UploadStore(this.#bucket);
  }

  async put(key: string, body: Buffer | string): Promise<void> {
    assertKey(key);
    await this.#bucket.put(key, Buffer.from(body));
  }

  async putNew(key: string, body: Buffer | string): Promise<boolean> {
    assertKey(key);
    return (await this.#bucket.putIf('new', key, Buffer.from(body))) !== undefined;
  }

  async putFile(key: string, path: string): Promise<void> {
    assertKey(key);
    const file = await openPlainFile(path);
    try {
      const { size } = await file.stat();
      if (size <= wholeFileBytes) return await this.#bucket.put(key, (await file.readFile()).subarray(0, size));
      const upload = new Upload({
        client: this.#bucket.client,
        // What is written behind this size meanwhile belongs to the next state of the file.
        params: { ...this.#bucket.at(key), Body: file.createReadStream({ end: size - 1, autoClose: false }) },
        partSize: Math.max(smallestPartBytes, Math.ceil(size / mostParts)),
        queueSize: partsAtOnce,
        // What was sent is taken back when a part fails.
        leavePartsOnError: false,
      });
      await this.#bucket.send(`write ${key}`, () => upload.done());
    } finally {
      await file.close();
    }
  }

  async read(key: string, signal?: AbortSignal): Promise<Buffer> {
    assertKey(key);
    return (await readObject(this.#bucket, key, signal)).body;
  }

  stream(key: string, range?: ByteRange): Readable {
    const bucket = this.#bucket;
    const chunks = async function* (): AsyncGenerator<Buffer> {
      assertKey(key);
      if (range) assertRange(range);
      yield* streamObject(bucket, key, range);
    };
    return Readable.from(chunks(), { objectMode: false, highWaterMark: 256 * 1024 });
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    assertKey(key);
    const found = await this.#bucket.head(key, signal);
    return (
      found && {
        key,
        bytes: found.ContentLength ?? 0,
        modifiedAt: toModifiedAt(found.LastModified),
        etag: plainEtag(found.ETag),
      }
    );
  }

  async *list(prefix: string, after = ''): AsyncGenerator<StoredObject> {
    assertPrefix(prefix, { allowEmpty: true });
    // What others put into the bucket is not shown, nor are keys of our own.
    for await (const { objects } of this.#bucket.pages(prefix, { after }))
      for (const object of objects) if (isKey(object.key)) yield object;
  }

  async *listPrefixes(prefix: string, after = ''): AsyncGenerator<string> {
    assertPrefix(prefix, { allowEmpty: true });
    // Behind every key in that folder: `~` comes after all that may stand in one.
    const behind = after.startsWith(prefix) && after !== prefix ? `${after}~` : after;
    for await (const { folders } of this.#bucket.pages(prefix, { after: behind, delimiter: '/' }))
      for (const folder of folders) if (folder > after && isKey(folder.slice(0, -1))) yield folder;
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    const { client, options } = this.#bucket;
    await client.send(new DeleteObjectCommand(this.#bucket.at(key))).catch((error: unknown) => {
      throw toStorageError(error, `delete ${key}`, options);
    });
  }

  async deletePrefix(prefix: string): Promise<void> {
    assertPrefix(prefix, { allowEmpty: false });
    for await (const { objects } of this.#bucket.pages(prefix)) await this.#deleteAll(objects.map(({ key }) => key));
  }

  async #deleteAll(keys: readonly string[]): Promise<void> {
    const { bucket } = this.#bucket.options;
    for (let at = 0; at < keys.length; at += deletedAtOnce) {
      const batch = keys.slice(at, at + deletedAtOnce).map((key) => ({ Key: this.#bucket.at(key).Key }));
      const answer = await this.#bucket.send(`delete ${batch.length} objects`, (client) =>
        client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: batch, Quiet: true } })),
      );
      const [failure] = answer?.Errors ?? [];
      if (failure) {
        const error = Object.assign(new Error(failure.Code), {
          name: failure.Code ?? 'Error',
          $metadata: { httpStatusCode: 200 },
        });
        throw toStorageError(error, `delete ${failure.Key}`, this.#bucket.options);
      }
    }
  }

  async materialize(key: string, path: string, transfer?: Transfer): Promise<void> {
    await downloadObject(this, key, path, transfer);
  }

  async presign(key: string, options: PresignOptions): Promise<PresignedRequest> {
    assertKey(key);
    assertPresignable(options);
    const { client } = this.#bucket;
    const place = this.#bucket.at(key);
    const expiresIn = Math.floor(options.expiresInMs / 1000);
    const expiresAt = Date.now() + expiresIn * 1000;
    if (options.method === 'GET') {
      const { fileName } = options;
      const command = new GetObjectCommand({
        ...place,
        ...(fileName !== undefined && { ResponseContentDisposition: contentDisposition(fileName) }),
      });
      return { method: 'GET', url: await getSignedUrl(client, command, { expiresIn }), headers: {}, expiresAt };
    }
    const { contentType, bytes } = options;
    const command = new PutObjectCommand({ ...place, ContentType: contentType, ContentLength: bytes });
    const signableHeaders = new Set(['host', 'content-type', 'content-length']);
    const url = await getSignedUrl(client, command, { expiresIn, signableHeaders });
    return { method: 'PUT', url, headers: { 'content-type': contentType }, expiresAt };
  }

  /** A bucket has no end. */
  async freeBytes(): Promise<undefined> {}

  uploadStore(): UploadStore {
    return this.#uploads;
  }

  async check(): Promise<void> {
    const key = `${ownFolder}check`;
    const sent = randomBytes(16);
    await this.#bucket.put(key, sent);
    // Another process may have written its own meanwhile.
    const { body } = await readObject(this.#bucket, key);
    if (body.length !== sent.length)
      throw new Error(`The bucket ${this.#bucket.options.bucket} does not give back what was written`);
  }

  warnings(): Promise<readonly string[]> {
    return findOpenBucket(this.#bucket);
  }

  /** Multipart uploads that nobody ends, but for those of uploads in hand. */
  async collectLeftovers(olderThanMs: number): Promise<number> {
    const { bucket, prefix } = this.#bucket.options;
    const before = Date.now() - olderThanMs;
    let collected = 0;
    for (let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}; marker;) {
      const asked: { KeyMarker?: string; UploadIdMarker?: string } = marker;
      const page: ListMultipartUploadsCommandOutput | undefined = await this.#bucket.send(
        'list unfinished uploads',
        (client) => client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...asked })),
      );
      for (const { Key, UploadId, Initiated } of page?.Uploads ?? []) {
        if (!Key || !UploadId || (Initiated?.getTime() ?? Infinity) > before) continue;
        if (await this.#uploads.isInHand(Key.slice(prefix.length), UploadId)) continue;
        await this.#bucket.send(
          `remove the unfinished upload of ${Key}`,
          (client) => client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })),
          ['NoSuchUpload'],
        );
        collected += 1;
      }
      marker = page?.IsTruncated
        ? {
            ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
            ...(page.NextUploadIdMarker !== undefined && { UploadIdMarker: page.NextUploadIdMarker }),
          }
        : undefined;
    }
    return collected;
  }

  async close(): Promise<void> {
    this.#bucket.client.destroy();
  }
}
