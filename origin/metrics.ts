import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type RequestKind = 'segment' | 'manifest' | 'picture' | 'preflight' | 'other';
export type CacheName = 'segments' | 'manifests';
/**
 * hit: from memory; miss: read from storage; joined: waited for another's read; bypass: streamed past the cache; stale:
 * from memory without waiting for storage, which is slow or fails.
 */
export type CacheResult = 'hit' | 'miss' | 'joined' | 'bypass' | 'stale';

/** What is asked of storage. */
export type StoreOperation = 'stat' | 'read' | 'stream';
/** ok: answered, be it that there is no such object; timeout: given up. */
export type StoreOutcome = 'ok' | 'error' | 'timeout';

/**
 * What became of reading ahead. read: it was read; useful, wasted: somebody asked for it, or it was pushed out before;
 * dropped: left out because the store was busy or failing; failed: the store failed.
 */
export type ReadAheadResult = 'read' | 'useful' | 'wasted' | 'dropped' | 'failed';

/** What is told of the disk cache, where there is one. */
interface DiskFigures {
  readonly bytes: number;
  readonly objects: number;
  readonly waitingBytes: number;
  readonly counts: {
    readonly lookups: Readonly<Record<string, number>>;
    readonly writes: Readonly<Record<string, number>>;
    readonly evictions: number;
  };
}

/** What is looked up when the metrics are read. */
export interface OriginGauges {
  activeSessions(): number;
  cacheBytes(cache: CacheName): number;
  /** Bytes in memory beyond the cache: being read, or evicted while a client still receives them. */
  overflowBytes(): number;
  verifiedTokens(): number;
  /** Calls of storage by what they do: running, waiting in line, streams, given up but not ended yet. */
  storeCalls(): Readonly<Record<'running' | 'waiting' | 'streams' | 'abandoned', number>>;
  disk(): DiskFigures | undefined;
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
  readonly #refusals = new Tally();
  readonly #readAheads = new Tally();
  readonly #timeouts = new Tally();
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
    counter(
      'dramabox_origin_read_ahead_total',
      'Next segments of sessions that play, by what became of reading them ahead.',
      ['result'],
      this.#readAheads,
    );
    counter(
      'dramabox_origin_storage_refused_total',
      'Calls of storage that were refused because too many run or wait already.',
      ['operation'],
      this.#refusals,
    );
    counter(
      'dramabox_origin_storage_timeouts_total',
      'Calls of storage that were given up because they took too long, in line or running.',
      ['operation'],
      this.#timeouts,
    );
    new Gauge({
      name: 'dramabox_origin_storage_calls',
      help: 'Calls of storage at the moment; abandoned ones were given up and have not ended yet.',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, calls] of Object.entries(gauges.storeCalls())) this.set({ state }, calls);
      },
    });
    measureDisk(registry, gauges);
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

  readAhead(result: ReadAheadResult): void {
    this.#readAheads.add(1, { result }, result);
  }

  storeRefusal(operation: StoreOperation): void {
    this.#refusals.add(1, { operation }, operation);
  }

  storeTimeout(operation: StoreOperation): void {
    this.#timeouts.add(1, { operation }, operation);
  }

  /** Starts a clock for a call of storage; call the answer when it has ended or was given up. */
  storeTimer(operation: StoreOperation): (outcome: StoreOutcome) => void {
    const end = this.#reads.startTimer({ operation });
    return (outcome) => {
      end({ outcome });
    };
  }
}

/** The figures of the disk cache; none where there is none. */
function measureDisk(registry: Registry, { disk }: Pick<OriginGauges, 'disk'>): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (figures: DiskFigures) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const figures = disk();
        if (figures) this.set(read(figures));
      },
    });
  };
  const counter = (
    name: string,
    help: string,
    read: (figures: DiskFigures) => Readonly<Record<string, number>>,
  ): void => {
    new Counter({
      name,
      help,
      labelNames: ['result'],
      registers,
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(disk() ? read(disk() as DiskFigures) : {}))
          this.inc({ result }, count);
      },
    });
  };
  gauge('dramabox_origin_disk_cache_bytes', 'Disk that cached objects take.', ({ bytes }) => bytes);
  gauge('dramabox_origin_disk_cache_objects', 'Objects in the disk cache.', ({ objects }) => objects);
  gauge(
    'dramabox_origin_disk_cache_waiting_bytes',
    'Memory of objects that wait to be written to the disk cache.',
    ({ waitingBytes }) => waitingBytes,
  );
  counter(
    'dramabox_origin_disk_cache_lookups_total',
    'Objects looked for in the disk cache because they are not in memory; damaged and failed ones are read from storage.',
    ({ counts }) => counts.lookups,
  );
  counter(
    'dramabox_origin_disk_cache_writes_total',
    'Objects written to the disk cache; skipped: too much waits to be written, or the disk rests after a failure.',
    ({ counts }) => counts.writes,
  );
  counter(
    'dramabox_origin_disk_cache_evictions_total',
    'Objects pushed out of the disk cache by others.',
    ({ counts }) => ({ evicted: counts.evictions }),
  );
}
