import { readMediaInfo, type StoredMediaInfo } from '../../../server/assets/media-info.ts';
import { SubtitleRefused, type Cue } from '../../../server/assets/subtitles/cue.ts';
import { insertCues, tracksChanged } from '../../../server/assets/tracks.ts';
import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { newId } from '../../../server/kit/ids.ts';
import { ObjectNotFound } from '../../../server/storage/port.ts';
import type { EncodingPlan } from '../../plan.ts';
import { onTitleClock, readTextTrack } from '../../text/read-text-track.ts';
import type { WorkerContext } from '../context.ts';

type ExtractText = VersionJob<'version.extract-text'>;

/** What people are told where nothing is known to be wrong with the text itself. */
const notRead = 'The server could not read this track: it may be damaged. Upload the subtitles as a file instead.';
const noSource = 'The uploaded file is not kept any more. Upload the subtitles as a file instead.';

/** A track that somebody waits for. */
interface Wanted {
  readonly assetId: string;
  readonly sourceKey: string;
  readonly sourceBytes: number;
  readonly info: StoredMediaInfo;
  /** Where the title begins on the file's clock, and how long it is, in milliseconds. */
  readonly startMs: number;
  readonly durationMs: number;
  /** The clock of the file was repaired, or the file was copied: the times may be off. */
  readonly isClockSure: boolean;
}

/**
 * Makes subtitles of a text track of the source. Nothing is written before all of it is read, and then all at once, with
 * the word that it is done: what a kill cut short is done again, and a job that comes twice makes one.
 */
export async function extractTextJob(context: WorkerContext, job: ExtractText): Promise<void> {
  const { config, sources, scratch, tools, logger } = context;
  const { stream } = job.payload;
  const wanted = await loadWanted(context, job);
  if (!wanted) return;
  const { niceness, stallSeconds } = config.encode;
  const read = async (sourcePath: string): Promise<readonly Cue[]> =>
    scratch.with('text', (outputDir) =>
      readTextTrack({
        sourcePath,
        sourceBytes: wanted.sourceBytes,
        info: wanted.info,
        stream,
        outputDir,
        tools,
        signal: job.signal,
        logger: logger.child({ asset: wanted.assetId, stream, job: job.id }),
        niceness,
        stallSeconds,
        maxPixels: config.media.maxPixels,
      }),
    );
  try {
    const found = await sources.use(wanted.sourceKey, job.signal, read);
    const cues = onTitleClock(found, wanted.startMs, wanted.durationMs);
    if (cues.length === 0) throw new SubtitleRefused('All of its texts are before or behind the picture');
    await keep(context, job, wanted, cues);
  } catch (error) {
    // Trying again would find the same.
    if (error instanceof SubtitleRefused) await noteFailure(context, job, `${error.message}.`);
    else if (error instanceof ObjectNotFound) await noteFailure(context, job, noSource);
    else throw error;
  }
}

/** The last try failed: who waits for it is told, and nothing else changes. */
export async function failText(context: WorkerContext, job: ExtractText, error: Error): Promise<void> {
  context.logger.error({ err: error, version: job.payload.versionId }, 'a text track could not be read');
  await noteFailure(context, job, notRead);
}

/** Undefined when nobody waits for it any more. */
async function loadWanted({ db }: WorkerContext, { payload }: ExtractText): Promise<Wanted | undefined> {
  const row = await db
    .selectFrom('text_extractions')
    .innerJoin('assets', 'assets.id', 'text_extractions.asset_id')
    .innerJoin('versions', 'versions.asset_id', 'assets.id')
    .innerJoin('titles', 'titles.id', 'text_extractions.title_id')
    .select(['assets.id', 'source_key', 'source_bytes', 'media_info', 'versions.plan'])
    .where('versions.id', '=', payload.versionId)
    .where('text_extractions.title_id', '=', payload.titleId)
    .where('text_extractions.stream', '=', payload.stream)
    .where('text_extractions.state', '=', 'waiting')
    .where('assets.state', '!=', 'deleted')
    .whereRef('titles.asset_id', '=', 'assets.id')
    .where('titles.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row || row.media_info === null || row.plan === null) return undefined;
  const info = readMediaInfo(row.media_info);
  const plan = JSON.parse(row.plan) as EncodingPlan;
  // What is cut is a copy where the source could not be cut as it is, and a copy has a clock of its own.
  const isClockSure = plan.sourceKey === row.source_key;
  const start = isClockSure ? plan.sourceStartMicroseconds : info.video.startMicroseconds;
  return {
    assetId: row.id,
    sourceKey: row.source_key,
    sourceBytes: row.source_bytes,
    info,
    startMs: start / 1000,
    durationMs: Math.floor(info.titleMs),
    isClockSure,
  };
}

/** Makes the subtitles, unless another worker has or nobody waits for them any more. */
async function keep(context: WorkerContext, job: ExtractText, wanted: Wanted, cues: readonly Cue[]): Promise<void> {
  const { db, clock, outbox, events } = context;
  const { titleId, stream } = job.payload;
  const { assetId, info } = wanted;
  const track = info.subtitles.find((each) => each.stream === stream);
  const now = clock.now();
  const isMade = await db.transaction().execute(async (tx) => {
    // Who changes this row does it alone; a title that has another video by now gets nothing.
    const done = await tx
      .updateTable('text_extractions')
      .set({ state: 'done', problem: null, updated_at: now })
      .where('title_id', '=', titleId)
      .where('asset_id', '=', assetId)
      .where('stream', '=', stream)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n) return false;
    const id = newId('subtitles');
    await tx
      .insertInto('subtitles')
      .values({
        id,
        title_id: titleId,
        language: track?.language ?? 'und',
        label: track?.title ?? null,
        is_forced: Number(track?.isForced ?? false),
        is_sdh: Number(track?.isSdh ?? false),
        is_on: 1,
        timed_for_asset_id: wanted.isClockSure ? assetId : null,
        taken_from_asset_id: assetId,
        taken_from_stream: stream,
        cues: cues.length,
        next_cue: cues.length + 1,
        revision: 1,
        created_at: now,
        updated_at: now,
      })
      .execute();
    await insertCues(tx, id, cues, 1);
    await tracksChanged(tx, outbox, assetId);
    return true;
  });
  if (!isMade) return;
  outbox.wake();
  await events.publish('asset.changed', { assetId });
  context.logger.info({ asset: assetId, stream, cues: cues.length }, 'subtitles were made of a track of the source');
}

async function noteFailure({ db, clock, events }: WorkerContext, job: ExtractText, problem: string): Promise<void> {
  const { titleId, stream, versionId } = job.payload;
  const version = await db.selectFrom('versions').select('asset_id').where('id', '=', versionId).executeTakeFirst();
  if (!version) return;
  await db
    .updateTable('text_extractions')
    .set({ state: 'failed', problem, updated_at: clock.now() })
    .where('title_id', '=', titleId)
    .where('asset_id', '=', version.asset_id)
    .where('stream', '=', stream)
    .where('state', '=', 'waiting')
    .execute();
  await events.publish('asset.changed', { assetId: version.asset_id });
}
