import { randomBytes } from 'node:crypto';
import { isKeyPart } from './keys.ts';
import { ObjectNotFound } from './port.ts';
import { readObject } from './s3-body.ts';
import { ownFolder, plainEtag, type S3Bucket } from './s3-bucket.ts';

const folder = `${ownFolder}uploads/`;
/** In front of the tail: random, so that no two states have the same etag, which is what writes are conditional on. */
const markBytes = 16;

/** What is remembered of an upload in hand: one object, which is replaced as a whole. */
export interface UploadState {
  /** The server's name for the multipart upload; undefined while nothing filled a part. */
  readonly multipart: string | undefined;
  /** The size of each part but the last. */
  readonly partBytes: number;
  /** How many parts there were when it was written: the tail is what came behind them. */
  readonly parts: number;
  readonly tail: Buffer;
  /** Of the state object. */
  readonly etag: string;
}

export const stateKey = (uploadId: string): string => `${folder}${uploadId}`;
export const uploadIdOf = (key: string): string => key.slice(folder.length);
export const isStateKey = (key: string): boolean => key.startsWith(folder) && isKeyPart(uploadIdOf(key));

/** @returns undefined when there is none; without `withTail` the tail is empty, and only its size is told */
export async function readState(
  bucket: S3Bucket,
  uploadId: string,
  { withTail }: { readonly withTail: boolean },
): Promise<(UploadState & { readonly tailBytes: number }) | undefined> {
  const key = stateKey(uploadId);
  const read = withTail
    ? await readObject(bucket, key).catch((error: unknown) => {
        if (error instanceof ObjectNotFound) return undefined;
        throw error;
      })
    : await bucket
        .head(key)
        .then((found) =>
          found
            ? {
                body: undefined,
                bytes: found.ContentLength ?? 0,
                etag: plainEtag(found.ETag),
                metadata: found.Metadata ?? {},
              }
            : undefined,
        );
  if (!read) return undefined;
  const { multipart, partbytes, parts } = read.metadata;
  const tail = read.body?.subarray(markBytes) ?? Buffer.alloc(0);
  return {
    multipart: multipart || undefined,
    partBytes: Number(partbytes),
    parts: Number(parts),
    tail,
    tailBytes: read.bytes - markBytes,
    etag: read.etag,
  };
}

/** @returns the new etag, or undefined when the condition was not met */
export function writeState(
  bucket: S3Bucket,
  uploadId: string,
  condition: 'new' | { readonly etag: string },
  state: Omit<UploadState, 'etag'>,
): Promise<string | undefined> {
  return bucket.putIf(condition, stateKey(uploadId), Buffer.concat([randomBytes(markBytes), state.tail]), {
    multipart: state.multipart ?? '',
    partbytes: String(state.partBytes),
    parts: String(state.parts),
  });
}
