import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { OperationsStatus } from './schemas.ts';

/** An external program that a process uses. */
interface ToolVersion {
  readonly name: string;
  readonly version: string;
}

export interface OperationsServiceOptions {
  readonly config: Pick<Config, 'storage'>;
  readonly queue: Pick<JobQueue, 'counts'>;
  readonly storage: Pick<Storage, 'freeBytes'>;
  readonly tools: readonly ToolVersion[];
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** What operators look at first. */
export class OperationsService {
  readonly #options: OperationsServiceOptions;

  constructor(options: OperationsServiceOptions) {
    this.#options = options;
  }

  async status(): Promise<OperationsStatus> {
    const { config, queue, storage, tools, clock, startedAt } = this.#options;
    const [counts, freeBytes] = await Promise.all([queue.counts(), storage.freeBytes()]);
    return {
      uptimeSeconds: Math.max(0, (clock.now() - startedAt) / 1000),
      queue: Object.entries(counts).map(([job, count]) => ({ job, ...count })),
      storage: { freeBytes: freeBytes ?? null, minFreeBytes: config.storage.minFreeBytes },
      tools: tools.map(({ name, version }) => ({ name, version: version.slice(0, 200) })),
    };
  }
}
