import { LRUCache } from 'lru-cache';
import { ObjectNotFound } from '../../server/storage/port.ts';
import type { OriginMetrics } from '../metrics.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { DiskCache } from '../disk-cache/disk-cache.ts';
import { SingleFlight } from '../single-flight.ts';

/** An object that is in memory as one Buffer, which must not be written to. */
export class WholeObject {
  readonly bytes: number;
  readonly body: Buffer;
  /** Strong entity tag, in quotes. */
  readonly etag: string;
  /** Responses that are sending it. */
  borrowers = 0;
  cached = false;
  /** It came from the disk cache. */
  readonly isOnDisk: boolean;

  constructor(body: Buffer, etag: string, isOnDisk = false) {
    this.isOnDisk = isOnDisk;
    this.body = body;
    this.bytes = body.length;
    this.etag = etag;
  }
}

/** An object that is streamed from storage: too large for memory, or memory is taken by slow clients. */
export interface StreamedObject {
  readonly bytes: number;
  readonly etag: string;
}

/** What an entry takes besides its body: key, tag, list nodes, typed array. */
const entryOverhead = 512;

/**
 * Whole segments in memory, at most `maxBytes` of them. One read serves everybody who asks meanwhile: of the disk cache,
 * where there is one and it has the object, else of storage.
 *
 * Slow clients: a Buffer that is being sent stays in memory even when the cache has let go of it. Such bytes, and
 * those of reads under way, are counted (`overflowBytes`) and limited to a quarter of the cache (one object at least);
 * beyond that objects are streamed, which costs a client's worth of small buffers and waits for the client.
 */
export class ObjectCache {
  readonly #store: Pick<StoreGuard, 'stat' | 'read'>;
  readonly #disk: DiskCache | undefined;
  readonly #metrics: () => OriginMetrics;
  readonly #cache: LRUCache<string, WholeObject>;
  readonly #ahead: LRUCache<string, WholeObject> | undefined;
  readonly #flights = new SingleFlight<WholeObject | StreamedObject | undefined>();
  /** Those of the flights that read ahead, and whether somebody asked meanwhile. */
  readonly #aheadFlights = new Map<string, { isWanted: boolean }>();
  readonly #maxObjectBytes: number;
  readonly #maxOverflow: number;
  #reading = 0;
  #stranded = 0;

