import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../server/kit/clock.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { ObjectNotFound } from '../../server/storage/port.ts';
import type { OriginMetrics } from '../metrics.ts';
import type { DiskCache } from '../disk-cache/disk-cache.ts';
import { SingleFlight } from '../single-flight.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { ContentEncoding } from './content-encoding.ts';
import { isFinal } from './finality.ts';

/** One encoding of a manifest. */
export interface EncodedManifest {
  readonly body: Buffer;
  /** Strong entity tag, in quotes: of these very bytes, so that encodings never share one. */
  readonly etag: string;
}

/** A manifest as it was when storage was last asked. */
export interface Manifest {
  readonly identity: EncodedManifest;
  /** Nothing will be added to it any more. */
  readonly final: boolean;
}

interface Entry extends Manifest {
  readonly storedEtag: string;
  checkedAt: number;
  readonly encoded: Map<ContentEncoding, Promise<EncodedManifest>>;
}

interface Codec {
  /** What follows the key of the copy that publishing may have put beside the manifest. */
  readonly suffix: string;
  compress(body: Buffer): Promise<Buffer>;
  decompress(body: Buffer, limit: number): Promise<Buffer>;
}

const [gzipped, gunzipped, brotliCompressed, brotliDecompressed] = [
  promisify(gzip),
  promisify(gunzip),
  promisify(brotliCompress),
  promisify(brotliDecompress),
] as const;

const codecs: Readonly<Record<Exclude<ContentEncoding, 'identity'>, Codec>> = {
  gzip: {
    suffix: '.gz',
    compress: (body) => gzipped(body, { level: 6 }) as Promise<Buffer>,
    decompress: (body, limit) => gunzipped(body, { maxOutputLength: limit }) as Promise<Buffer>,
  },
  br: {
    suffix: '.br',
    compress: (body) =>
      brotliCompressed(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
      }) as Promise<Buffer>,
    decompress: (body, limit) => brotliDecompressed(body, { maxOutputLength: limit }) as Promise<Buffer>,
  },
};

const entryOverhead = 2048;
/** How long what is in memory is held back for a comparison with storage, in milliseconds. */
const patienceMs = 500;

type Store = Pick<StoreGuard, 'stat' | 'read' | 'isFailing'>;

function encodedManifest(body: Buffer): EncodedManifest {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}

function newEntry(body: Buffer, storedEtag: string, checkedAt: number): Entry {
  return {
    identity: encodedManifest(body),
    final: isFinal(body.toString('utf8')),
    storedEtag,
    checkedAt,
    encoded: new Map(),
  };
}

/**
 * Manifests in memory. One that is older than `maxAgeMs` is compared with storage before it is served: a growing
 * playlist is new every few seconds. When storage fails or takes its time, what is in memory is served on: a player
 * that gets an old playlist asks again, one that gets an error may give up. With a disk cache that holds after a
 * restart as well, for manifests that are final: those of a growing title are out of date in a few seconds.
 */
export class ManifestCache {
  readonly #store: Store;
  readonly #disk: DiskCache | undefined;
  readonly #onGone: (key: string) => void;
  readonly #metrics: () => OriginMetrics;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxAgeMs: number;
  readonly #cache: LRUCache<string, Entry>;
  readonly #flights = new SingleFlight<Entry | undefined>();
  /** Storage kept somebody waiting, and has not been heard of since. */
  #late = false;

