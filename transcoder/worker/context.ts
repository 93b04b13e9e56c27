import { setImmediate as otherWork } from 'node:timers/promises';
import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Ladder } from '../ladder/ladder-file.ts';
import type { ConcurrencyLimit } from '../package/concurrency-limit.ts';
import type { EncodingPlan } from '../plan.ts';
import type { Tools } from '../tools.ts';
import type { Scratch } from './scratch.ts';

/** What every job handler works with. */
export interface WorkerContext {
  readonly config: Config;
  readonly db: Database;
  readonly storage: Storage;
  readonly queue: JobQueue;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tools: Tools;
  readonly ladder: Ladder;
  readonly scratch: Scratch;
  /** Bounds the runs of the packager in this process. */
  readonly packagers: ConcurrencyLimit;
}

/** Brings the source into a job's private folder under a name of ours and answers its path. */
export async function fetchSource(context: WorkerContext, key: string, folder: string): Promise<string> {
  const file = path.join(folder, 'source');
  await context.storage.materialize(key, file);
  return file;
}

/**
 * @param bytes what the work will write that the configured minimum is not meant for
 * @throws ProblemError insufficient_storage, before work is begun that would fill the storage or the scratch folder
 */
export async function requireSpace(context: WorkerContext, bytes = 0): Promise<void> {
  for (const [what, free] of [['storage', await context.storage.freeBytes()], ['scratch folder', await context.scratch.freeBytes()]] as const) {
    if (free !== undefined && free - bytes < context.config.storage.minFreeBytes) {
      throw new ProblemError('insufficient_storage', `Processing waits: it would leave the ${what} less free space than the configured minimum (storage.minFreeBytes).`);
    }
  }
}

/** Packaging lasts as long as the encoding and begins again after every kill: a few restarts must not use it up. */
const packagingAttempts = 50;

/** The jobs of a version. Their dedupe keys make it harmless to ask twice. */
export const ask = {
  prepare: (queue: JobQueue, versionId: string): Promise<void> =>
    queue.enqueue('version.prepare', { versionId }, { dedupeKey: `version.prepare:${versionId}`, priority: 0 }),
  /** Early chunks of every version come before late chunks of any: a long film does not block a short one. */
  encodeVideo: (queue: JobQueue, versionId: string, chunk: number, maxAttempts: number): Promise<void> =>
    queue.enqueue('version.encode-video', { versionId, chunk }, { dedupeKey: `version.encode-video:${versionId}:${chunk}`, priority: chunk, maxAttempts }),
  encodeAudio: (queue: JobQueue, versionId: string, track: number, maxAttempts: number): Promise<void> =>
    queue.enqueue('version.encode-audio', { versionId, track }, { dedupeKey: `version.encode-audio:${versionId}:${track}`, priority: track, maxAttempts }),
  package: (queue: JobQueue, versionId: string): Promise<void> =>
    queue.enqueue('version.package', { versionId }, { dedupeKey: `version.package:${versionId}`, priority: 0, maxAttempts: packagingAttempts }),
};

/** Asks for everything a prepared version still needs, in an order in which it becomes playable soonest. */
export async function askForEncoding(context: WorkerContext, versionId: string, plan: EncodingPlan): Promise<void> {
  const { maxAttempts } = context.config.encode;
  for (const track of plan.audio) await ask.encodeAudio(context.queue, versionId, track.track, maxAttempts);
  for (const [asked, chunk] of plan.chunks.entries()) {
    await ask.encodeVideo(context.queue, versionId, chunk.index, maxAttempts);
    // The embedded database answers without ever letting go of the thread; segments must not wait for a long film.
    if (asked % 20 === 19) await otherWork();
  }
  await ask.package(context.queue, versionId);
}
