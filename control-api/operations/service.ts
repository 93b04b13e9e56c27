import type { Config } from '../../config/schema.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Notices } from '../../server/kit/notices.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import { maxSetAside, type OperationsStatus } from './schemas.ts';

/** An external program that a process uses. */
interface ToolVersion {
  readonly name: string;
  readonly version: string;
}

export interface OperationsServiceOptions {
  readonly config: Pick<Config, 'storage'>;
  readonly queue: Pick<JobQueue, 'counts'>;
  readonly outbox: Pick<Outbox, 'counts' | 'setAside' | 'tryAgain'>;
  readonly storage: Pick<Storage, 'freeBytes'>;
  readonly tools: readonly ToolVersion[];
  readonly notices: Pick<Notices, 'all'>;
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
    const { config, queue, outbox, storage, tools, notices, clock, startedAt } = this.#options;
    const [jobs, events, setAside, freeBytes] = await Promise.all([
      queue.counts(),
      outbox.counts(),
      outbox.setAside(maxSetAside),
      storage.freeBytes(),
    ]);
    return {
      uptimeSeconds: Math.max(0, (clock.now() - startedAt) / 1000),
      queue: Object.entries(jobs).map(([job, count]) => ({ job, ...count })),
      outbox: Object.entries(events).map(([consumer, count]) => ({ consumer, ...count })),
      setAside: setAside.map(({ name, recordedAt, error, ...each }) => ({
        ...each,
        event: name,
        error: error.slice(0, 500),
        recordedAt: toIso(recordedAt),
      })),
      storage: { freeBytes: freeBytes ?? null, minFreeBytes: config.storage.minFreeBytes },
      notices: notices.all.map(({ since, ...notice }) => ({ ...notice, since: toIso(since) })),
      tools: tools.map(({ name, version }) => ({ name, version: version.slice(0, 200) })),
    };
  }

  /**
   * Lets a consumer try again what it was set aside for.
   * @throws ProblemError not_found when it was not, or is not any more
   */
  async tryAgain(by: Caller, eventId: string, consumer: string): Promise<void> {
    const isThere = await this.#options.outbox.tryAgain(eventId, consumer, (tx) =>
      by.audit.record(tx, { subject: eventId, after: { consumer } }),
    );
    if (!isThere) throw new ProblemError('not_found', 'There is no such event that was set aside.');
  }
}
