import { readMediaInfo } from '../../../server/assets/media-info.ts';
import { chunkKey } from '../../../server/assets/storage-keys.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import type { EncodeOptions } from '../../encode/encode-options.ts';
import type { EncodingPlan } from '../../plan.ts';
import { patientWrite } from '../../publish/patient-write.ts';
import { whileActive } from '../versions/while-active.ts';
import { beginChunk, chunkState, finishChunk, reportChunk, type ChunkKey } from '../progress/chunk-rows.ts';
import { requireSpace, type WorkerContext } from '../context.ts';
import { ThrottledReport } from '../progress/throttled-report.ts';
import { loadActive } from '../versions/active-versions.ts';
import { twiceIfOfTheFile } from './of-the-file.ts';

const reportEveryMs = 1000;

/** In what the encoding of a video chunk and of an audio track differ. */
export interface ChunkEncoding<Part> {
  readonly kind: ChunkKey['kind'];
  readonly index: number;
  /** What of the plan is to be encoded; undefined when there is no such thing in it. */
  partOf(plan: EncodingPlan): Part | undefined;
  /** What people call it, to begin a sentence: "The picture near 0:08". */
  nameOf(part: Part, plan: EncodingPlan): string;
  /** Encodes it and stores what came of it, piece by piece. */
  encode(
    part: Part,
    options: EncodeOptions & { readonly signal: AbortSignal },
    store: (rendition: string, piece: number, file: string) => Promise<void>,
    version: { readonly id: string; readonly assetId: string },
  ): Promise<void>;
}

/**
 * Encodes one chunk of a version that is still wanted, stores it, and only then marks it done. One that is done
 * already is left alone.
 * @throws ProblemError insufficient_storage before anything is begun; what `encode` throws; VersionEnded
 */
export async function encodeChunk<Part>(
  context: WorkerContext,
  job: VersionJob<'version.encode-video' | 'version.encode-audio'>,
  { kind, index, partOf, nameOf, encode }: ChunkEncoding<Part>,
): Promise<void> {
  const { db, config, clock, tools } = context;
  const { versionId } = job.payload;
  const work = await loadActive(db, versionId);
  const part = work?.plan && partOf(work.plan);
  if (!work?.plan || part === undefined) return;
  const { plan, asset } = work;
  const key: ChunkKey = { versionId, kind, index };
  await requireSpace(context);
  // Nothing is fetched for what is done.
  if ((await chunkState(db, key)) === 'done') return;
  const announce = (): Promise<void> => context.events.publish('asset.changed', { assetId: asset.id });
  const logger = context.logger.child({ asset: asset.id, version: versionId, [kind]: index, job: job.id });
  const progress = new ThrottledReport<number>(reportEveryMs, async (units) => {
    await reportChunk(db, key, units);
    await announce();
  });
  try {
    const isEncoded = await whileActive(context, versionId, job.signal, (signal) =>
      context.scratch.with(`${kind}-${index}`, (folder) =>
        context.sources.use(plan.sourceKey, signal, async (sourcePath) => {
          // Now that the source is here: how fast it is encoded says nothing of how fast it came.
          if (!(await beginChunk(db, key, clock.now()))) return false;
          // Packaging looks more often for what is begun.
          await announce();
          const options = {
            sourcePath,
            plan,
            outputDir: folder,
            tools,
            signal,
            logger,
            niceness: config.encode.niceness,
            stallSeconds: config.encode.stallSeconds,
            maxPixels: config.media.maxPixels,
            onProgress: (units: number) => progress.report(units),
          };
          const store = async (rendition: string, piece: number, file: string): Promise<void> => {
            await patientWrite(() => context.storage.putFile(chunkKey(versionId, rendition, piece), file), signal);
          };
          await twiceIfOfTheFile(
            () => ({ what: nameOf(part, plan), source: readMediaInfo(asset.media_info ?? '') }),
            () => encode(part, options, store, { id: versionId, assetId: asset.id }),
          );
          return true;
        }),
      ),
    );
    if (!isEncoded) return;
  } finally {
    await progress.close();
  }
  await finishChunk(db, key, clock.now());
  await announce();
}
