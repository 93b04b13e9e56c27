import { ProblemError, toError } from '../../../server/kit/errors.ts';
import { readEncodingSettings } from '../../../server/assets/encoding-settings.ts';
import type { Logger } from '../../../server/kit/logger.ts';
import { ObjectNotFound } from '../../../server/storage/port.ts';
import { workPrefix } from '../../../server/assets/storage-keys.ts';
import { askForVersionJob, type VersionJob } from '../../../server/assets/version-jobs.ts';
import { copySource } from '../../encode/copy-source.ts';
import { lookAtPictures } from '../../encode/look-at-pictures.ts';
import { remuxToMatroska } from '../../encode/remux.ts';
import { chooseLadder } from '../../ladder/choose-ladder.ts';
import type { Ladder } from '../../ladder/ladder-file.ts';
import { planEncoding } from '../../ladder/plan-encoding.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import { checkProportion } from '../../probe/proportion.ts';
import { probeMedia } from '../../probe/probe-media.ts';
import { patientWrite } from '../../publish/patient-write.ts';
import { lookEarly } from '../../probe/look-early.ts';
import { recognizeMedia } from '../../probe/recognize-media.ts';
import { whileActive } from '../versions/while-active.ts';
import { requireSpace, type WorkerContext } from '../context.ts';
import { planSeconds } from '../../timeline.ts';
import { plannedVersion } from '../versions/planned-version.ts';
import { ThrottledReport } from '../progress/throttled-report.ts';
import { loadActive } from '../versions/active-versions.ts';
import { twiceIfOfTheFile } from './of-the-file.ts';
import { videoProblems } from '../../../server/assets/problems.ts';
import { deadlineOf, examinationMs } from './examination-time.ts';

/** How a source is examined; another one in tests. */
export interface Examination {
  readonly probe: typeof probeMedia;
  /** Aborts after this many milliseconds, unless `done` aborts before. */
  deadline(milliseconds: number, done: AbortSignal): AbortSignal;
}

const realExamination: Examination = { probe: probeMedia, deadline: deadlineOf };

/** Probe the source, decide the plan, write it down; that it is written makes the other jobs. What takes long is left to `remuxVersion`. */
export function prepareVersion(
  context: WorkerContext,
  job: VersionJob<'version.prepare'>,
  examination?: Examination,
): Promise<void> {
  return planVersion(context, job, examination);
}

/**
 * The same for a source that takes long, to examine or because it cannot be cut as it is and must be copied: a job of
 * its own, so that it holds up no other version.
 */
export function remuxVersion(
  context: WorkerContext,
  job: VersionJob<'version.remux'>,
  examination?: Examination,
): Promise<void> {
  return planVersion(context, job, examination);
}

async function planVersion(
  context: WorkerContext,
  job: VersionJob<'version.prepare' | 'version.remux'>,
  { probe, deadline }: Examination = realExamination,
): Promise<void> {
  const { versionId } = job.payload;
  const work = await loadActive(context.db, versionId);
  // With a plan it was prepared already: this is the same job once more, after a kill.
  if (!work || work.plan) return;
  const { asset } = work;
  const { media } = context.config;
  const logger = context.logger.child({ asset: asset.id, version: versionId, job: job.id });
  const isQuick = job.name === 'version.prepare';
  const chosen = chooseLadder(context, await readEncodingSettings(context.db, asset));
  const leaveToRemux = () =>
    askForVersionJob.remux(context.queue, { versionId, ownerId: asset.owner_id }, asset.source_bytes);
  // The copy lies in the scratch folder and then in the storage, which may be the same disk.
  await requireSpace(context, isQuick ? 0 : 2 * asset.source_bytes);
  if (!(await context.lifecycle.preparing(versionId))) return;

  await whileActive(context, versionId, job.signal, async (signal) => {
    // What can be refused by some ranges is not fetched, and neither is here what the other lane will fetch.
    if (isQuick && (await isLeftAsItLies(context, asset, signal))) return leaveToRemux();
    const fetched = new ThrottledReport<number>(reportEveryMs, (share) =>
      // Longer than until the next word.
      context.lifecycle.fetching(versionId, share, context.clock.now() + 5 * reportEveryMs),
    );
    const examine = async (source: string): Promise<void> => {
      await fetched.close();
      /** Undefined when it takes too long for this lane. */
      const probeAsItIs = async (): Promise<Decodable | undefined> => {
        const done = new AbortController();
        const late = deadline(examinationMs(asset.source_bytes, media.probeTimeoutSeconds, isQuick), done.signal);
        const inTime = AbortSignal.any([signal, late]);
        try {
          const info = await probe({ path: source, limits: media, tools: context.tools, signal: inTime, logger });
          return {
            key: asset.source_key,
            source: info,
            copy: await lookAt(context, chosen.ladder, source, info, signal, logger),
          };
        } catch (error) {
          if (signal.aborted || !late.aborted) throw error;
          if (isQuick) return undefined;
          throw new ProblemError(
            videoProblems.media_probe_limit,
            'The file took too much time or memory to examine. Export it as H.264 with AAC sound in MP4 and upload that',
            { cause: toError(error) },
          );
        } finally {
          done.abort();
        }
      };
      const copied = () =>
        context.scratch.with('remux', (folder) =>
          storeCopy(context, chosen.ladder, versionId, folder, source, asset.source_bytes, signal, logger),
        );
      const { needsRemux } = (await recognizeMedia(source)).container;
      if (needsRemux && isQuick) return leaveToRemux();
      const asItIs = needsRemux ? undefined : await probeAsItIs();
      // Its clock has to be mended.
      if (asItIs?.source.needsRemux && isQuick) return leaveToRemux();
      const decoded = needsRemux || asItIs?.source.needsRemux ? await copied() : asItIs;
      if (decoded === undefined) {
        logger.info('the examination takes long and goes on in a lane of its own');
        return leaveToRemux();
      }
      const plan = planOf(context, chosen.ladder, decoded.copy, decoded.key);
      checkProportion(
        { seconds: planSeconds(plan), frames: plan.frames, soundTracks: plan.audio.length },
        asset.source_bytes,
      );
      if (!(await context.lifecycle.savePlan(versionId, plannedVersion(decoded.source, plan, chosen)))) return;
      logger.info(
        { frames: plan.frames, chunks: plan.chunks.length, renditions: plan.video.map((rendition) => rendition.name) },
        'planned',
      );
    };
    try {
      await context.sources.use(asset.source_key, signal, examine, (bytes, of) => fetched.report(bytes / of));
    } finally {
      await fetched.close();
    }
  });
}

