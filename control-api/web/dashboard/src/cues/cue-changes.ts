import { plainText } from './cue-text.ts';

/** What a text says, when and where. */
export interface CueValue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  /** Where it stands, as WebVTT says it; the editor leaves it as it is. */
  readonly settings: string;
}

/** A text in the editor. */
export interface ShownCue extends CueValue {
  /** Its number at the server; `new-…` until it has one. */
  readonly key: string;
}

export function isSame(one: CueValue | null, other: CueValue | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.startMs === other.startMs &&
    one.endMs === other.endMs &&
    one.text === other.text &&
    one.settings === other.settings
  );
}

/** What is wrong with a text, so that it cannot be saved. */
export type CueFault = 'empty' | 'backwards' | 'behind';

/** @param durationMs of the video; undefined where it is not known */
export function faultOf({ startMs, endMs, text }: CueValue, durationMs: number | undefined): CueFault | undefined {
  if (plainText(text).trim() === '') return 'empty';
  if (endMs <= startMs) return 'backwards';
  return durationMs !== undefined && startMs >= durationMs ? 'behind' : undefined;
}

/** The shortest that a half may be, in milliseconds. */
const shortestMs = 100;

/**
 * Two texts out of one.
 * @param caret where the text is cut, in its characters
 * @param atMs where the time is cut, if it is within; else in proportion to the characters
 */
export function split(cue: CueValue, caret: number, atMs: number | undefined): readonly [CueValue, CueValue] {
  const inText = caret > 0 && caret < cue.text.length ? caret : middleOf(cue.text);
  const isWithin = atMs !== undefined && atMs >= cue.startMs + shortestMs && atMs <= cue.endMs - shortestMs;
  const share = cue.text.length === 0 ? 0.5 : inText / cue.text.length;
  const cut = isWithin ? atMs : Math.round(cue.startMs + (cue.endMs - cue.startMs) * share);
  const middle = Math.min(Math.max(cut, cue.startMs + 1), cue.endMs - 1);
  return [
    { ...cue, endMs: middle, text: cue.text.slice(0, inText).trim() },
    { ...cue, startMs: middle, text: cue.text.slice(inText).trim() },
  ];
}

/** The place between two lines, or two words, that is nearest to the middle. */
function middleOf(text: string): number {
  const line = text.indexOf('\n');
  if (line > 0) return line;
  const half = Math.floor(text.length / 2);
  const [before, behind] = [text.lastIndexOf(' ', half), text.indexOf(' ', half)];
  if (before <= 0) return behind > 0 ? behind : half;
  return behind > 0 && behind - half < half - before ? behind : before;
}

/** One text out of two that follow each other. */
export function merge(first: CueValue, second: CueValue): CueValue {
  return {
    ...first,
    endMs: Math.max(first.endMs, second.endMs),
    text: [first.text, second.text].filter((text) => text !== '').join('\n'),
  };
}
