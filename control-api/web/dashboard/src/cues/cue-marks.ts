import { faultOf, type CueFault, type ShownCue } from './cue-changes.ts';
import { plainText } from './cue-text.ts';

/** What somebody should look at. */
export interface CueMarks {
  /** It stands on the picture together with another one. */
  readonly overlaps: boolean;
  /** Characters a second, where they are too many to read; else undefined. */
  readonly tooFast: number | undefined;
  readonly fault: CueFault | undefined;
}

/** Adults read some 20 characters a second (Netflix's guide for English says so, too). */
const mostCharactersASecond = 20;

/** @param cues by their beginning */
export function marksOf(cues: readonly ShownCue[], durationMs: number | undefined): ReadonlyMap<string, CueMarks> {
  const marks = new Map<string, CueMarks>();
  let endsAt = -1;
  for (const [index, cue] of cues.entries()) {
    const next = cues[index + 1];
    const overlaps = cue.startMs < endsAt || (next !== undefined && next.startMs < cue.endMs);
    endsAt = Math.max(endsAt, cue.endMs);
    const seconds = (cue.endMs - cue.startMs) / 1000;
    const speed = seconds > 0 ? Math.round([...plainText(cue.text).replaceAll('\n', '')].length / seconds) : 0;
    const tooFast = speed > mostCharactersASecond ? speed : undefined;
    const fault = faultOf(cue, durationMs);
    if (overlaps || tooFast !== undefined || fault !== undefined) marks.set(cue.key, { overlaps, tooFast, fault });
  }
  return marks;
}

/** The texts that stand on the picture at a time. @param cues by their beginning */
export function shownAt(cues: readonly ShownCue[], atMs: number): readonly ShownCue[] {
  return cues.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}
