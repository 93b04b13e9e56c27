import { isActive } from '../../server/assets/lifecycle/states.ts';
import { readMediaInfo, type StoredMediaInfo } from '../../server/assets/media-info.ts';
import { readRenditionName } from '../../server/assets/rendition-names.ts';
import { choosePoster, chooseStills, type Still } from '../../server/assets/stills.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { showWarning } from '../../server/assets/warnings.ts';
import type { VersionState } from '../../server/db/tables/assets.ts';
import { toIso } from '../../server/kit/clock.ts';
import type { Problem } from '../../server/kit/problems.ts';
import type { ActiveChunk, AssetRow, ChunkSum, RenditionRow, VersionRow, WarningRow } from './repository.ts';
import {
  estimateSeconds,
  fractionOf,
  overallProgress,
  renditionProgress,
  stageOf,
  type EncodingProgress,
} from './progress.ts';
import {
  stillsShown,
  warningsShown,
  type AssetSummaryView,
  type AssetView,
  type RenditionView,
  type SourceMedia,
  type StillView,
  type VersionSummaryView,
  type VersionView,
  type WarningView,
  type WorkView,
} from './schemas.ts';

/** What versions are shown from; read in a few queries for a whole page. */
export interface VersionFacts {
  readonly renditions: readonly RenditionRow[];
  readonly warnings: readonly WarningRow[];
  readonly stills: readonly (Still & { readonly versionId: string })[];
  readonly sums: readonly ChunkSum[];
  readonly active: readonly ActiveChunk[];
  readonly queue: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const problemsByCode: Readonly<Record<string, Problem | undefined>> = videoProblems;

const isoOrNull = (time: number | null) => (time === null ? null : toIso(time));
const errorOf = (row: { readonly error_code: string | null; readonly error_message: string | null }) =>
  row.error_code === null
    ? null
    : {
        code: row.error_code,
        message: row.error_message ?? row.error_code,
        isPermanent: problemsByCode[row.error_code]?.status === 422,
      };

function encodingOf(versionId: string, facts: VersionFacts): (EncodingProgress & Pick<ChunkSum, 'kind' | 'track'>)[] {
  return facts.sums
    .filter((sum) => sum.versionId === versionId)
    .map((sum) => ({
      kind: sum.kind,
      track: sum.track,
      units: sum.units,
      unitsDone: sum.unitsDone,
      finished: { units: sum.finishedUnits, milliseconds: sum.finishedMs },
      active: facts.active.filter(
        (chunk) => chunk.versionId === versionId && chunk.kind === sum.kind && chunk.track === sum.track,
      ),
    }));
}

const isDone = (state: VersionState) => state === 'complete';

function presentRendition(
  row: RenditionRow,
  state: VersionState,
  encoding: ReturnType<typeof encodingOf>,
): RenditionView {
  const name = readRenditionName(row.name);
  const track = name?.kind === 'audio' ? name.track : 0;
  const chunks = encoding.find((progress) => progress.kind === row.kind && progress.track === track);
  const packaged = isDone(state) ? 1 : fractionOf(row.units_packaged, row.units_total);
  const encoded = isDone(state) ? 1 : Math.max(packaged, fractionOf(chunks?.unitsDone ?? 0, chunks?.units ?? 0));
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    codec: row.codec,
    width: row.width,
    height: row.height,
    channels: row.channels,
    targetBandwidth: row.target_bandwidth,
    averageBandwidth: row.average_bandwidth,
    peakBandwidth: row.peak_bandwidth,
    bytes: row.bytes,
    unitsTotal: row.units_total,
    unitsPackaged: row.units_packaged,
    encoded,
    packaged,
    progress: renditionProgress(encoded, packaged),
  };
}

function presentWork(row: VersionRow, renditions: readonly RenditionView[], facts: VersionFacts): WorkView {
  const encoding = encodingOf(row.id, facts);
  const stage = stageOf(row.state, encoding);
  const position = facts.queue.indexOf(row.id);
  const waits = isActive(row) && (row.waits_for_room_until ?? 0) > facts.now;
  return {
    stage,
    progress:
      stage === 'done'
        ? 1
        : overallProgress(
            renditions.map((rendition) => ({ progress: rendition.progress, weight: rendition.targetBandwidth })),
          ),
    etaSeconds: stage === 'encoding' && !waits ? estimateSeconds(encoding, facts.now) : null,
    queuePosition: stage === 'queued' && position >= 0 ? position + 1 : null,
    waitsFor: waits ? 'disk-space' : null,
    fetched:
      stage === 'preparing' && row.fetched_permille !== null && (row.fetching_until ?? 0) > facts.now
        ? row.fetched_permille / 1000
        : null,
    error: errorOf(row),
  };
}

