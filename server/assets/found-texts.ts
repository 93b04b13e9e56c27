/*
 * What can be made subtitles of among the tracks that a video brings along, by FFmpeg's name of their codec.
 */

/** How a text track is read: as it is (`copy`), or put into another format by FFmpeg. */
export interface TextReading {
  /** FFmpeg's name of the format that our readers get. */
  readonly format: 'srt' | 'ass' | 'webvtt';
  readonly isCopied: boolean;
}

const asItIs = (format: TextReading['format']): TextReading => ({ format, isCopied: true });
// Our reader of SubRip takes empty lines in a text for what they are.
const converted: TextReading = { format: 'srt', isCopied: false };

const texts: Readonly<Record<string, TextReading>> = {
  subrip: asItIs('srt'),
  srt: asItIs('srt'),
  ass: asItIs('ass'),
  ssa: asItIs('ass'),
  webvtt: asItIs('webvtt'),
  mov_text: converted,
  text: converted,
};

/** Pictures of texts: of Blu-ray, DVD, broadcasts. */
const pictures: ReadonlySet<string> = new Set(['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'xsub']);

/** How a track is read; undefined when it has no text that can be read. */
export function textReading(codec: string): TextReading | undefined {
  return Object.hasOwn(texts, codec) ? texts[codec] : undefined;
}

/** What a track holds: texts, pictures of texts, or what nobody here reads. */
export function contentOfTrack(codec: string): 'text' | 'pictures' | 'unknown' {
  return textReading(codec) ? 'text' : pictures.has(codec) ? 'pictures' : 'unknown';
}
