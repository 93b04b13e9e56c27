import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { chunkKey, workPrefix } from '../../../server/assets/storage-keys.ts';
import { offeredTracks } from '../../../server/assets/tracks.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { JobRejected } from '../../../server/queue/port.ts';
import { packageVersion } from '../../package/package-version.ts';
import type { EncodingPlan } from '../../plan.ts';
import { whileActive } from '../versions/while-active.ts';
import { ChunkWatch } from '../progress/chunk-watch.ts';
import type { WorkerContext } from '../context.ts';
import { ThrottledReport } from '../progress/throttled-report.ts';
import { writeTracks } from './offer-tracks.ts';
import { problemOf } from './of-the-file.ts';
import { PackagingTries } from './packaging-tries.ts';
import { loadActive } from '../versions/active-versions.ts';
import { planSeconds } from '../../timeline.ts';

/** How long packaging rests after a first failure, in milliseconds. */
const firstRestMs = 10_000;

/** How far each rendition is packaged, by its name; `share` is of the whole title. */
type Packaged = Map<string, { readonly unitsPackaged: number; readonly share: number; readonly bytes: number }>;

/**
 * Packages a version while it is encoded. The job may be delivered often, because every restart takes it anew; what
 * fails by itself without getting further is tried as often as a chunk and no more. A packager that was killed or
 * could not be started says nothing about the title: that is left to the tries of the queue.
 */
export async function packageJob(
  context: WorkerContext,
  job: VersionJob<'version.package'>,
  restMs = firstRestMs,
): Promise<void> {
  const { versionId } = job.payload;
  const tries = new PackagingTries(context.config.encode.maxAttempts, restMs);
  for (;;) {
    const packaged: Packaged = new Map();
    try {
      await packageOnce(context, job, packaged);
      return;
    } catch (error) {
      if (problemOf(error)?.code !== 'package_failed') throw error;
      const rest = tries.failed(Math.min(...[...packaged.values()].map(({ share }) => share)));
      if (rest === undefined) throw new JobRejected('Packaging fails again and again', { cause: error });
      context.logger.warn(
        { err: error, version: versionId, failures: tries.failures, rest },
        'packaging failed and begins again',
      );
      await whileActive(context, versionId, job.signal, (signal) => delay(rest, undefined, { signal }));
    }
  }
}

/** Stream finished chunks in order into the packager and publish; ends with the switch to the finished version. */
async function packageOnce(
  context: WorkerContext,
  job: VersionJob<'version.package'>,
  packaged: Packaged,
): Promise<void> {
  const { versionId } = job.payload;
  const work = await loadActive(context.db, versionId);
  if (!work?.plan) return;
  const { plan, asset } = work;
  const logger = context.logger.child({ asset: asset.id, version: versionId, job: job.id });
  for (const { name } of [...plan.video, ...plan.audio.flatMap((track) => track.renditions)])
    packaged.set(name, { unitsPackaged: 0, share: 0, bytes: 0 });
  const chunks = new ChunkWatch(context, asset.id, versionId);
  const progress = new ThrottledReport<void>(1000, async () => {
    for (const [name, { unitsPackaged, bytes }] of packaged) {
      await context.db
        .updateTable('renditions')
        .set({ units_packaged: Math.round(unitsPackaged), bytes })
        .where('version_id', '=', versionId)
        .where('name', '=', name)
        .execute();
    }
    await context.events.publish('asset.changed', { assetId: asset.id });
  });
  try {
    const result = await whileActive(context, versionId, job.signal, (signal) =>
      context.scratch.with('package', (scratchDir) =>
        packageVersion({
          plan,
          assetId: asset.id,
          versionId,
          storage: context.storage,
          tools: context.tools,
          limit: context.packagers,
          scratchDir,
          signal,
          logger,
          pieces: (rendition, unwanted) => piecesOf(context, plan, versionId, rendition, chunks, unwanted),
          onProgress: ({ renditionName, unitsPackaged, bytes }) => {
            const units = plan.video.some(({ name }) => name === renditionName)
              ? plan.frames
              : planSeconds(plan) * 1000;
            packaged.set(renditionName, { unitsPackaged, share: unitsPackaged / units, bytes });
            progress.report();
          },
          now: () => context.clock.now(),
          onPlayable: async () => {
            if (await context.lifecycle.playable(versionId)) logger.info('playable');
          },
        }),
      ),
    );
    await progress.close();
    const tracks = await offeredTracks(context.db, asset.id);
    if (tracks.subtitles.length > 0 || tracks.audioOff.size > 0) {
      const codecs = new Map(result.renditions.map(({ name, codec }) => [name, codec]));
      await whileActive(context, versionId, job.signal, (signal) =>
        writeTracks(context, { assetId: asset.id, versionId, plan, codecs }, tracks, signal),
      );
    }
    if (!(await context.lifecycle.complete(versionId, result.renditions, tracks.revision))) return;
    logger.info('complete');
    // A kill from here on leaves only work files, which collection finds.
    await context.storage.deletePrefix(workPrefix(versionId));
  } finally {
    chunks.close();
    await progress.close();
  }
}

/** The encoded pieces of one rendition in order, each as soon as it is there. */
async function* piecesOf(
  context: WorkerContext,
  plan: EncodingPlan,
  versionId: string,
  rendition: string,
  chunks: ChunkWatch,
  signal: AbortSignal,
): AsyncGenerator<Readable> {
  const track = plan.audio.find((candidate) => candidate.renditions.some(({ name }) => name === rendition));
  if (track) {
    for (let piece = 0; ; piece++) {
      const key = chunkKey(versionId, rendition, piece);
      for (;;) {
        // Looked up in this order: a piece stored between the two is not missed.
        const state = chunks.known('audio', track.track);
        if (await context.storage.stat(key)) break;
        if (state === 'done') return;
        signal.throwIfAborted();
        await chunks.next('audio', track.track);
      }
      yield context.storage.stream(key);
    }
  }
  for (const { index } of plan.chunks) {
    await chunks.done('video', index);
    signal.throwIfAborted();
    yield context.storage.stream(chunkKey(versionId, rendition, index));
  }
}