function presentWarnings(versionId: string | undefined, { warnings }: VersionFacts): WarningView[] {
  return warnings
    .filter((warning) => warning.versionId === versionId)
    .slice(0, warningsShown)
    .map(showWarning);
}

function presentVersion(row: VersionRow, currentVersionId: string | null, facts: VersionFacts): VersionView {
  const encoding = encodingOf(row.id, facts);
  const renditions = facts.renditions
    .filter(({ version_id }) => version_id === row.id)
    .map((rendition) => presentRendition(rendition, row.state, encoding));
  return { ...presentSummary(row, currentVersionId, renditions, facts), renditions };
}

function presentSummary(
  row: VersionRow,
  currentVersionId: string | null,
  renditions: readonly RenditionView[],
  facts: VersionFacts,
): VersionSummaryView {
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    isCurrent: row.id === currentVersionId,
    work: presentWork(row, renditions, facts),
    warnings: presentWarnings(row.id, facts),
    createdAt: toIso(row.created_at),
    startedAt: isoOrNull(row.started_at),
    playableAt: isoOrNull(row.playable_at),
    finishedAt: isoOrNull(row.finished_at),
  };
}

function presentVersionSummary(
  row: VersionRow,
  currentVersionId: string | null,
  facts: VersionFacts,
): VersionSummaryView {
  const { renditions: _, ...summary } = presentVersion(row, currentVersionId, facts);
  return summary;
}

const readMedia = ({ media_info: json }: AssetRow) => (json === null ? null : readMediaInfo(json));

function presentMedia(stored: StoredMediaInfo): SourceMedia {
  const { video } = stored;
  return {
    format: stored.format,
    durationMs: Math.round(stored.durationMs),
    width: video.width,
    height: video.height,
    rotation: video.rotation,
    frameRate: video.averageFrameRate.den > 0 ? video.averageFrameRate.num / video.averageFrameRate.den : 0,
    variableFrameRate: video.variableFrameRate,
    interlaced: video.interlaced,
    videoCodec: video.codec,
    hdr: video.hdr,
    audio: stored.audio.map(({ codec, channels, layout, language }) => ({ codec, channels, layout, language })),
  };
}

const presentStill = ({ versionId, chunk, atMs, width, height }: VersionFacts['stills'][number]): StillView => ({
  versionId,
  chunk,
  atMs,
  width,
  height,
});

/** The pictures of the version that is served, or of the newest one as long as there is none. */
function stillsOf(row: AssetRow, newest: VersionRow | undefined, { stills }: VersionFacts): VersionFacts['stills'] {
  const version = row.current_version_id ?? newest?.id;
  return stills.filter(({ versionId }) => versionId === version);
}

function presentFields(
  row: AssetRow,
  media: StoredMediaInfo | null,
  newest: VersionRow | undefined,
  facts: VersionFacts,
) {
  const poster = choosePoster(stillsOf(row, newest, facts), media?.titleMs ?? 0);
  return {
    id: row.id,
    title: row.title,
    state: row.state as AssetView['state'],
    isPlayable: (row.state === 'playable' || row.state === 'ready') && row.current_version_id !== null,
    filename: row.filename,
    sourceBytes: row.source_bytes,
    durationMs: media && Math.round(media.titleMs),
    error: errorOf(row),
    warnings: presentWarnings(row.current_version_id ?? newest?.id, facts),
    poster: poster === undefined ? null : presentStill(poster),
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
  };
}

export function presentAssetSummary(
  row: AssetRow,
  newest: VersionRow | undefined,
  facts: VersionFacts,
): Omit<AssetSummaryView, 'mayChange'> {
  return {
    ...presentFields(row, readMedia(row), newest, facts),
    newestVersion: newest === undefined ? null : presentVersionSummary(newest, row.current_version_id, facts),
  };
}

export function presentAsset(
  row: AssetRow,
  versions: readonly VersionRow[],
  facts: VersionFacts,
): Omit<AssetView, 'mayChange'> {
  const media = readMedia(row);
  return {
    ...presentFields(row, media, versions[0], facts),
    media: media && presentMedia(media),
    stills: chooseStills(stillsOf(row, versions[0], facts), media?.titleMs ?? 0, stillsShown).map(presentStill),
    versions: versions.map((version) => presentVersion(version, row.current_version_id, facts)),
  };
}
