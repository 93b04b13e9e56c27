import { createHash } from 'node:crypto';
import { textRenditionName } from '../../server/assets/rendition-names.ts';
import type { Cue } from '../../server/assets/subtitles/cue.ts';
import { writeWebVtt } from '../../server/assets/subtitles/webvtt.ts';
import type { OfferedSubtitles } from '../../server/assets/tracks.ts';
import { millisecondsOf, ticksPerSecond } from '../timeline.ts';
import { mediaFiles, type TextMedia } from './presentation.ts';

/** How long the pieces of HLS are, in ticks. */
const pieceTicks = 30 * ticksPerSecond;

/** The first tick of the title is the first one of its subtitles (RFC 8216 §3.5). */
const timestampMap = 'X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0';

/** Subtitles with what is in their folder, but for the playlist. */
export interface TextFiles {
  readonly media: TextMedia;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * What subtitles become: one file for DASH, pieces for HLS, in which a cue stands in each that it reaches into. Their
 * folder is called by what is in it, so it never holds anything else.
 */
export function textFiles(all: readonly OfferedSubtitles[], durationTicks: number): readonly TextFiles[] {
  const labels = uniqueLabels(all);
  return all.map((subtitles, index) => {
    const cues = withinTitle(subtitles.cues, millisecondsOf(durationTicks));
    const segmentTicks = piecesOf(durationTicks);
    const files = new Map<string, string>([[mediaFiles.wholeText, writeWebVtt(cues)]]);
    for (const at of segmentTicks.keys()) {
      const [from, to] = [millisecondsOf(at * pieceTicks), millisecondsOf((at + 1) * pieceTicks)];
      const shown = cues.filter(({ startMs, endMs }) => startMs < to && endMs > from);
      files.set(mediaFiles.text(at + 1), writeWebVtt(shown, [timestampMap]));
    }
    const hash = createHash('sha256').update(subtitles.id);
    for (const [file, body] of files) hash.update(`\0${file}\0${body}`);
    const media: TextMedia = {
      name: textRenditionName(hash.digest('hex')),
      language: subtitles.language,
      label: labels[index] as string,
      isForced: subtitles.isForced,
      isSdh: subtitles.isSdh,
      bytes: Buffer.byteLength(files.get(mediaFiles.wholeText) as string),
      segmentTicks,
    };
    return { media, files };
  });
}

function piecesOf(durationTicks: number): readonly number[] {
  const pieces = Math.max(1, Math.ceil(durationTicks / pieceTicks));
  return Array.from({ length: pieces }, (_, index) => Math.min(pieceTicks, durationTicks - index * pieceTicks));
}

/** Another video may be shorter than the one that the times were made for. */
function withinTitle(cues: readonly Cue[], durationMs: number): readonly Cue[] {
  const end = Math.floor(durationMs);
  return cues.filter(({ startMs }) => startMs < end).map((cue) => (cue.endMs > end ? { ...cue, endMs: end } : cue));
}

/** HLS tells those of a group apart by their names (RFC 8216 §4.3.4.1.1). */
function uniqueLabels(all: readonly OfferedSubtitles[]): readonly string[] {
  const taken = new Set<string>();
  return all.map(({ label, language, isForced, isSdh }) => {
    const wanted = label ?? `${nameOfLanguage(language)}${isSdh ? ' (SDH)' : isForced ? ' (forced)' : ''}`;
    let unique = wanted;
    for (let number = 2; taken.has(unique); number++) unique = `${wanted} ${number}`;
    taken.add(unique);
    return unique;
  });
}

function nameOfLanguage(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(language) ?? language;
}
