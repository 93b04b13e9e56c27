import type { Rational } from '../plan.ts';

/**
 * The typed manifest model: everything that the public HLS playlists and the DASH MPD say, and nothing else. All of
 * them are written from it by pure functions, so that the two formats cannot disagree. Times are ticks of
 * 1/90000 s on a time line that starts at 0; bit rates are bits per second; sizes are bytes.
 */
export interface Presentation {
  /** Length of the whole title, also while it still grows. */
  readonly durationTicks: number;
  /** Longest segment of any rendition, rounded to whole seconds (EXT-X-TARGETDURATION). Never changes. */
  readonly targetSeconds: number;
  readonly frameRate: Rational;
  /** False while segments are still to come. */
  readonly complete: boolean;
  /** Highest bit rate first. */
  readonly video: readonly VideoMedia[];
  /** By track: stereo or mono, highest bit rate first, then 5.1. Empty for a silent title. */
  readonly audio: readonly AudioMedia[];
  /** Subtitles, each a file and its pieces; there are none while the title grows. */
  readonly text?: readonly TextMedia[];
}

/** One rendition as it is published under `<name>/`. */
export interface Media {
  /** Folder and id, `[a-z0-9-]+`. */
  readonly name: string;
  /** RFC 6381. */
  readonly codec: string;
  /** What the encoder was told not to exceed. */
  readonly maxBitrate: number;
  /** From the first one on, without gaps; never empty. */
  readonly segments: readonly Segment[];
}

export interface VideoMedia extends Media {
  readonly width: number;
  readonly height: number;
  /** Which audio quality goes with it. */
  readonly audioQuality: string;
  /** Which 5.1 quality goes with it, too. */
  readonly surroundQuality?: string;
}

export interface AudioMedia extends Media {
  readonly track: number;
  /** The same over all tracks: the HLS group. */
  readonly quality: string;
  /** BCP 47. */
  readonly language: string;
  readonly label: string;
  readonly isDefault: boolean;
  readonly channels: number;
  readonly sampleRate: number;
}

/** Subtitles as they are published under `<name>/`. */
export interface TextMedia {
  /** Folder and id, `[a-z0-9-]+`. */
  readonly name: string;
  /** BCP 47. */
  readonly language: string;
  /** Shown to viewers, unique among subtitles. */
  readonly label: string;
  readonly isForced: boolean;
  /** For the deaf and hard of hearing. */
  readonly isSdh: boolean;
  /** Of the whole file. */
  readonly bytes: number;
  /** How long its pieces last, from the first one on. */
  readonly segmentTicks: readonly number[];
}

/** 5.1, which not every player plays, beside what they all do. */
export const isSurround = ({ channels }: Pick<AudioMedia, 'channels'>): boolean => channels > 2;

export interface Segment {
  /** From 1; names the file. */
  readonly number: number;
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly bytes: number;
  /** Access units in it. */
  readonly frames: number;
  /** Key frames that can be fetched alone; empty for audio. */
  readonly keyframes: readonly Keyframe[];
}

/** The byte range from the start of a `moof` to the end of its first frame, and how long it stands until the next. */
export interface Keyframe {
  readonly offset: number;
  readonly bytes: number;
  readonly durationTicks: number;
}

/** File names inside a rendition's folder. */
export const mediaFiles = {
  init: 'init.mp4',
  playlist: 'index.m3u8',
  keyframes: 'iframes.m3u8',
  segment: (number: number): string => `${String(number).padStart(5, '0')}.m4s`,
  text: (number: number): string => `${String(number).padStart(5, '0')}.vtt`,
  wholeText: 'all.vtt',
} as const;
