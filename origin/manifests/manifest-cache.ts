import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../server/kit/clock.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { ObjectNotFound } from '../../server/storage/port.ts';
import type { OriginMetrics } from '../metrics.ts';
import type { OriginStorage } from '../origin-storage.ts';
import { SingleFlight } from '../single-flight.ts';
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

function encodedManifest(body: Buffer): EncodedManifest {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}

/**
 * Manifests in memory. One that is older than `maxAgeMs` is compared with storage before it is served: a growing
 * playlist is new every few seconds. When storage fails, what is in memory is served on: a player that gets an old
 * playlist asks again, one that gets an error may give up.
 */
export class ManifestCache {
  readonly #storage: OriginStorage;
  readonly #metrics: () => OriginMetrics;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxAgeMs: number;
  readonly #cache: LRUCache<string, Entry>;
  readonly #flights = new SingleFlight<Entry | undefined>();

  constructor(options: {
    readonly storage: OriginStorage;
    readonly metrics: () => OriginMetrics;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly maxAgeMs: number;
    readonly maxBytes: number;
  }) {
    this.#storage = options.storage;
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

  /** The manifest, at most `maxAgeMs` old while storage answers; undefined when it does not exist. */
  async get(key: string): Promise<Manifest | undefined> {
    const entry = this.#cache.get(key);
    const age = entry ? this.#clock.now() - entry.checkedAt : 0;
    if (entry && age >= 0 && age < this.#maxAgeMs) {
      this.#metrics().lookup('manifests', 'hit');
      return entry;
    }
    this.#metrics().lookup('manifests', this.#flights.has(key) ? 'joined' : 'miss');
    return this.#flights.run(key, async (stillCounts) => {
      const fresh = await this.#refresh(key, entry);
      if (!stillCounts()) return fresh;
      if (!fresh) this.#cache.delete(key);
      else if (fresh !== entry || !this.#cache.has(key)) this.#cache.set(key, fresh);
      return fresh;
    });
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

  async #refresh(key: string, known: Entry | undefined): Promise<Entry | undefined> {
    try {
      const stat = await this.#metrics().timed('stat', () => this.#storage.stat(key));
      if (!stat) return undefined;
      if (stat.etag === known?.storedEtag) {
        known.checkedAt = this.#clock.now();
        return known;
      }
      const body = await this.#metrics().timed('read', () => this.#storage.read(key));
      // Written between the two, the body is newer than the tag: the next comparison then reads it once more.
      return {
        identity: encodedManifest(body),
        final: isFinal(body.toString('utf8')),
        storedEtag: stat.etag,
        checkedAt: this.#clock.now(),
        encoded: new Map(),
      };
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
    const published = await this.#publishedCopy(key + codec.suffix);
    if (published) {
      // A copy that unpacks to more than the manifest is not its copy, so no more is unpacked.
      const unpacked = await codec.decompress(published, identity.length + 1).catch(() => undefined);
      if (unpacked?.equals(identity)) return encodedManifest(published);
    }
    return encodedManifest(await codec.compress(identity));
  }

  async #publishedCopy(key: string): Promise<Buffer | undefined> {
    try {
      return await this.#metrics().timed('read', () => this.#storage.read(key));
    } catch (error) {
      if (!(error instanceof ObjectNotFound))
        this.#logger.warn({ err: toError(error), key }, 'storage failed; the manifest is compressed here');
      return undefined;
    }
  }
}
