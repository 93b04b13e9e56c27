/**
 * One text on the picture, whatever file it came from.
 */
export interface Cue {
  /** Milliseconds on the title's time line. */
  readonly startMs: number;
  readonly endMs: number;
  /**
   * Lines of WebVTT cue text (https://www.w3.org/TR/webvtt1/#webvtt-cue-text) of which only `<i>`, `<b>`, `<u>` and the
   * escapes `&amp;`, `&lt;`, `&gt;` are left: whatever else looks like a tag is shown as it is written.
   */
  readonly text: string;
  /** Where it stands, as WebVTT cue settings (`line:0 align:start`); empty: below, in the middle. */
  readonly settings: string;
}

/** A cue with the line of its file, from 1, so that a refusal can name it. */
export interface FoundCue extends Cue {
  readonly line: number;
}

/** What an uploaded file may be at most. Long films have some 2,000 cues in 200 KB. */
export const subtitleLimits = {
  bytes: 2 * 1024 * 1024,
  cues: 20_000,
  /** Of the text of one cue, as it is stored. */
  cueCharacters: 2000,
  /** Of one line of a file: parsers of lines take time that grows with its square. */
  lineCharacters: 5000,
  /** Where no video says how long it is: 26 hours, the longest title there is. */
  durationMs: 26 * 3_600_000,
} as const;

/** The formats of files that are read. */
export const subtitleFormats = ['srt', 'webvtt', 'ass', 'ttml'] as const;
export type SubtitleFormat = (typeof subtitleFormats)[number];

/** A file, or a cue, that is not taken. The message is for people, and begins with the line where there is one. */
export class SubtitleRefused extends Error {
  override readonly name = 'SubtitleRefused';
  /** From 1. */
  readonly line: number | undefined;

  constructor(reason: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? reason : `Line ${line}: ${reason}`, options);
    this.line = line;
  }
}

/** The settings that are kept: what a cue says of its own place. Regions and vertical writing are left out. */
const setting =
  /^(?:line:(?:-?\d{1,3}|\d{1,3}(?:\.\d{1,3})?%)(?:,(?:start|center|end))?|position:\d{1,3}(?:\.\d{1,3})?%(?:,(?:line-left|center|line-right))?|size:\d{1,3}(?:\.\d{1,3})?%|align:(?:start|center|end|left|right)|vertical:(?:rl|lr))$/;

/**
 * Cue settings as they are kept, each at most once; undefined when there is one that WebVTT does not know.
 * (https://www.w3.org/TR/webvtt1/#webvtt-cue-settings-list)
 */
export function readSettings(text: string): string | undefined {
  const parts = text.split(/[ \t]+/).filter((part) => part !== '' && !part.startsWith('region:'));
  const names = parts.map((part) => part.slice(0, part.indexOf(':')));
  if (new Set(names).size !== names.length || !parts.every((part) => setting.test(part) && isAtMostAll(part)))
    return undefined;
  return parts.join(' ');
}

function isAtMostAll(part: string): boolean {
  const percent = /:([\d.]+)%/.exec(part)?.[1];
  return percent === undefined || Number(percent) <= 100;
}

/** The settings of a place: one of the nine of a numeric keypad, as subtitle formats number them (2: below, in the middle). */
export function keypadSettings(place: number): string {
  if (!Number.isInteger(place) || place < 1 || place > 9) return '';
  const line = place > 6 ? 'line:0' : place > 3 ? 'line:50%' : '';
  const align = place % 3 === 1 ? 'align:start' : place % 3 === 0 ? 'align:end' : '';
  return [line, align].filter((part) => part !== '').join(' ');
}
