import type { Rational } from '../plan.ts';

/** What a source really is: measured by the probe, never taken from what the client said. */
export interface MediaInfo {
  /** The one ffmpeg demuxer that may open the file, e.g. `mov`, `matroska`, `mpegts`. */
  readonly format: string;
  /** Duration of the picture in milliseconds, without sound that begins before it or ends after it. */
  readonly durationMs: number;
  readonly video: VideoInfo;
  readonly audio: readonly AudioInfo[];
  /** Text subtitle tracks found; not yet used. */
  readonly subtitles: readonly SubtitleInfo[];
  /**
   * True where seeking loses frames (MPEG-TS and its kin) or has no index (Matroska of a live recording): remux to
   * Matroska before encoding.
   */
  readonly needsRemux: boolean;
  /** Audio tracks that cannot be used, with the reason in words. A source whose audio is all unusable is refused. */
  readonly ignored: readonly { readonly stream: number; readonly codec: string; readonly reason: string }[];
}

export interface VideoInfo {
  /** Stream index in the file. */
  readonly stream: number;
  readonly codec: string;
  /** Display size in pixels: sample aspect ratio and rotation applied. Not yet made even. */
  readonly width: number;
  readonly height: number;
  /** Clockwise degrees that the picture is turned for display (already applied in `width` and `height`). */
  readonly rotation: 0 | 90 | 180 | 270;
  /** The picture is mirrored left to right before it is turned. */
  readonly mirrored: boolean;
  /** Timestamp of the first shown frame in the file, in microseconds. */
  readonly startMicroseconds: number;
  /** How long before the first frame the sound begins, in milliseconds; 0 when it does not. */
  readonly audioLeadMs: number;
  /** How long after the end of the last frame the default sound goes on, in milliseconds; 0 when it does not. */
  readonly audioTailMs: number;
  /** Average frames per second as measured over the whole track. */
  readonly averageFrameRate: Rational;
  /** Frames per second while frames come regularly: gaps and bursts do not count. */
  readonly typicalFrameRate: number;
  /** The rate that the file's header declares, when it does. */
  readonly declaredFrameRate?: Rational;
  readonly variableFrameRate: boolean;
  /** Longest time that one frame is shown, in milliseconds. */
  readonly longestGapMs: number;
  /**
   * Times in which no new frame comes for more than `longGapMs`, as [from, to] in milliseconds from the first frame.
   * Undefined when there are too many to list: then decoding for a cut begins `longestGapMs` before it.
   */
  readonly gaps?: readonly (readonly [number, number])[];
  /**
   * Times between key frames that are more than `longKeySpacingMs` apart, as [from, to] in milliseconds from the first
   * frame (`from` is negative when an edit list hides the key frame): whatever is cut there is decoded from `from`.
   */
  readonly keySpans: readonly (readonly [number, number])[];
  /** How long the last frame is shown, in milliseconds. */
  readonly lastFrameMs: number;
  /** Shown frames found in the whole track. */
  readonly frames: number;
  /** Packets in the whole track: more than `frames` when an edit list hides some or fields come singly. */
  readonly packets: number;
  readonly interlaced: boolean;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly color: {
    readonly primaries?: string;
    readonly transfer?: string;
    readonly matrix?: string;
    readonly range?: string;
  };
  readonly hdr: 'none' | 'hdr10' | 'hlg' | 'other';
}

/** A frame shown for longer than this, in milliseconds, is listed in `VideoInfo.gaps`. */
export const longGapMs = 300;
/** Key frames further apart than this, in milliseconds, are listed in `VideoInfo.keySpans`. */
export const longKeySpacingMs = 10_000;
/** Silence without packets for longer than this, in milliseconds, is listed in `AudioInfo.silences`. */
export const longSilenceMs = 60_000;

export interface AudioInfo {
  /** Stream index in the file. */
  readonly stream: number;
  readonly codec: string;
  readonly channels: number;
  /** e.g. `stereo`, `5.1(side)`. */
  readonly layout: string;
  readonly sampleRate: number;
  /** BCP 47, `und` when unknown. */
  readonly language: string;
  readonly title?: string;
  readonly isDefault: boolean;
  /**
   * Times of more than `longSilenceMs` in which the track has no packet, as [from, to] in milliseconds from the first
   * video frame.
   */
  readonly silences?: readonly (readonly [number, number])[];
}

export interface SubtitleInfo {
  readonly stream: number;
  readonly codec: string;
  readonly language: string;
  readonly title?: string;
}
