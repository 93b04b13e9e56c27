import { LRUCache } from 'lru-cache';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notices } from '../../server/kit/notices.ts';
import { LineFull, Semaphore } from '../../server/kit/semaphore.ts';
import { systemCode } from '../../server/kit/system-errors.ts';
import { fileBytes, type KeptObject } from './cache-file.ts';
import { CacheFolder, DamagedFile } from './cache-folder.ts';
import { pathOfKey } from './cache-path.ts';

/** What the origin does on disk: where, and how much of it. */
export interface DiskCacheOptions {
  readonly path: string;
  readonly maxBytes: number;
  /** Objects that wait to be written hold at most so much memory; what comes on top of it is not kept. */
  readonly maxWaitingBytes: number;
  readonly logger: Logger;
  readonly notices: Pick<Notices, 'say'>;
}

/** How a look-up ended; damaged: the file is not what was written; failed: the disk fails or is too slow. */
export type DiskLookup = 'hit' | 'miss' | 'damaged' | 'failed';
/** How keeping an object ended; skipped: too much waits to be written, or the disk is left alone. */
export type DiskWrite = 'written' | 'skipped' | 'failed';

interface Entry {
  /** Of the file. */
  readonly bytes: number;
  isWritten: boolean;
  touchedAt: number;
}

/** Files fill whole blocks of the disk. */
const blockBytes = 4096;
/** A disk that takes longer than this is no faster than the store, in milliseconds. */
const patienceMs = 1000;
/** So many reads in a row that failed or were slow, and the disk is left alone for a while. */
const mostFailures = 3;
const restMs = 60_000;
/** How often a use is noted for the order after a restart, in milliseconds. */
const touchEveryMs = 3_600_000;
/** Of the bytes that are free or the cache's own, so much is left to others. */
const leftToOthers = 0.1;
/**
 * Node does the reading and writing of files, the looking up of host names and more on four threads. A disk that hangs
 * must not take all of them: two read, one writes.
 */
const readsAtOnce = 2;

/**
 * Whole published objects on a local disk, between memory and a store that is far away; least recently used ones go
 * when `maxBytes` are full. It outlasts the process. It never fails: what the disk cannot give is a miss, and a disk
 * that is full or broken is left alone for a minute at a time, with a notice.
 *
 * Everything that was read from the store is written at once, not only what is asked for a second time: each byte came
 * over the network before, so a disk keeps up with it, and a second request tends to come soon, from another viewer of
 * the same title. Room for an object is made before it is written, so the bound holds whatever is in flight.
 */
export class DiskCache {
  readonly #folder: CacheFolder;
  readonly #logger: Logger;
  readonly #notices: Pick<Notices, 'say'>;
  readonly #path: string;
  readonly #index: LRUCache<string, Entry>;
  readonly #reads = new Semaphore({ atOnce: readsAtOnce, waiting: 1000 });
  readonly #maxWaitingBytes: number;
  readonly #removals = new Set<Promise<void>>();
  /** What was done, for the metrics. */
  readonly counts = {
    lookups: { hit: 0, miss: 0, damaged: 0, failed: 0 } satisfies Record<DiskLookup, number>,
    writes: { written: 0, skipped: 0, failed: 0 } satisfies Record<DiskWrite, number>,
    evictions: 0,
  };
  #writing: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #failures = 0;
  #readsRestUntil = 0;
  #writesRestUntil = 0;
  #closed = false;

  /**
   * Opens it with what it held before.
   * @returns undefined, with a notice, where the folder cannot be used
   */
  static async open(options: DiskCacheOptions): Promise<DiskCache | undefined> {
    const folder = new CacheFolder(options.path);
    try {
      const found = await folder.restore();
      const held = found.reduce((sum, { bytes }) => sum + onDisk(bytes), 0);
      const room = Math.floor((held + (await folder.freeBytes())) * (1 - leftToOthers));
      const maxBytes = Math.max(Math.min(options.maxBytes, room), blockBytes);
      const cache = new DiskCache(folder, { ...options, maxBytes });
      for (const { key, bytes, usedAt } of found) cache.#index.set(key, { bytes, isWritten: true, touchedAt: usedAt });
      options.logger.info({ path: options.path, objects: cache.objects, bytes: held, maxBytes }, 'disk cache opened');
      return cache;
    } catch (error) {
      options.logger.warn({ err: toError(error), path: options.path }, 'the disk cache cannot be opened');
      options.notices.say({
        code: 'disk-cache-off',
        setting: 'origin.diskCachePath',
        detail: `The folder ${options.path} cannot be used (${systemCode(error) ?? 'see the log'}), so the origin runs without its disk cache. Make it a folder that the server may write to, or set origin.diskCache to off.`,
      });
      return undefined;
    }
  }

