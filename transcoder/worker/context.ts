import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Scratch } from '../../server/kit/scratch.ts';
import type { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import type { VersionJobs } from '../../server/assets/version-jobs.ts';
import type { Limits } from '../../server/limits/port.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Ladder } from '../ladder/ladder-file.ts';
import type { Semaphore } from '../../server/kit/semaphore.ts';
import type { Tools } from '../tools.ts';
import type { SourceCache } from './source-cache.ts';

/** What every job handler works with. */
export interface WorkerContext {
  readonly config: Config;
  readonly db: Database;
  readonly storage: Storage;
  readonly lifecycle: AssetLifecycle;
  readonly queue: JobQueue<VersionJobs>;
  readonly events: EventBus;
  readonly outbox: Pick<Outbox, 'consume' | 'record' | 'wake'>;
  readonly limits: Pick<Limits, 'leases'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tools: Tools;
  readonly ladder: Ladder;
  /** Other ladders by the names that titles may ask for. */
  readonly ladders: ReadonlyMap<string, Ladder>;
  readonly scratch: Scratch;
  readonly sources: SourceCache;
  /** Bounds the runs of the packager in this process. */
  readonly packagers: Semaphore;
}

/**
 * @param bytes what the work will write that the configured minimum is not meant for
 * @throws ProblemError insufficient_storage, before work is begun that would fill the storage or the scratch folder
 */
export async function requireSpace(context: WorkerContext, bytes = 0): Promise<void> {
  const isTooFull = (free: number | undefined): boolean =>
    free !== undefined && free - bytes < context.config.storage.minFreeBytes;
  // Sources that nobody reads at the moment give way to work.
  if (isTooFull(await context.scratch.freeBytes())) await context.sources.forgetUnused();
  for (const [what, free] of [
    ['storage', await context.storage.freeBytes()],
    ['scratch folder', await context.scratch.freeBytes()],
  ] as const) {
    if (isTooFull(free)) {
      throw new ProblemError(
        'insufficient_storage',
        `Processing waits: it would leave the ${what} less free space than the configured minimum (storage.minFreeBytes).`,
      );
    }
  }
}
