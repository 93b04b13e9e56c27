import { setImmediate as otherWork } from 'node:timers/promises';
import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Scratch } from '../../server/kit/scratch.ts';
import { askForPreparation, preparationKey, type JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Ladder } from '../ladder/ladder-file.ts';
import type { Semaphore } from '../../server/kit/semaphore.ts';
import { planSeconds, type EncodingPlan } from '../plan.ts';
import type { Tools } from '../tools.ts';

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
  readonly packagers: Semaphore;
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
  for (const [what, free] of [
    ['storage', await context.storage.freeBytes()],
    ['scratch folder', await context.scratch.freeBytes()],
  ] as const) {
    if (free !== undefined && free - bytes < context.config.storage.minFreeBytes) {
      throw new ProblemError(
        'insufficient_storage',
        `Processing waits: it would leave the ${what} less free space than the configured minimum (storage.minFreeBytes).`,
      );
    }
  }
}

/** Packaging lasts as long as the encoding and begins again after every kill: a few restarts must not use it up. */
const packagingAttempts = 50;
/** A copy begins again after every kill, too; but here an encoder that fails is among what is counted. */
const remuxAttempts = 10;

/** By what the jobs of a version are known to the queue. */
export const keyOf = {
  prepare: preparationKey,
  remux: (versionId: string): string => `version.remux:${versionId}`,
  video: (versionId: string, chunk: number): string => `version.encode-video:${versionId}:${chunk}`,
  audio: (versionId: string, track: number): string => `version.encode-audio:${versionId}:${track}`,
  package: (versionId: string): string => `version.package:${versionId}`,
};

/** The jobs of a version. Their dedupe keys make it harmless to ask twice. */
export const ask = {
  prepare: askForPreparation,
  /** Small sources first. */
  remux: (queue: JobQueue, versionId: string, sourceBytes: number): Promise<void> =>
    queue.enqueue(
      'version.remux',
      { versionId },
      { dedupeKey: keyOf.remux(versionId), priority: Math.ceil(sourceBytes / 2 ** 20), maxAttempts: remuxAttempts },
    ),
  /** Early chunks of every version come before late chunks of any: a long film does not block a short one. */
  encodeVideo: (queue: JobQueue, versionId: string, chunk: number, maxAttempts: number): Promise<void> =>
    queue.enqueue(
      'version.encode-video',
      { versionId, chunk },
      { dedupeKey: keyOf.video(versionId, chunk), priority: chunk, maxAttempts },
    ),
  /** A track is encoded whole, so short ones come first; of a film with many, the later ones give way to other films. */
  encodeAudio: (
    queue: JobQueue,
    versionId: string,
    track: number,
    seconds: number,
    maxAttempts: number,
  ): Promise<void> =>
    queue.enqueue(
      'version.encode-audio',
      { versionId, track },
      { dedupeKey: keyOf.audio(versionId, track), priority: Math.ceil(seconds) * (track + 1), maxAttempts },
    ),
  package: (queue: JobQueue, versionId: string): Promise<void> =>
    queue.enqueue(
      'version.package',
      { versionId },
      { dedupeKey: keyOf.package(versionId), priority: 0, maxAttempts: packagingAttempts },
    ),
};

/**
 * Asks for what a prepared version still needs, in an order in which it becomes playable soonest.
 * @param isWanted whether to ask for the job of a dedupe key; default all
 */
export async function askForEncoding(
  context: WorkerContext,
  versionId: string,
  plan: EncodingPlan,
  isWanted: (dedupeKey: string) => boolean = () => true,
): Promise<void> {
  const {
    queue,
    config: {
      encode: { maxAttempts },
    },
  } = context;
  for (const { track } of plan.audio) {
    if (isWanted(keyOf.audio(versionId, track)))
      await ask.encodeAudio(queue, versionId, track, planSeconds(plan), maxAttempts);
  }
  let asked = 0;
  for (const { index } of plan.chunks) {
    if (!isWanted(keyOf.video(versionId, index))) continue;
    await ask.encodeVideo(queue, versionId, index, maxAttempts);
    asked++;
    // The embedded database answers without ever letting go of the thread; segments must not wait for a long film.
    if (asked % 20 === 0) await otherWork();
  }
  if (isWanted(keyOf.package(versionId))) await ask.package(queue, versionId);
}
