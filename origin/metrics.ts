import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type RequestKind = 'segment' | 'manifest' | 'preflight' | 'other';
export type CacheName = 'segments' | 'manifests';
/** hit: from memory; miss: read from storage; joined: waited for another's read; bypass: streamed past the cache. */
export type CacheResult = 'hit' | 'miss' | 'joined' | 'bypass';

/** What is looked up when the metrics are read. */
export interface OriginGauges {
  activeSessions(): number;
  cacheBytes(cache: CacheName): number;
  /** Bytes in memory beyond the cache: being read, or evicted while a client still receives them. */
  overflowBytes(): number;
  verifiedTokens(): number;
}

class Tally {
  readonly #counts = new Map<string, { readonly labels: Record<string, string>; value: number }>();

  add(value: number, labels: Record<string, string>, key: string): void {
    const count = this.#counts.get(key);
    if (count) count.value += value;
    else this.#counts.set(key, { labels, value });
  }

  writeTo(counter: Counter): void {
    counter.reset();
    for (const { labels, value } of this.#counts.values()) counter.inc(labels, value);
  }
}

/**
 * The origin's Prometheus metrics. Counts are kept as plain numbers and handed over when they are read: labelling a
 * counter for every segment would cost a tenth of serving it.
 */
export class OriginMetrics {
  readonly #requests = new Tally();
  readonly #bytes = new Tally();
  readonly #lookups = new Tally();
  readonly #evictions = new Tally();
  readonly #reads: Histogram<'operation' | 'outcome'>;

  /** @throws Error when the registry already has these metrics */
  constructor(registry: Registry, gauges: OriginGauges) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: string[], tally: Tally): void => {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          tally.writeTo(this);
        },
      });
    };
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    };
    counter(
      'dramabox_origin_requests_total',
      'Requests answered, by kind and class of status.',
      ['kind', 'status'],
      this.#requests,
    );
    counter('dramabox_origin_bytes_total', 'Bytes of body handed to connections.', ['kind'], this.#bytes);
    counter('dramabox_origin_cache_lookups_total', 'Where objects came from.', ['cache', 'result'], this.#lookups);
    counter(
      'dramabox_origin_cache_evictions_total',
      'Objects pushed out of memory by others.',
      ['cache'],
      this.#evictions,
    );
    new Gauge({
      name: 'dramabox_origin_cache_bytes',
      help: 'Memory that cached objects take.',
      labelNames: ['cache'],
      registers,
      collect() {
        for (const cache of ['segments', 'manifests'] as const) this.set({ cache }, gauges.cacheBytes(cache));
      },
    });
    gauge('dramabox_origin_overflow_bytes', 'Memory of objects being read or sent that are not in the cache.', () =>
      gauges.overflowBytes(),
    );
    gauge('dramabox_origin_active_sessions', 'Sessions served within the last period of reporting.', () =>
      gauges.activeSessions(),
    );
    gauge('dramabox_origin_verified_tokens', 'Tokens remembered as genuine.', () => gauges.verifiedTokens());
    this.#reads = new Histogram({
      name: 'dramabox_origin_storage_seconds',
      help: 'Time that storage took.',
      labelNames: ['operation', 'outcome'],
      registers,
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    });
  }

  request(kind: RequestKind, status: number, bytes: number): void {
    const statusClass = `${Math.floor(status / 100)}xx`;
    this.#requests.add(1, { kind, status: statusClass }, kind + statusClass);
    if (bytes > 0) this.bytes(kind, bytes);
  }

  bytes(kind: RequestKind, bytes: number): void {
    this.#bytes.add(bytes, { kind }, kind);
  }

  lookup(cache: CacheName, result: CacheResult): void {
    this.#lookups.add(1, { cache, result }, cache + result);
  }

  eviction(cache: CacheName): void {
    this.#evictions.add(1, { cache }, cache);
  }

  /** Runs a storage operation and notes how long it took and whether it failed. */
  async timed<T>(operation: 'stat' | 'read', run: () => Promise<T>): Promise<T> {
    const end = this.#reads.startTimer({ operation });
    try {
      const value = await run();
      end({ outcome: 'ok' });
      return value;
    } catch (error) {
      end({ outcome: 'error' });
      throw error;
    }
  }
}
