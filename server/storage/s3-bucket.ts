import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { ObjectNotFound, ObjectReplaced, type ByteRange } from './port.ts';
import { openS3Client, type S3Options } from './s3-client.ts';
import { isAnswer, toStorageError, wasRepeated } from './s3-errors.ts';

/** Keys of the adapter's own, which no key of objects can name. */
export const ownFolder = '.dramabox/';

/** A page of a listing, as the store sent it. */
export interface Page {
  readonly objects: readonly {
    readonly key: string;
    readonly bytes: number;
    readonly modifiedAt: number;
    readonly etag: string;
  }[];
  readonly folders: readonly string[];
}

/** What the server calls the object's content, without its quotes. */
export const plainEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

/** Headers have seconds, listings milliseconds: seconds everywhere. */
export const toModifiedAt = (date: Date | undefined): number => Math.floor((date?.getTime() ?? 0) / 1000) * 1000;

/** A request that is given up with a signal, as the SDK takes it. */
const until = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** The bucket below the prefix: the requests that objects and uploads are made of, with errors in words. */
export class S3Bucket {
  readonly options: S3Options;
  readonly client: S3Client;

  constructor(options: S3Options) {
    this.options = options;
    this.client = openS3Client(options);
  }

  /** Where an object lies, for a command. */
  at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.options.bucket, Key: `${this.options.prefix}${key}` };
  }

  /** Sends a command. @throws what `toStorageError` makes, unless `expect` names the answer: then undefined */
  async send<T>(
    doing: string,
    request: (client: S3Client) => Promise<T>,
    expect: readonly (string | number)[] = [],
  ): Promise<T | undefined> {
    try {
      return await request(this.client);
    } catch (error) {
      if (expect.length > 0 && isAnswer(error, ...expect)) return undefined;
      throw toStorageError(error, doing, this.options);
    }
  }

  /** @throws also the signal's reason */
  async head(key: string, signal?: AbortSignal): Promise<HeadObjectCommandOutput | undefined> {
    try {
      const command = new HeadObjectCommand(this.at(key));
      return await this.send(`describe ${key}`, (client) => client.send(command, until(signal)), [404]);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  /**
   * The beginning of an answer; its body is still to be read. Undefined when there are no bytes in the range.
   * @throws ObjectNotFound; ObjectReplaced when it is not the one that the range is of; the signal's reason
   */
  async get(key: string, range?: ByteRange, signal?: AbortSignal): Promise<GetObjectCommandOutput | undefined> {
    const command = new GetObjectCommand({
      ...this.at(key),
      ...(range && { Range: `bytes=${range.start}-${range.end}` }),
      ...(range?.etag !== undefined && { IfMatch: `"${range.etag}"` }),
    });
    try {
      return await this.client.send(command, until(signal));
    } catch (error) {
      signal?.throwIfAborted();
      if (isAnswer(error, 'NoSuchKey')) throw new ObjectNotFound(key);
      if (isAnswer(error, 412)) throw new ObjectReplaced(key);
      if (isAnswer(error, 416)) return undefined;
      throw toStorageError(error, `read ${key}`, this.options);
    }
  }

  async put(key: string, body: Buffer, input: Partial<PutObjectCommandInput> = {}): Promise<void> {
    await this.send(`write ${key}`, (client) =>
      client.send(new PutObjectCommand({ ...this.at(key), Body: body, ContentLength: body.length, ...input })),
    );
  }

  /**
   * Writes an object under a condition. A repeated request may meet what its first try wrote: a mark tells.
   * @param condition `new`: there must be none; otherwise the etag of the object that it replaces
   * @returns the etag of what was written; undefined when the condition was not met
   */
  async putIf(
    condition: 'new' | { readonly etag: string },
    key: string,
    body: Buffer,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<string | undefined> {
    const writer = randomUUID();
    // Without quotes, as Amazon's own examples: Ceph 16 compares it with them.
    const isKept = condition === 'new' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
    for (let tries = 1; ; tries++) {
      try {
        const written = await this.client.send(
          new PutObjectCommand({
            ...this.at(key),
            ...isKept,
            Body: body,
            ContentLength: body.length,
            Metadata: { ...metadata, writer },
          }),
        );
        return plainEtag(written.ETag);
      } catch (error) {
        // Another conditional write of the same key is under way: which of the two it is shows a moment later.
        if (isAnswer(error, 'ConditionalRequestConflict') && tries < 5) continue;
        if (!isAnswer(error, 412, 'NoSuchKey', 'ConditionalRequestConflict'))
          throw toStorageError(error, `write ${key}`, this.options);
        const found = wasRepeated(error) ? await this.head(key) : undefined;
        return found?.Metadata?.['writer'] === writer ? plainEtag(found.ETag) : undefined;
      }
    }
  }

  /** The pages of a listing below a prefix (with the adapter's own keys), at most 1,000 entries each. */
  async *pages(
    prefix: string,
    options: { readonly after?: string; readonly delimiter?: '/' } = {},
  ): AsyncGenerator<Page> {
    const { prefix: base, bucket } = this.options;
    const own = (key: string | undefined): string => (key ?? '').slice(base.length);
    for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
      const answer = await this.send(`list ${prefix}`, (client) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${base}${prefix}`,
            ...(options.delimiter && { Delimiter: options.delimiter }),
            ...(token !== undefined
              ? { ContinuationToken: token }
              : options.after && { StartAfter: `${base}${options.after}` }),
          }),
        ),
      );
      yield {
        objects: (answer?.Contents ?? []).map((each) => ({
          key: own(each.Key),
          bytes: each.Size ?? 0,
          modifiedAt: toModifiedAt(each.LastModified),
          etag: plainEtag(each.ETag),
        })),
        folders: (answer?.CommonPrefixes ?? []).map((each) => own(each.Prefix)),
      };
      token = answer?.IsTruncated ? answer.NextContinuationToken : undefined;
    }
  }
}
