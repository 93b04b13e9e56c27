import { chunkKey } from '../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../server/assets/version-jobs.ts';
import { encodeVideoChunk } from '../encode/encode-video-chunk.ts';
import { whileActive } from './cancellation.ts';
import { beginChunk, finishChunk, reportChunk, type ChunkKey } from './chunk-rows.ts';
import { fetchSource, requireSpace, type WorkerContext } from './context.ts';
import { ThrottledReport } from './progress.ts';
import { loadActive } from './versions.ts';

const reportEveryMs = 1000;
/** By how much the priority of later chunks is lower: viewers wait for the first one of a title. */
const laterNiceness = 5;

/** Encode one chunk of all video renditions, store it, and only then mark it done. */
export async function encodeVideo(context: WorkerContext, job: VersionJob<'version.encode-video'>): Promise<void> {
  const { versionId, chunk: index } = job.payload;
  const work = await loadActive(context.db, versionId);
  const planned = work?.plan?.chunks[index];
  if (!work?.plan || !planned) return;
  const { plan, asset } = work;
  const key: ChunkKey = { versionId, kind: 'video', index };
  await requireSpace(context);
  if (!(await beginChunk(context.db, key, context.clock.now()))) return;
  const logger = context.logger.child({ asset: asset.id, version: versionId, chunk: index, job: job.id });
  const announce = (): Promise<void> => context.events.publish('asset.changed', { assetId: asset.id });
  const progress = new ThrottledReport<number>(reportEveryMs, async (frames) => {
    await reportChunk(context.db, key, frames);
    await announce();
  });
  try {
    await whileActive(context, versionId, job.signal, (signal) =>
      context.scratch.with(`chunk-${index}`, async (folder) => {
        const sourcePath = await fetchSource(context, plan.sourceKey, folder);
        const files = await encodeVideoChunk({
          sourcePath,
          plan,
          chunk: planned,
          outputDir: folder,
          tools: context.tools,
          signal,
          logger,
          niceness: Math.min(19, context.config.encode.niceness + (index === 0 ? 0 : laterNiceness)),
          stallSeconds: context.config.encode.stallSeconds,
          maxPixels: context.config.media.maxPixels,
          onProgress: (frames) => progress.report(frames),
        });
        for (const [rendition, file] of files) {
          signal.throwIfAborted();
          await context.storage.putFile(chunkKey(versionId, rendition, index), file);
        }
      }),
    );
  } finally {
    await progress.close();
  }
  await finishChunk(context.db, key, context.clock.now());
  await announce();
}
