import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError } from '../kit/errors.ts';
import { ObjectNotFound, ObjectReplaced, type ByteRange } from './port.ts';
import { plainEtag, type S3Bucket } from './s3-bucket.ts';
import { toStorageError } from './s3-errors.ts';

/** The pause before a broken answer is taken up again, in milliseconds; it doubles, and its length is random. */
const firstPauseMs = 100;

/** The bytes of an object, or of a part of it, on their way. */
interface Arriving {
  /** How many there will be. */
  readonly bytes: number;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the etag is the MD5 of the object: not of one that was written in parts, or with a key of KMS. */
  readonly isMd5: boolean;
  /** All of them, or it fails. When the connection breaks, it goes on from the last byte of the same object. */
  readonly chunks: AsyncGenerator<Buffer>;
}

/** @throws ObjectNotFound, ObjectReplaced, ProblemError storage_unavailable */
async function open(
  bucket: S3Bucket,
  key: string,
  range: ByteRange | undefined,
  signal?: AbortSignal,
): Promise<Arriving | undefined> {
  const answer = await bucket.get(key, range, signal);
  if (!answer) return undefined;
  if (!answer.Body) throw new ObjectNotFound(key);
  const bytes = answer.ContentLength ?? 0;
  const etag = plainEtag(answer.ETag);
  return {
    bytes,
    etag,
    metadata: answer.Metadata ?? {},
    isMd5: /^[0-9a-f]{32}$/.test(etag) && (answer.ServerSideEncryption ?? 'AES256') === 'AES256',
    chunks: chunksOf(bucket, key, answer.Body as Readable, { start: range?.start ?? 0, bytes, etag, signal }),
  };
}

async function* chunksOf(
  bucket: S3Bucket,
  key: string,
  first: Readable,
  {
    start,
    bytes,
    etag,
    signal,
  }: {
    readonly start: number;
    readonly bytes: number;
    readonly etag: string;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<Buffer> {
  const end = start + bytes;
  let body = first;
  let at = start;
  for (let failures = 0; ;) {
    const from = at;
    try {
      for await (const chunk of body) {
        at += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      if (at < end) throw Object.assign(new Error('the connection ended early'), { code: 'ECONNRESET' });
    } catch (error) {
      signal?.throwIfAborted();
      failures = at > from ? 1 : failures + 1;
      if (at < end && failures >= bucket.options.attempts)
        throw toStorageError(error, `send all of ${key}`, bucket.options);
    }
    if (at >= end) return;
    await delay(Math.random() * firstPauseMs * 2 ** failures);
    const rest = await bucket.get(key, { start: at, end: end - 1, etag }, signal);
    if (!rest?.Body) throw new ObjectReplaced(key);
    body = rest.Body as Readable;
  }
}

/** The bytes of an object or a part of it, as they come. @throws ObjectNotFound, ObjectReplaced, ProblemError storage_unavailable */
export async function* streamObject(bucket: S3Bucket, key: string, range?: ByteRange): AsyncGenerator<Buffer> {
  const arriving = await open(bucket, key, range);
  if (arriving) yield* arriving.chunks;
}

/** An object with what was written beside it. */
export interface ReadObject {
  readonly body: Buffer;
  readonly bytes: number;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * An object in one Buffer, by one request. What TLS does not protect on its way is compared with its MD5, where the
 * store tells it.
 * @throws ObjectNotFound, ProblemError storage_unavailable, the signal's reason
 */
export async function readObject(bucket: S3Bucket, key: string, signal?: AbortSignal): Promise<ReadObject> {
  for (let tries = 1; ; tries++) {
    const arriving = await open(bucket, key, undefined, signal);
    if (!arriving) throw new ObjectNotFound(key);
    const body = Buffer.allocUnsafeSlow(arriving.bytes);
    let filled = 0;
    for await (const chunk of arriving.chunks) filled += chunk.copy(body, filled);
    const isProtected = !bucket.options.endpoint.startsWith('http:') || !arriving.isMd5;
    if (isProtected || createHash('md5').update(body).digest('hex') === arriving.etag)
      return { body, bytes: filled, etag: arriving.etag, metadata: arriving.metadata };
    if (tries >= bucket.options.attempts) {
      throw new ProblemError('storage_unavailable', 'The storage sends damaged data.', {
        cause: new Error(`${key} arrived damaged ${tries} times: its MD5 is not what the store says`),
        extras: { retryAfterSeconds: 5 },
      });
    }
  }
}