  private constructor(folder: CacheFolder, options: DiskCacheOptions) {
    this.#folder = folder;
    this.#path = options.path;
    this.#logger = options.logger;
    this.#notices = options.notices;
    this.#maxWaitingBytes = options.maxWaitingBytes;
    this.#index = new LRUCache<string, Entry>({
      maxSize: options.maxBytes,
      sizeCalculation: ({ bytes }) => onDisk(bytes),
      dispose: (entry, key, reason) => {
        if (reason === 'evict') this.counts.evictions += 1;
        // A folder is removed as a whole by `drop`; one that is being written removes itself.
        if (reason === 'evict' && entry.isWritten) this.#remove(key);
      },
    });
  }

  /** Bytes on disk, of what is being written as well. */
  get bytes(): number {
    return this.#index.calculatedSize;
  }

  get objects(): number {
    return this.#index.size;
  }

  /** What objects that wait to be written hold in memory, in bytes. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** How much memory reading the object takes, in bytes; undefined when it is not there. */
  bytesOf(key: string): number | undefined {
    const entry = this.#index.peek(key);
    return entry?.isWritten && Date.now() >= this.#readsRestUntil ? entry.bytes : undefined;
  }

  /** The object as it was kept, or undefined. Never rejects, and takes a second at most. */
  async get(key: string): Promise<KeptObject | undefined> {
    const bytes = this.bytesOf(key);
    const entry = bytes === undefined ? undefined : this.#index.get(key);
    const object = entry && (await this.#read(key, entry));
    if (!entry) this.counts.lookups.miss += 1;
    if (object) this.counts.lookups.hit += 1;
    return object;
  }

  /** Keeps an object for later. Returns at once. */
  keep(key: string, object: KeptObject): void {
    const { length } = object.body;
    if (this.#closed || pathOfKey(key) === undefined || this.#index.peek(key)?.isWritten === false) return;
    if (
      Date.now() < this.#writesRestUntil ||
      this.#waitingBytes + length > this.#maxWaitingBytes ||
      onDisk(fileBytes(key, object)) > this.#index.maxSize
    ) {
      this.counts.writes.skipped += 1;
      return;
    }
    this.#waitingBytes += length;
    this.#writing = this.#writing
      .then(() => this.#write(key, object))
      .finally(() => {
        this.#waitingBytes -= length;
      });
  }

  /** Forgets every object whose key starts with `prefix`, of an asset or of one of its versions. */
  drop(prefix: string): void {
    const keys = [...this.#index.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys) this.#index.delete(key);
    this.#track(this.#folder.removePrefix(prefix));
  }

  /** Resolves when nothing is being written or removed. */
  async settled(): Promise<void> {
    await this.#writing;
    await Promise.all(this.#removals);
  }

  /** Writes what waits to be written, and nothing any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
  }

  async #read(key: string, entry: Entry): Promise<KeptObject | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, patienceMs);
    const { promise: isLate, resolve } = Promise.withResolvers<undefined>();
    let started = false;
    late.signal.addEventListener('abort', () => {
      resolve(undefined);
      this.counts.lookups.failed += 1;
      if (started) this.#failed(new Error(`Reading took longer than ${patienceMs} ms`));
    });
    const reading = this.#reads.run(() => {
      started = true;
      return this.#folder.read(key, entry.bytes);
    }, late.signal);
    try {
      const object = await Promise.race([reading, isLate]);
      if (object) this.#noteUse(key, entry);
      return object;
    } catch (error) {
      this.#notReadable(key, entry, error);
      return undefined;
    } finally {
      clearTimeout(timer);
      reading.catch(() => undefined);
    }
  }

  #noteUse(key: string, entry: Entry): void {
    this.#failures = 0;
    const now = Date.now();
    if (now - entry.touchedAt < touchEveryMs) return;
    entry.touchedAt = now;
    this.#folder.touch(key, now).catch(() => undefined);
  }

  #notReadable(key: string, entry: Entry, error: unknown): void {
    if (error instanceof LineFull) {
      this.counts.lookups.failed += 1;
      return;
    }
    const isGone = systemCode(error) === 'ENOENT';
    if (isGone || error instanceof DamagedFile) {
      this.counts.lookups[isGone ? 'miss' : 'damaged'] += 1;
      if (!isGone) this.#logger.warn({ key }, 'a file of the disk cache is damaged; it is read from storage again');
    } else {
      this.counts.lookups.failed += 1;
      this.#failed(toError(error));
    }
    // Unless it was replaced meanwhile.
    if (this.#index.peek(key) !== entry) return;
    this.#index.delete(key);
    this.#remove(key);
  }

  #failed(error: Error): void {
    this.#failures += 1;
    if (this.#failures < mostFailures) return;
    this.#failures = 0;
    this.#readsRestUntil = Date.now() + restMs;
    this.#complain(error, 'read from');
  }

  #complain(error: Error, what: string): void {
    this.#logger.warn({ err: error, path: this.#path }, `the disk cache cannot be ${what}; it rests for a minute`);
    this.#notices.say({
      code: 'disk-cache-failing',
      setting: 'origin.diskCachePath',
      detail: `The folder of the origin's disk cache, ${this.#path}, cannot be ${what} (${systemCode(error) ?? error.message}). Until it can, the origin asks storage instead. Look after the disk, give the cache less of it (origin.diskCacheBytes), or another one.`,
    });
  }

  async #write(key: string, object: KeptObject): Promise<void> {
    if (Date.now() < this.#writesRestUntil) {
      this.counts.writes.skipped += 1;
      return;
    }
    const entry: Entry = { bytes: fileBytes(key, object), isWritten: false, touchedAt: Date.now() };
    this.#index.set(key, entry);
    try {
      // What had to go for it is gone before it comes.
      await Promise.all(this.#removals);
      await this.#folder.write(key, object);
      entry.isWritten = true;
      this.counts.writes.written += 1;
      // Dropped, or pushed out, while it was written.
      if (this.#index.peek(key) !== entry) this.#remove(key);
    } catch (error) {
      this.counts.writes.failed += 1;
      if (this.#index.peek(key) === entry) this.#index.delete(key);
      this.#remove(key);
      this.#writesRestUntil = Date.now() + restMs;
      this.#complain(toError(error), 'written to');
    }
  }

  #remove(key: string): void {
    this.#track(this.#folder.remove(key));
  }

  #track(removal: Promise<void>): void {
    const tracked = removal
      .catch((error: unknown) => {
        this.#logger.warn({ err: toError(error), path: this.#path }, 'a file of the disk cache cannot be removed');
      })
      .finally(() => this.#removals.delete(tracked));
    this.#removals.add(tracked);
  }
}

function onDisk(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}
