import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { downloadObject, type DownloadWaits } from '../storage/download.ts';
import { assertKey } from '../storage/keys.ts';
import type {
  ByteRange,
  PresignedRequest,
  PresignOptions,
  Storage,
  StoredObject,
  Transfer,
  UploadStore,
} from '../storage/port.ts';

export type LinklessOperation =
  'put' | 'putNew' | 'read' | 'stream' | 'stat' | 'list' | 'listPrefixes' | 'delete' | 'deletePrefix';

/** One request, as an object store would count it. */
export interface StoreRequest {
  readonly operation: LinklessOperation;
  /** The key, or the prefix of a listing. */
  readonly key: string;
  readonly range?: ByteRange;
  /** Bytes that were sent, either way. Of a listing: how many entries were taken. */
  bytes: number;
}

/**
 * A storage as an object store is, for those who have one in another: no hard links, nothing at a local path, every
 * byte crosses a wire. It counts every request, and may be slow (`latencyMs` before each) or fail, before a request
 * (`before` throws) or in the middle of a stream (`breakAfter` says after how many bytes it breaks).
 */
export class LinklessStorage implements Storage {
  readonly requests: StoreRequest[] = [];
  latencyMs = 0;
  before: ((request: StoreRequest) => Promise<void> | void) | undefined;
  breakAfter: ((request: StoreRequest) => number | undefined) | undefined;
  readonly #inner: Storage;
  readonly #waits: DownloadWaits;

  constructor(inner: Storage, waits: DownloadWaits = { firstRestMs: 1 }) {
    this.#inner = inner;
    this.#waits = waits;
  }

  /** The requests of these operations (all, without any), in order. */
  of(...operations: LinklessOperation[]): StoreRequest[] {
    return this.requests.filter(({ operation }) => operations.length === 0 || operations.includes(operation));
  }

  /** How many bytes of an object were sent to readers. */
  bytesRead(key: string): number {
    return this.of('read', 'stream')
      .filter((request) => request.key === key)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async put(key: string, body: Buffer | string): Promise<void> {
    assertKey(key);
    const request = await this.#request('put', key);
    request.bytes = Buffer.byteLength(body);
    await this.#inner.put(key, body);
  }

  async putNew(key: string, body: Buffer | string): Promise<boolean> {
    assertKey(key);
    const request = await this.#request('putNew', key);
    request.bytes = Buffer.byteLength(body);
    return this.#inner.putNew(key, body);
  }

  async putFile(key: string, path: string): Promise<void> {
    assertKey(key);
    await this.put(key, await readFile(path));
  }

  async read(key: string, signal?: AbortSignal): Promise<Buffer> {
    const request = await this.#request('read', key);
    const body = await this.#inner.read(key, signal);
    request.bytes = body.length;
    return body;
  }

  stream(key: string, range?: ByteRange): Readable {
    const chunks = async function* (this: LinklessStorage): AsyncGenerator<Buffer> {
      const request = await this.#request('stream', key, range);
      const breaksAt = this.breakAfter?.(request) ?? Infinity;
      const source = this.#inner.stream(key, range);
      try {
        for await (const each of source) {
          const chunk = (each as Buffer).subarray(0, breaksAt - request.bytes);
          request.bytes += chunk.length;
          yield chunk;
          if (request.bytes >= breaksAt) throw new Error('The connection was reset');
        }
      } finally {
        source.destroy();
      }
    };
    return Readable.from(chunks.call(this), { objectMode: false });
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    await this.#request('stat', key);
    return this.#inner.stat(key, signal);
  }

  async *list(prefix: string, after?: string): AsyncIterable<StoredObject> {
    const request = await this.#request('list', prefix);
    for await (const object of this.#inner.list(prefix, after)) {
      request.bytes += 1;
      yield object;
    }
  }

  async *listPrefixes(prefix: string, after?: string): AsyncIterable<string> {
    const request = await this.#request('listPrefixes', prefix);
    for await (const folder of this.#inner.listPrefixes(prefix, after)) {
      request.bytes += 1;
      yield folder;
    }
  }

  async delete(key: string): Promise<void> {
    await this.#request('delete', key);
    await this.#inner.delete(key);
  }

  async deletePrefix(prefix: string): Promise<void> {
    await this.#request('deletePrefix', prefix);
    await this.#inner.deletePrefix(prefix);
  }

  async materialize(key: string, path: string, transfer?: Transfer): Promise<void> {
    await downloadObject(this, key, path, transfer, this.#waits);
  }

  presign(key: string, options: PresignOptions): Promise<PresignedRequest | undefined> {
    return this.#inner.presign(key, options);
  }

  /** Object stores have no limit of their own. */
  async freeBytes(): Promise<undefined> {}

  uploadStore(): UploadStore {
    return this.#inner.uploadStore();
  }

  check(): Promise<void> {
    return this.#inner.check();
  }

  warnings(): Promise<readonly string[]> {
    return this.#inner.warnings();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  collectLeftovers(olderThanMs: number): Promise<number> {
    return this.#inner.collectLeftovers(olderThanMs);
  }

  async #request(operation: LinklessOperation, key: string, range?: StoreRequest['range']): Promise<StoreRequest> {
    const request: StoreRequest = { operation, key, ...(range && { range }), bytes: 0 };
    this.requests.push(request);
    if (this.latencyMs > 0) await delay(this.latencyMs);
    await this.before?.(request);
    return request;
  }
}