  constructor(options: {
    readonly store: Store;
    readonly disk: DiskCache | undefined;
    /** Called for a manifest that was there and is not in storage any more: its version was removed. */
    readonly onGone: (key: string) => void;
    readonly metrics: () => OriginMetrics;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly maxAgeMs: number;
    readonly maxBytes: number;
  }) {
    this.#store = options.store;
    this.#disk = options.disk;
    this.#onGone = options.onGone;
    this.#metrics = options.metrics;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#maxAgeMs = options.maxAgeMs;
    this.#cache = new LRUCache<string, Entry>({
      maxSize: options.maxBytes,
      // Its encodings come later; together they are smaller than the manifest itself.
      sizeCalculation: (entry) => 2 * entry.identity.body.length + entryOverhead,
      dispose: (_entry, _key, reason) => {
        if (reason === 'evict') this.#metrics().eviction('manifests');
      },
    });
  }

  get cachedBytes(): number {
    return this.#cache.calculatedSize;
  }

  /** The manifest, at most `maxAgeMs` old while storage answers in time; undefined when it does not exist. */
  async get(key: string): Promise<Manifest | undefined> {
    const entry = this.#cache.get(key) ?? (this.#disk && (await this.#fromDisk(key)));
    const age = entry ? this.#clock.now() - entry.checkedAt : 0;
    if (entry && age >= 0 && age < this.#maxAgeMs) {
      this.#metrics().lookup('manifests', 'hit');
      return entry;
    }
    this.#metrics().lookup('manifests', this.#flights.has(key) ? 'joined' : 'miss');
    const comparing = this.#flights.run(key, async (stillCounts) => {
      const fresh = await this.#refresh(key, entry);
      if (!stillCounts()) return fresh;
      if (!fresh) {
        this.#cache.delete(key);
        if (entry) this.#onGone(key);
      } else if (fresh !== entry || !this.#cache.has(key)) this.#cache.set(key, fresh);
      return fresh;
    });
    if (!entry) return comparing;
    const first = await this.#inTime(comparing);
    if (first !== 'late') return first;
    this.#metrics().lookup('manifests', 'stale');
    return entry;
  }

  /**
   * Whether a media playlist lists a segment by this name. One that is final, or lists it already, is not compared with
   * storage for that.
   */
  async lists(key: string, name: string): Promise<boolean> {
    const isIn = ({ identity }: Manifest): boolean => identity.body.includes(`\n${name}\n`);
    const known = this.#cache.peek(key);
    if (known && (known.final || isIn(known))) return isIn(known);
    const manifest = await this.get(key);
    return manifest !== undefined && isIn(manifest);
  }

  /** The manifest in this encoding: as published where that fits, else compressed here, once. */
  encode(key: string, manifest: Manifest, encoding: ContentEncoding): Promise<EncodedManifest> {
    if (encoding === 'identity') return Promise.resolve(manifest.identity);
    const { encoded } = manifest as Entry;
    const known = encoded.get(encoding);
    if (known) return known;
    const made = this.#compress(key, manifest.identity.body, codecs[encoding]);
    encoded.set(encoding, made);
    made.catch(() => {
      encoded.delete(encoding);
    });
    return made;
  }

  /** Forgets every manifest whose key starts with `prefix`, those being read included. */
  drop(prefix: string): void {
    this.#flights.forget(prefix);
    // Listed first: the cache's own iterator loses its place when what it stands on is deleted.
    const keys = [...this.#cache.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys) this.#cache.delete(key);
  }

  /** What storage brings, or 'late' when it is slow: at once when it was slow or failed before. */
  async #inTime<T>(work: Promise<T>): Promise<T | 'late'> {
    const timer = new AbortController();
    const late = delay(this.#late || this.#store.isFailing ? 0 : patienceMs, 'late' as const, { signal: timer.signal });
    for (const each of [work, late]) each.catch(() => undefined);
    try {
      const first = await Promise.race([work, late]);
      if (first === 'late') this.#late = true;
      return first;
    } finally {
      timer.abort();
    }
  }

  /** To be compared with storage before it is served, as long as storage answers. */
  async #fromDisk(key: string): Promise<Entry | undefined> {
    if (this.#disk?.bytesOf(key) === undefined) return undefined;
    const kept = await this.#disk.get(key);
    const entry = kept && newEntry(kept.body, kept.etag, Number.NEGATIVE_INFINITY);
    return entry?.final ? entry : undefined;
  }

  async #refresh(key: string, known: Entry | undefined): Promise<Entry | undefined> {
    try {
      const stat = await this.#store.stat(key);
      this.#late = false;
      if (!stat) return undefined;
      if (stat.etag === known?.storedEtag) {
        known.checkedAt = this.#clock.now();
        return known;
      }
      const body = await this.#store.read(key);
      // Written between the two, the body is newer than the tag: the next comparison then reads it once more.
      const entry = newEntry(body, stat.etag, this.#clock.now());
      if (entry.final) this.#disk?.keep(key, { body, etag: stat.etag });
      return entry;
    } catch (error) {
      if (error instanceof ObjectNotFound) return undefined;
      if (!known) throw error;
      this.#logger.warn({ err: toError(error), key }, 'storage failed; the manifest in memory is served on');
      known.checkedAt = this.#clock.now();
      return known;
    }
  }

  /**
   * The published copy counts only when it unpacks to the manifest itself: a playlist and its copies are separate
   * objects, so while a playlist grows, or after a publisher was killed in between, a copy may be an older one.
   */
  async #compress(key: string, identity: Buffer, codec: Codec): Promise<EncodedManifest> {
    const published = await this.#inTime(this.#publishedCopy(key + codec.suffix));
    if (published && published !== 'late') {
      // A copy that unpacks to more than the manifest is not its copy, so no more is unpacked.
      const unpacked = await codec.decompress(published, identity.length + 1).catch(() => undefined);
      if (unpacked?.equals(identity)) return encodedManifest(published);
    }
    return encodedManifest(await codec.compress(identity));
  }

  async #publishedCopy(key: string): Promise<Buffer | undefined> {
    try {
      return await this.#store.read(key);
    } catch (error) {
      if (!(error instanceof ObjectNotFound))
        this.#logger.warn({ err: toError(error), key }, 'storage failed; the manifest is compressed here');
      return undefined;
    }
  }
}