  constructor(options: {
    readonly store: Pick<StoreGuard, 'stat' | 'read'>;
    readonly disk: DiskCache | undefined;
    readonly maxBytes: number;
    /** Of these, how many are for what was read ahead; 0 for none. */
    readonly aheadBytes: number;
    readonly maxObjectBytes: number;
    readonly metrics: () => OriginMetrics;
  }) {
    this.#store = options.store;
    this.#disk = options.disk;
    this.#metrics = options.metrics;
    const { aheadBytes } = options;
    const maxBytes = options.maxBytes - aheadBytes;
    this.#maxObjectBytes = Math.min(options.maxObjectBytes, maxBytes - entryOverhead);
    this.#maxOverflow = Math.max(Math.floor(options.maxBytes / 4), this.#maxObjectBytes);
    const sizeCalculation = (object: WholeObject): number => object.bytes + entryOverhead;
    if (aheadBytes > 0) {
      this.#ahead = new LRUCache<string, WholeObject>({
        maxSize: aheadBytes,
        sizeCalculation,
        dispose: (_object, _key, reason) => {
          if (reason === 'evict') this.#metrics().readAhead('wasted');
        },
      });
    }
    this.#cache = new LRUCache<string, WholeObject>({
      maxSize: maxBytes,
      sizeCalculation,
      dispose: (object, _key, reason) => {
        object.cached = false;
        if (object.borrowers > 0) this.#stranded += object.bytes;
        if (reason === 'evict') this.#metrics().eviction('segments');
      },
    });
  }

  /** Bytes of the cache. */
  get cachedBytes(): number {
    return this.#cache.calculatedSize + (this.#ahead?.calculatedSize ?? 0);
  }

  /** Bytes in memory besides the cache's. */
  get overflowBytes(): number {
    return this.#reading + this.#stranded;
  }

  /** The object if it is in memory. */
  peek(key: string): WholeObject | undefined {
    const object = this.#cache.get(key) ?? this.#takeAhead(key);
    if (object) this.#metrics().lookup('segments', 'hit');
    return object;
  }

  /** Whether the object is in memory, on disk or being read. */
  has(key: string): boolean {
    return (
      this.#cache.has(key) ||
      this.#ahead?.has(key) === true ||
      this.#flights.has(key) ||
      this.#disk?.bytesOf(key) !== undefined
    );
  }

  /**
   * Reads an object that nobody has asked for yet. It waits in a part of the memory of its own until somebody does, so
   * it pushes out nothing but others like it, and it is written to the disk only then. Not what is too large for that,
   * nor while much is being read or sent.
   * @returns whether it was read
   */
  async loadAhead(key: string): Promise<boolean> {
    const room = this.#ahead;
    if (!room || this.has(key)) return false;
    const flight = { isWanted: false };
    this.#aheadFlights.set(key, flight);
    try {
      const object = await this.#flights.run(key, async (stillCounts) => {
        const limits = {
          object: Math.min(this.#maxObjectBytes, room.maxSize - entryOverhead),
          overflow: this.#maxOverflow / 2,
        };
        const read = await this.#read(key, limits);
        if (read instanceof WholeObject && stillCounts()) {
          if (flight.isWanted) this.#metrics().readAhead('useful');
          if (flight.isWanted) this.#keep(key, read);
          else room.set(key, read);
        }
        return read;
      });
      return object instanceof WholeObject;
    } finally {
      this.#aheadFlights.delete(key);
    }
  }

  /** The object from storage, kept if it may be; undefined when it does not exist. Rejects when storage fails. */
  load(key: string): Promise<WholeObject | StreamedObject | undefined> {
    if (this.#flights.has(key)) this.#metrics().lookup('segments', 'joined');
    const ahead = this.#aheadFlights.get(key);
    if (ahead) ahead.isWanted = true;
    return this.#flights.run(key, async (stillCounts) => {
      const kept = await this.#fromDisk(key);
      if (kept && stillCounts()) this.#keep(key, kept);
      if (kept) return kept;
      const object = await this.#read(key, { object: this.#maxObjectBytes, overflow: this.#maxOverflow });
      if (object) this.#metrics().lookup('segments', object instanceof WholeObject ? 'miss' : 'bypass');
      if (object instanceof WholeObject && stillCounts()) this.#keep(key, object);
      return object;
    });
  }

  #keep(key: string, object: WholeObject): void {
    object.cached = true;
    this.#cache.set(key, object);
    if (!object.isOnDisk) this.#disk?.keep(key, { body: object.body, etag: object.etag.slice(1, -1) });
  }

  /** What was read ahead, now that it is asked for. */
  #takeAhead(key: string): WholeObject | undefined {
    const object = this.#ahead?.get(key);
    if (!object) return undefined;
    this.#ahead?.delete(key);
    this.#metrics().readAhead('useful');
    this.#keep(key, object);
    return object;
  }

  /** Counts a response that sends the object; call the answer once when the response is over. */
  borrow(object: WholeObject): () => void {
    object.borrowers += 1;
    if (object.borrowers === 1 && !object.cached) this.#stranded += object.bytes;
    return () => {
      object.borrowers -= 1;
      if (object.borrowers === 0 && !object.cached) this.#stranded -= object.bytes;
    };
  }

  /** Forgets every object whose key starts with `prefix`, those being read included. */
  drop(prefix: string): void {
    this.#flights.forget(prefix);
    // Listed first: the cache's own iterator loses its place when what it stands on is deleted.
    for (const cache of [this.#cache, this.#ahead]) {
      const keys = [...(cache?.keys() ?? [])].filter((key) => key.startsWith(prefix));
      for (const key of keys) cache?.delete(key);
    }
  }

  /** Not what would not fit into memory now: that is streamed from storage, where nothing is compared beforehand. */
  async #fromDisk(key: string): Promise<WholeObject | undefined> {
    const bytes = this.#disk?.bytesOf(key) ?? 0;
    if (!this.#disk || bytes > this.#maxObjectBytes || this.overflowBytes + bytes > this.#maxOverflow) return undefined;
    this.#reading += bytes;
    try {
      const kept = await this.#disk.get(key);
      return kept && new WholeObject(kept.body, `"${kept.etag}"`, true);
    } finally {
      this.#reading -= bytes;
    }
  }

  /** From storage; only described when it is larger than `limits.object` or memory is taken up to `limits.overflow`. */
  async #read(
    key: string,
    limits: { readonly object: number; readonly overflow: number },
  ): Promise<WholeObject | StreamedObject | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const stat = await this.#store.stat(key);
      if (!stat) return undefined;
      const etag = `"${stat.etag}"`;
      if (stat.bytes > limits.object || this.overflowBytes + stat.bytes > limits.overflow)
        return { bytes: stat.bytes, etag };
      this.#reading += stat.bytes;
      try {
        const body = await this.#store.read(key);
        if (body.length === stat.bytes) return new WholeObject(body, etag);
      } catch (error) {
        if (error instanceof ObjectNotFound) return undefined;
        throw error;
      } finally {
        this.#reading -= stat.bytes;
      }
      // Replaced between the two: its tag belongs to other bytes. Published segments do not change, so once is enough.
      if (attempt === 2) throw new Error(`${key} changes while it is read`);
    }
  }
}
