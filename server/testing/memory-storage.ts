import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  InvalidKey,
  ObjectNotFound,
  ObjectReplaced,
  type ByteRange,
  type Storage,
  type StoredObject,
} from '../storage/port.ts';

export type StorageOperation = 'put' | 'putNew' | 'read' | 'stream' | 'stat' | 'list' | 'listPrefixes' | 'delete';

/** Everything of the storage port that needs neither files nor uploads. */
export type ObjectStorage = Pick<Storage, StorageOperation | 'deletePrefix'>;

interface Held {
  readonly body: Buffer;
  readonly described: StoredObject;
}

/**
 * Objects in memory, under the rules of the storage port: strict keys, atomic replacement, ObjectNotFound. It keeps
 * account of what is asked, and `before` may delay an operation (return a promise) or make it fail (throw, reject).
 */
export class MemoryStorage implements ObjectStorage {
  readonly operations: { readonly operation: StorageOperation; readonly key: string }[] = [];
  before: ((operation: StorageOperation, key: string) => Promise<void> | void) | undefined;
  readonly #objects = new Map<string, Held>();
  #writes = 0;

  /** Keys that were asked for by these operations (all, without any), in order. */
  asked(...operations: StorageOperation[]): string[] {
    return this.operations
      .filter(({ operation }) => operations.length === 0 || operations.includes(operation))
      .map(({ key }) => key);
  }

  async put(key: string, body: Buffer | string): Promise<void> {
    await this.#note('put', key);
    this.#set(key, body);
  }

  async putNew(key: string, body: Buffer | string): Promise<boolean> {
    await this.#note('putNew', key);
    if (this.#objects.has(key)) return false;
    this.#set(key, body);
    return true;
  }

  #set(key: string, body: Buffer | string): void {
    const bytes = Buffer.from(body);
    this.#writes += 1;
    const etag = `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}-${this.#writes}`;
    this.#objects.set(key, { body: bytes, described: { key, bytes: bytes.length, modifiedAt: Date.now(), etag } });
  }

  async read(key: string, signal?: AbortSignal): Promise<Buffer> {
    await this.#note('read', key, signal);
    return Buffer.from(this.#get(key).body);
  }

  stream(key: string, range?: ByteRange): Readable {
    const noted = this.#note('stream', key);
    const get = (): Held => {
      const held = this.#get(key);
      if (range?.etag !== undefined && range.etag !== held.described.etag) throw new ObjectReplaced(key);
      return held;
    };
    const chunkBytes = 64 * 1024;
    async function* chunks(): AsyncGenerator<Buffer> {
      await noted;
      const { body } = get();
      const part = range ? body.subarray(range.start, range.end + 1) : body;
      for (let at = 0; at < part.length; at += chunkBytes) yield Buffer.from(part.subarray(at, at + chunkBytes));
    }
    noted.catch(() => {}); // Reported by the stream.
    return Readable.from(chunks(), { objectMode: false, highWaterMark: chunkBytes });
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    await this.#note('stat', key, signal);
    return this.#objects.get(key)?.described;
  }

  async *list(prefix: string, after = ''): AsyncIterable<StoredObject> {
    if (prefix !== '' && !prefix.endsWith('/')) throw new InvalidKey(`${prefix} does not end in /`);
    await this.#note('list', prefix === '' ? 'all' : prefix.slice(0, -1));
    for (const key of [...this.#objects.keys()].sort()) {
      const held = key.startsWith(prefix) && key > after ? this.#objects.get(key) : undefined;
      if (held) yield held.described;
    }
  }

  async *listPrefixes(prefix: string, after = ''): AsyncIterable<string> {
    if (prefix !== '' && !prefix.endsWith('/')) throw new InvalidKey(`${prefix} does not end in /`);
    await this.#note('listPrefixes', prefix === '' ? 'all' : prefix.slice(0, -1));
    const below = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    const folders = below.map((key) => key.slice(prefix.length).split('/')).filter((parts) => parts.length > 1);
    const named = new Set(folders.map(([first]) => `${prefix}${first}/`));
    yield* [...named].sort().filter((folder) => folder > after);
  }

  async delete(key: string): Promise<void> {
    await this.#note('delete', key);
    this.#objects.delete(key);
  }

  async deletePrefix(prefix: string): Promise<void> {
    for await (const { key } of this.list(prefix)) await this.delete(key);
  }

  #get(key: string): Held {
    const held = this.#objects.get(key);
    if (!held) throw new ObjectNotFound(key);
    return held;
  }

  async #note(operation: StorageOperation, key: string, signal?: AbortSignal): Promise<void> {
    this.operations.push({ operation, key });
    if (
      key.startsWith('/') ||
      /[\\\0]/.test(key) ||
      key.split('/').some((part) => part === '' || part === '.' || part === '..')
    ) {
      throw new InvalidKey(`${JSON.stringify(key)} is not a storage key`);
    }
    signal?.throwIfAborted();
    const delayed = this.before?.(operation, key);
    if (!delayed || !signal) return delayed;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const leave = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      await Promise.race([delayed, aborted]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