/** How often a title says how much of its source was fetched, in milliseconds. */
const reportEveryMs = 2000;
/** Sources up to this size are fetched in the lane of the first look, in bytes: that takes some seconds. */
const mostFetchedBytes = 1024 ** 3;

/**
 * Whether the first look at a source shows, before anything is fetched, that it is for the other lane: it must be copied,
 * or fetching it takes long.
 * @throws as `lookEarly`
 */
async function isLeftAsItLies(
  { storage, sources }: WorkerContext,
  { source_key: key, source_bytes: bytes }: { readonly source_key: string; readonly source_bytes: number },
  signal: AbortSignal,
): Promise<boolean> {
  // The size that was promised at the upload says nothing here.
  const stored = await storage.stat(key);
  if (!stored) throw new ObjectNotFound(key);
  const container = await lookEarly(storage, key, stored.bytes, signal);
  return container?.needsRemux === true || (bytes > mostFetchedBytes && (await sources.mustCopy(key)));
}

const planOf = ({ config }: WorkerContext, ladder: Ladder, info: MediaInfo, sourceKey: string) =>
  planEncoding({ info, ladder, encode: config.encode, sourceKey });

/** What the plan is made of: a source that its decoder complained of is looked at once more. */
async function lookAt(
  context: WorkerContext,
  ladder: Ladder,
  sourcePath: string,
  info: MediaInfo,
  signal: AbortSignal,
  logger: Logger,
): Promise<MediaInfo> {
  // One that is copied for its clock is looked at in the copy.
  if (!info.video.suspect || info.needsRemux) return info;
  const { tools, config } = context;
  const { niceness, stallSeconds } = config.encode;
  const { maxPixels } = config.media;
  const plan = planOf(context, ladder, info, '');
  return context.scratch.with('look', (outputDir) =>
    lookAtPictures({ sourcePath, plan, outputDir, tools, signal, logger, niceness, stallSeconds, maxPixels }, info),
  );
}

interface Decodable {
  /** Storage key of what is decoded. */
  readonly key: string;
  readonly source: MediaInfo;
  /** What is in that which is decoded. */
  readonly copy: MediaInfo;
}

/** Containers that cannot be sought exactly are copied into Matroska once; all chunks decode that. */
async function storeCopy(
  context: WorkerContext,
  ladder: Ladder,
  versionId: string,
  folder: string,
  sourcePath: string,
  sourceBytes: number,
  signal: AbortSignal,
  logger: Logger,
): Promise<Decodable> {
  const { niceness, stallSeconds } = context.config.encode;
  const { path, source, copy } = await copySource({
    sourcePath,
    sourceBytes,
    folder,
    tools: context.tools,
    limits: context.config.media,
    signal,
    logger,
    niceness,
    stallSeconds,
    remux: (remux) =>
      twiceIfOfTheFile(
        () => ({ what: 'The picture', source: remux.info }),
        () => remuxToMatroska(remux),
      ),
  });
  const key = `${workPrefix(versionId)}source.mkv`;
  const looked = await lookAt(context, ladder, path, copy, signal, logger);
  await patientWrite(() => context.storage.putFile(key, path), signal);
  return { key, source, copy: looked };
}
