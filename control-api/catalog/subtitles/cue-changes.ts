import { readSettings, subtitleLimits } from '../../../server/assets/subtitles/cue.ts';
import { readMarkup } from '../../../server/assets/subtitles/markup.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { CueRow, SubtitlesRow } from './repository.ts';
import type { CueChange } from './schemas.ts';

/** What some changes make of the cues that they name. */
export interface ChangedRows {
  readonly removed: readonly number[];
  readonly changed: readonly CueRow[];
  readonly added: readonly CueRow[];
}

/**
 * @param found the cues that are named
 * @param durationMs of the video, where it is known
 * @throws ProblemError invalid_request
 */
export function changesOf(
  changes: readonly CueChange[],
  found: readonly CueRow[],
  subtitles: Pick<SubtitlesRow, 'id' | 'next_cue'>,
  durationMs: number = subtitleLimits.durationMs,
): ChangedRows {
  const known = new Map(found.map((cue) => [cue.number, cue]));
  const removed: number[] = [];
  const changed: CueRow[] = [];
  const added: CueRow[] = [];
  for (const change of changes) {
    if (change.number === undefined) {
      added.push(
        changedRow(
          {
            subtitles_id: subtitles.id,
            number: subtitles.next_cue + added.length,
            start_ms: -1,
            end_ms: -1,
            text: '',
            settings: '',
          },
          change,
          durationMs,
        ),
      );
      continue;
    }
    const cue = known.get(change.number);
    // Each once: what comes second would go unnoticed.
    if (!known.delete(change.number) || !cue)
      throw new ProblemError('invalid_request', `There is no text ${change.number}, or it is named twice.`);
    if (change.remove) removed.push(change.number);
    else changed.push(changedRow(cue, change, durationMs));
  }
  return { removed, changed, added };
}

function changedRow(cue: CueRow, change: CueChange, durationMs: number): CueRow {
  const settings = change.settings === undefined ? cue.settings : readSettings(change.settings);
  const text = change.text === undefined ? cue.text : readMarkup(change.text, 'webvtt');
  const [start, end] = [change.startMs ?? cue.start_ms, change.endMs ?? cue.end_ms];
  const refuse = (reason: string): never => {
    throw new ProblemError('invalid_request', `Text ${cue.number}: ${reason}`);
  };
  if (settings === undefined) return refuse('This is no place that WebVTT knows.');
  if (text === '') return refuse('There is nothing to read in it.');
  if (text.length > subtitleLimits.cueCharacters)
    return refuse(`It is longer than ${subtitleLimits.cueCharacters} characters.`);
  if (start < 0 || end <= start) return refuse('It ends before it begins.');
  if (start >= durationMs) return refuse('It begins when the video is over.');
  return { ...cue, start_ms: start, end_ms: end, text, settings };
}
