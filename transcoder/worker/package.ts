import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { chunkKey, workPrefix } from '../../server/kit/storage-keys.ts';
import type { Database } from '../../server/db/port.ts';
import { JobRejected, type ActiveJob } from '../../server/queue/port.ts';
import { packageVersion } from '../package/package-version.ts';
import type { EncodingPlan } from '../plan.ts';
import { whileActive } from './cancellation.ts';
import { isChunkDone } from './chunk-rows.ts';
import type { WorkerContext } from './context.ts';
import { ThrottledReport } from './progress.ts';
import { problemOf } from './failure.ts';
import { loadActive, markComplete, markPlayable } from './versions.ts';

/** How often the database is asked whether the next chunk is done. One indexed look-up per waiting rendition. */
const pollMs = 250;

/**
 * Packages a version while it is encoded. The job may be delivered often, because every restart takes it anew; what
 * fails by itself is tried as often as a chunk and no more.
 */
export async function packageJob(context: WorkerContext, job: ActiveJob<'version.package'>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await packageOnce(context, job);
      return;
    } catch (error) {
      if (problemOf(error)?.code !== 'package_failed') throw error;
      if (tries >= context.config.encode.maxAttempts) throw new JobRejected('Packaging fails again and again', { cause: error });
      context.logger.warn({ err: error, version: job.payload.versionId, tries }, 'packaging failed and begins again');
    }
  }
}

/** Stream finished chunks in order into the packager and publish; ends with the switch to the finished version. */
async function packageOnce(context: WorkerContext, job: ActiveJob<'version.package'>): Promise<void> {
  const { versionId } = job.payload;
  const work = await loadActive(context.db, versionId);
  if (!work?.plan) return;
  const { plan, asset } = work;
  const logger = context.logger.child({ asset: asset.id, version: versionId, job: job.id });
  const announce = (): Promise<void> => context.events.publish('asset.changed', { assetId: asset.id });
  const chunks = new ChunkWaits(context.db, versionId, job.signal);
  const packaged = new Map<string, { readonly unitsPackaged: number; readonly bytes: number }>();
  const progress = new ThrottledReport<void>(1000, async () => {
    for (const [name, { unitsPackaged, bytes }] of packaged) {
      await context.db.updateTable('renditions').set({ units_packaged: Math.round(unitsPackaged), bytes })
        .where('version_id', '=', versionId).where('name', '=', name).execute();
    }
    await announce();
  });
  try {
    const result = await whileActive(context, versionId, job.signal, (signal) =>
      context.scratch.with('package', (scratchDir) =>
        packageVersion({
          plan, assetId: asset.id, versionId, storage: context.storage, packagerPath: context.tools.packager.path, limit: context.packagers, scratchDir, signal, logger,
          pieces: (rendition, unwanted) => piecesOf(context, plan, versionId, rendition, chunks, unwanted),
          onProgress: ({ renditionName, unitsPackaged, bytes }) => {
            packaged.set(renditionName, { unitsPackaged, bytes });
            progress.report();
          },
          now: () => context.clock.now(),
          onPlayable: async () => {
            if (await markPlayable(context.db, versionId, asset.id, context.clock.now())) {
              logger.info('playable');
              await announce();
            }
          },
        }),
      ),
    );
    await progress.close();
    if (!(await markComplete(context.db, versionId, asset.id, result.renditions, context.clock.now()))) return;
    logger.info('complete');
    await announce();
    // A kill from here on leaves only work files, which collection finds.
    await context.storage.deletePrefix(workPrefix(versionId));
  } finally {
    await progress.close();
  }
}

/** Waits for video chunks. All renditions wait for the same ones: the database is asked once for all of them. */
class ChunkWaits {
  readonly #db: Database;
  readonly #versionId: string;
  readonly #signal: AbortSignal;
  readonly #waits = new Map<number, Promise<void>>();

  constructor(db: Database, versionId: string, signal: AbortSignal) {
    this.#db = db;
    this.#versionId = versionId;
    this.#signal = signal;
  }

  /** Resolves when the chunk is encoded and stored. */
  done(index: number): Promise<void> {
    const wait = this.#waits.get(index) ?? this.#poll(index);
    this.#waits.set(index, wait);
    return wait;
  }

  async #poll(index: number): Promise<void> {
    while (!(await isChunkDone(this.#db, { versionId: this.#versionId, kind: 'video', index }))) await delay(pollMs, undefined, { signal: this.#signal });
  }
}

/** The encoded pieces of one rendition in order, each as soon as it is there. */
async function* piecesOf(
  context: WorkerContext, plan: EncodingPlan, versionId: string, rendition: string, chunks: ChunkWaits, signal: AbortSignal,
): AsyncGenerator<Readable> {
  const track = plan.audio.find((candidate) => candidate.renditions.some(({ name }) => name === rendition));
  if (track) {
    for (let piece = 0; ; piece++) {
      const key = chunkKey(versionId, rendition, piece);
      while (!(await context.storage.stat(key))) {
        // Asked in this order: a piece stored between the two look-ups is not missed.
        if ((await isChunkDone(context.db, { versionId, kind: 'audio', index: track.track })) && !(await context.storage.stat(key))) return;
        await delay(pollMs, undefined, { signal });
      }
      yield context.storage.stream(key);
    }
  }
  for (const { index } of plan.chunks) {
    await chunks.done(index);
    signal.throwIfAborted();
    yield context.storage.stream(chunkKey(versionId, rendition, index));
  }
}
