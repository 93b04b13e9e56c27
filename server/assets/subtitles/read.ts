import { readAss } from './ass.ts';
import { subtitleLimits, SubtitleRefused, type Cue, type FoundCue, type SubtitleFormat } from './cue.ts';
import { decodeSubtitles, type SubtitleEncoding } from './encoding.ts';
import { readSrt } from './srt.ts';
import { readTtml } from './ttml.ts';
import { readWebVtt } from './webvtt.ts';

/** What a file of subtitles is, whatever it is called. */
export interface ReadSubtitles {
  /** By their beginning, then their end. */
  readonly cues: readonly Cue[];
  readonly format: SubtitleFormat;
  readonly encoding: SubtitleEncoding;
  /** The file does not say its encoding: somebody should look at it. */
  readonly encodingIsGuess: boolean;
  /** Cues without a text, which were left out. */
  readonly empty: number;
  /** Cues that went on behind the end of the video, and end with it now. */
  readonly cut: number;
}

export interface ReadOptions {
  /** How long the video is, in milliseconds; where it is not known, as long as any may be. */
  readonly durationMs?: number;
  /** What somebody says who knows better than the guess. */
  readonly encoding?: SubtitleEncoding;
}

const readers: Readonly<Record<SubtitleFormat, (text: string) => FoundCue[]>> = {
  srt: readSrt,
  webvtt: readWebVtt,
  ass: readAss,
  ttml: readTtml,
};

/**
 * Reads the cues of an uploaded file. What it is called plays no part: what is in it says which format it is.
 * @throws SubtitleRefused, with the line where there is one
 */
export function readSubtitles(bytes: Uint8Array, { durationMs, encoding: named }: ReadOptions = {}): ReadSubtitles {
  if (bytes.length === 0) throw new SubtitleRefused('The file is empty');
  if (bytes.length > subtitleLimits.bytes)
    throw new SubtitleRefused(`The file is larger than ${subtitleLimits.bytes / 1024 / 1024} MiB`);
  const { text, encoding, isGuess } = decodeSubtitles(bytes, named);
  const format = formatOf(text);
  // XML may stand in one line, and is read by what does not mind.
  if (format !== 'ttml') requireShortLines(text);
  const found = readers[format](text);
  const cues = found.filter((cue) => cue.text !== '').map((cue) => withinVideo(cue, durationMs));
  if (cues.length === 0) throw new SubtitleRefused('There is no text in it');
  if (cues.length > subtitleLimits.cues)
    throw new SubtitleRefused(
      `There are more than ${subtitleLimits.cues} texts in it`,
      cues[subtitleLimits.cues]?.line,
    );
  return {
    cues: cues
      .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
      .map(({ startMs, endMs, text: shown, settings }) => ({ startMs, endMs, text: shown, settings })),
    format,
    encoding,
    encodingIsGuess: isGuess,
    empty: found.length - cues.length,
    cut: durationMs === undefined ? 0 : found.filter((cue) => cue.text !== '' && cue.endMs > durationMs).length,
  };
}

function formatOf(text: string): SubtitleFormat {
  const start = text.slice(0, 4096).trimStart();
  if (start.startsWith('WEBVTT')) return 'webvtt';
  if (start.startsWith('<')) return 'ttml';
  if (/^[ \t]*\[(?:script info|v4\+? styles|events)\]/im.test(start)) return 'ass';
  if (/-->|->/.test(start)) return 'srt';
  throw new SubtitleRefused('This is not SubRip, WebVTT, ASS or TTML', 1);
}

function requireShortLines(text: string): void {
  let [from, line] = [0, 1];
  while (from <= text.length) {
    const end = text.indexOf('\n', from);
    const to = end === -1 ? text.length : end;
    if (to - from > subtitleLimits.lineCharacters) throw new SubtitleRefused('This line is too long', line);
    [from, line] = [to + 1, line + 1];
  }
}

function withinVideo(cue: FoundCue, durationMs: number = subtitleLimits.durationMs): FoundCue {
  if (cue.text.length > subtitleLimits.cueCharacters)
    throw new SubtitleRefused(`This text is longer than ${subtitleLimits.cueCharacters} characters`, cue.line);
  if (cue.startMs >= durationMs) throw new SubtitleRefused('It begins when the video is over', cue.line);
  return cue.endMs > durationMs ? { ...cue, endMs: durationMs } : cue;
}
