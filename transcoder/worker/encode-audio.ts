import { chunkKey } from '../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../server/assets/version-jobs.ts';
import { encodeAudioTrack } from '../encode/encode-audio-track.ts';
import { whileActive } from './cancellation.ts';
import { beginChunk, finishChunk, reportChunk, type ChunkKey } from './chunk-rows.ts';
import { fetchSource, requireSpace, type WorkerContext } from './context.ts';
import { ThrottledReport } from './progress.ts';
import { loadActive } from './versions.ts';

/** Encode one audio track whole; its pieces are stored as they close, so that packaging need not wait for the end. */
export async function encodeAudio(context: WorkerContext, job: VersionJob<'version.encode-audio'>): Promise<void> {
  const { versionId, track: index } = job.payload;
  const work = await loadActive(context.db, versionId);
  const track = work?.plan?.audio.find((candidate) => candidate.track === index);
  if (!work?.plan || !track) return;
  const { plan, asset } = work;
  const key: ChunkKey = { versionId, kind: 'audio', index };
  await requireSpace(context);
  if (!(await beginChunk(context.db, key, context.clock.now()))) return;
  const announce = (): Promise<void> => context.events.publish('asset.changed', { assetId: asset.id });
  // Packaging waits for pieces of a track that is begun: it looks for them more often from now on.
  await announce();
  const logger = context.logger.child({ asset: asset.id, version: versionId, track: index, job: job.id });
  const progress = new ThrottledReport<number>(1000, (milliseconds) =>
    reportChunk(context.db, key, Math.round(milliseconds)),
  );
  try {
    await whileActive(context, versionId, job.signal, (signal) =>
      context.scratch.with(`audio-${index}`, async (folder) => {
        const sourcePath = await fetchSource(context, plan.sourceKey, folder);
        await encodeAudioTrack({
          sourcePath,
          plan,
          track,
          outputDir: folder,
          tools: context.tools,
          signal,
          logger,
          niceness: context.config.encode.niceness,
          stallSeconds: context.config.encode.stallSeconds,
          maxPixels: context.config.media.maxPixels,
          onProgress: (milliseconds) => progress.report(milliseconds),
          onPiece: (rendition, piece, file) => context.storage.putFile(chunkKey(versionId, rendition, piece), file),
        });
      }),
    );
  } finally {
    await progress.close();
  }
  await finishChunk(context.db, key, context.clock.now());
  await announce();
}
