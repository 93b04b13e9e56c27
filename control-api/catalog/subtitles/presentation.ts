import { contentOfTrack } from '../../../server/assets/found-texts.ts';
import type { SubtitleInfo } from '../../../server/assets/media-info.ts';
import type { CueRow, SubtitlesRow, TakenRow } from './repository.ts';
import type { CueView, FoundSubtitlesView, SubtitlesView } from './schemas.ts';

/**
 * @param assetId the video that the title has now
 * @param isHeldBack whether viewers have other texts still
 */
export function presentSubtitles(row: SubtitlesRow, assetId: string | null, isHeldBack: boolean): SubtitlesView {
  return {
    id: row.id,
    titleId: row.title_id,
    language: row.language,
    label: row.label,
    isForced: row.is_forced === 1,
    isSdh: row.is_sdh === 1,
    isOn: row.is_on === 1,
    cues: row.cues,
    hasUnpublished: isHeldBack,
    timesMayBeOff: row.cues > 0 && assetId !== null && row.timed_for_asset_id !== assetId,
    revision: row.revision,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

export function presentCue({ number, start_ms, end_ms, text, settings }: CueRow): CueView {
  return { number, startMs: start_ms, endMs: end_ms, text, settings };
}

/** What the audit log says of subtitles. */
export function factsOf(row: SubtitlesRow) {
  return {
    title: row.title_id,
    language: row.language,
    label: row.label,
    isForced: row.is_forced === 1,
    isSdh: row.is_sdh === 1,
    isOn: row.is_on === 1,
    cues: row.cues,
  };
}

/** @param taken what became of it, where somebody asked for it */
export function presentFound(track: SubtitleInfo, taken: TakenRow | undefined): FoundSubtitlesView {
  const { stream, codec, language, title = null, isForced = false, isSdh = false } = track;
  const subtitlesId = taken?.subtitles_id ?? null;
  // Subtitles that were made of it and removed again leave it as it was.
  const state =
    subtitlesId !== null ? 'taken' : taken === undefined || taken.state === 'done' ? 'offered' : taken.state;
  const problem = state === 'failed' ? (taken?.problem ?? null) : null;
  return {
    stream,
    codec,
    language,
    title,
    isForced,
    isSdh,
    content: contentOfTrack(codec),
    state,
    problem,
    subtitlesId,
  };
}
