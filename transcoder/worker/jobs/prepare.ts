import path from 'node:path';
import type { Logger } from '../../../server/kit/logger.ts';
import { workPrefix } from '../../../server/assets/storage-keys.ts';
import { askForVersionJob, type VersionJob } from '../../../server/assets/version-jobs.ts';
import { remuxToMatroska } from '../../encode/remux.ts';
import { planEncoding } from '../../ladder/plan-encoding.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import { probeMedia } from '../../probe/probe-media.ts';
import { whileActive } from '../versions/while-active.ts';
import { requireSpace, type WorkerContext } from '../context.ts';
import { plannedVersion } from '../versions/planned-version.ts';
import { loadActive } from '../versions/active-versions.ts';
import { twiceIfOfTheFile } from './of-the-file.ts';

/** Probe the source, decide the plan, write it down; that it is written makes the other jobs. One that must be copied is left to `remuxVersion`. */
export function prepareVersion(context: WorkerContext, job: VersionJob<'version.prepare'>): Promise<void> {
  return planVersion(context, job);
}

/** The same for a source that cannot be cut as it is: a job of its own, so that long copies hold up no other version. */
export function remuxVersion(context: WorkerContext, job: VersionJob<'version.remux'>): Promise<void> {
  return planVersion(context, job);
}

async function planVersion(
  context: WorkerContext,
  job: VersionJob<'version.prepare' | 'version.remux'>,
): Promise<void> {
  const { versionId } = job.payload;
  const work = await loadActive(context.db, versionId);
  // With a plan it was prepared already: this is the same job once more, after a kill.
  if (!work || work.plan) return;
  const { asset } = work;
  const logger = context.logger.child({ asset: asset.id, version: versionId, job: job.id });
  // The copy lies in the scratch folder and then in the storage, which may be the same disk.
  await requireSpace(context, job.name === 'version.remux' ? 2 * asset.source_bytes : 0);
  if (!(await context.lifecycle.preparing(versionId))) return;

  await whileActive(context, versionId, job.signal, (signal) =>
    context.sources.use(asset.source_key, signal, async (source) => {
      const info = await probeMedia({
        path: source,
        limits: context.config.media,
        tools: context.tools,
        signal,
        logger,
      });
      if (info.needsRemux && job.name === 'version.prepare')
        return askForVersionJob.remux(context.queue, versionId, asset.source_bytes);
      const decoded = info.needsRemux
        ? await context.scratch.with('remux', (folder) =>
            storeRemux(context, versionId, folder, source, asset.source_bytes, info, signal, logger),
          )
        : { key: asset.source_key, info };
      const plan = planEncoding({
        info: decoded.info,
        ladder: context.ladder,
        encode: context.config.encode,
        sourceKey: decoded.key,
      });
      if (
        !(await context.lifecycle.savePlan(
          versionId,
          plannedVersion({ ...info, warnings: decoded.info.warnings }, plan),
        ))
      )
        return;
      logger.info(
        { frames: plan.frames, chunks: plan.chunks.length, renditions: plan.video.map((rendition) => rendition.name) },
        'planned',
      );
    }),
  );
}

/** Containers that cannot be sought exactly are copied into Matroska once; all chunks decode that. */
async function storeRemux(
  context: WorkerContext,
  versionId: string,
  folder: string,
  sourcePath: string,
  sourceBytes: number,
  info: MediaInfo,
  signal: AbortSignal,
  logger: Logger,
): Promise<{ readonly key: string; readonly info: MediaInfo }> {
  const { niceness, stallSeconds } = context.config.encode;
  const outputPath = path.join(folder, 'source.mkv');
  const remuxed = await twiceIfOfTheFile(
    () => ({ what: 'The picture', source: info }),
    () =>
      remuxToMatroska({
        sourcePath,
        sourceBytes,
        info,
        outputPath,
        tools: context.tools,
        limits: context.config.media,
        signal,
        logger,
        niceness,
        stallSeconds,
      }),
  );
  const key = `${workPrefix(versionId)}source.mkv`;
  await context.storage.putFile(key, outputPath);
  return { key, info: remuxed };
}
