import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Warning } from './warnings.ts';

/** A frame shown for longer than this, in milliseconds, is listed in `VideoInfo.gaps`. */
export const longGapMs = 300;
/** Key frames further apart than this, in milliseconds, are listed in `VideoInfo.keySpans`. */
export const longKeySpacingMs = 10_000;
/** Silence without packets for longer than this, in milliseconds, is listed in `AudioInfo.silences`. */
export const longSilenceMs = 60_000;

/** A fraction of whole numbers, e.g. 30000/1001 frames per second. */
const fraction = Type.Object({ num: Type.Number(), den: Type.Number() });
/** [from, to] in milliseconds from the first frame. */
const span = Type.Tuple([Type.Number(), Type.Number()]);

const videoInfo = Type.Object({
  /** Stream index in the file. */
  stream: Type.Integer(),
  codec: Type.String(),
  /** Display size in pixels: sample aspect ratio and rotation applied. Not yet made even. */
  width: Type.Integer(),
  height: Type.Integer(),
  /**
   * What of the coded picture is not shown, in pixels from each side, and the aspect in which the rest is shown (before
   * it is turned; already applied in `width` and `height`).
   */
  crop: Type.Optional(
    Type.Object({
      left: Type.Integer(),
      right: Type.Integer(),
      top: Type.Integer(),
      bottom: Type.Integer(),
      aspect: fraction,
    }),
  ),
  /** Pixels of the largest coded picture that was seen: more than are shown where some are cropped. */
  codedPixels: Type.Optional(Type.Integer()),
  /** Clockwise degrees that the picture is turned for display (already applied in `width` and `height`). */
  rotation: Type.Union([Type.Literal(0), Type.Literal(90), Type.Literal(180), Type.Literal(270)]),
  /** The picture is mirrored left to right before it is turned. */
  mirrored: Type.Boolean(),
  /** Timestamp of the first shown frame in the file, in microseconds. */
  startMicroseconds: Type.Number(),
  /** How long before the first frame the sound begins, in milliseconds; 0 when it does not. */
  audioLeadMs: Type.Number(),
  /** How long after the end of the last frame the default sound goes on, in milliseconds; 0 when it does not. */
  audioTailMs: Type.Number(),
  /** Average frames per second as measured over the whole track. */
  averageFrameRate: fraction,
  /** Frames per second while frames come regularly: gaps and bursts do not count. */
  typicalFrameRate: Type.Number(),
  /** The rate that the file's header declares, when it does. */
  declaredFrameRate: Type.Optional(fraction),
  variableFrameRate: Type.Boolean(),
  /** Many pictures come at times that fit no rate at all: neither one interval after the one before, nor several. */
  irregular: Type.Optional(Type.Boolean()),
  /** Longest time that one frame is shown, in milliseconds. */
  longestGapMs: Type.Number(),
  /**
   * Times in which no new frame comes for more than `longGapMs`, as [from, to] in milliseconds from the first frame.
   * Undefined when there are too many to list: then decoding for a cut begins `longestGapMs` before it.
   */
  gaps: Type.Optional(Type.Array(span)),
  /**
   * Times between key frames that are more than `longKeySpacingMs` apart, as [from, to] in milliseconds from the first
   * frame (`from` is negative when an edit list hides the key frame): whatever is cut there is decoded from `from`.
   */
  keySpans: Type.Array(span),
  /**
   * When the first key frame is shown, in milliseconds from the first frame: what comes before it cannot be decoded.
   * Left out when it is the first frame.
   */
  firstKeyMs: Type.Optional(Type.Number()),
  /** How long the last frame is shown, in milliseconds. */
  lastFrameMs: Type.Number(),
  /** Shown frames found in the whole track. */
  frames: Type.Integer(),
  /** Packets in the whole track: more than `frames` when an edit list hides some or fields come singly. */
  packets: Type.Integer(),
  interlaced: Type.Boolean(),
  /** The decoder complained of the pictures that were looked at. */
  suspect: Type.Optional(Type.Boolean()),
  pixelFormat: Type.String(),
  bitDepth: Type.Integer(),
  color: Type.Object({
    primaries: Type.Optional(Type.String()),
    transfer: Type.Optional(Type.String()),
    matrix: Type.Optional(Type.String()),
    range: Type.Optional(Type.String()),
    /** What the pictures say themselves, and may say anew at any time; the rest is the container's word. */
    perPicture: Type.Optional(Type.Array(Type.Enum(['matrix', 'range']))),
  }),
  hdr: Type.Enum(['none', 'hdr10', 'hlg', 'other']),
});

const audioInfo = Type.Object({
  /** Stream index in the file. */
  stream: Type.Integer(),
  codec: Type.String(),
  channels: Type.Integer(),
  /** e.g. `stereo`, `5.1(side)`. */
  layout: Type.String(),
  sampleRate: Type.Integer(),
  /** Timestamp of the first sound in the file, in microseconds. */
  startMicroseconds: Type.Optional(Type.Number()),
  /** How much sound the packets hold by their durations, in seconds; undefined when they have none. */
  promisedSeconds: Type.Optional(Type.Number()),
  /** BCP 47, `und` when unknown. */
  language: Type.String(),
  title: Type.Optional(Type.String()),
  isDefault: Type.Boolean(),
  /**
   * Times of more than `longSilenceMs` in which the track has no packet, as [from, to] in milliseconds from the first
   * video frame.
   */
  silences: Type.Optional(Type.Array(span)),
});

const subtitleInfo = Type.Object({
  stream: Type.Integer(),
  codec: Type.String(),
  language: Type.String(),
  title: Type.Optional(Type.String()),
  isForced: Type.Optional(Type.Boolean()),
  /** For the deaf and hard of hearing. */
  isSdh: Type.Optional(Type.Boolean()),
});

const mediaInfo = Type.Object({
  /** The one ffmpeg demuxer that may open the file, e.g. `mov`, `matroska`, `mpegts`. */
  format: Type.String(),
  /** Duration of the picture in milliseconds, without sound that begins before it or ends after it. */
  durationMs: Type.Number(),
  video: videoInfo,
  audio: Type.Array(audioInfo),
  /** Subtitle tracks found: texts, and pictures of texts. */
  subtitles: Type.Array(subtitleInfo),
  /**
   * True where seeking loses frames (MPEG-TS and its kin) or has no index (Matroska of a live recording), and where the
   * clock restarts or jumps: remux to Matroska before encoding.
   */
  needsRemux: Type.Boolean(),
});

const storedMediaInfo = Type.Object({
  ...mediaInfo.properties,
  /** How long the title is that is made of it, in milliseconds: picture and sound together. */
  titleMs: Type.Number(),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type VideoInfo = DeepReadonly<Static<typeof videoInfo>>;
export type AudioInfo = DeepReadonly<Static<typeof audioInfo>>;
export type SubtitleInfo = DeepReadonly<Static<typeof subtitleInfo>>;

/** From this packet of a track on, this is added to all times, until the next run. */
export interface ClockRun {
  readonly firstPacket: number;
  readonly offsetSeconds: number;
}

/** How times are moved to put a file in order whose clock restarts or jumps. */
export interface ClockMending {
  readonly jumps: number;
  readonly runs: readonly { readonly stream: number; readonly runs: readonly ClockRun[] }[];
  /** Where the format's clock begins at 0 again. */
  readonly wrapsAfterSeconds?: number;
}

/** What a source really is: measured by the probe, never taken from what the client said. */
export type MediaInfo = DeepReadonly<Static<typeof mediaInfo>> & {
  /** What of it is left out or was guessed. Kept with the version, not with the asset. */
  readonly warnings: readonly Warning[];
  /** What the copy has to mend; everything else in here is told as if it were. Not kept. */
  readonly clock?: ClockMending;
  /** Some of its tracks begin far behind its beginning, and are only seen by who looks that far. Not kept. */
  readonly looksFar?: boolean;
};

/** The same, as it is kept with the asset. */
export type StoredMediaInfo = DeepReadonly<Static<typeof storedMediaInfo>>;

const stored = Compile(storedMediaInfo);

/**
 * Reads what one role wrote and another one shows. What an earlier release wrote is read as well, so a field that is
 * added later is optional.
 * @throws Error when it is not a StoredMediaInfo
 */
export function readMediaInfo(json: string): StoredMediaInfo {
  const value: unknown = JSON.parse(json);
  if (!stored.Check(value)) throw new Error('The stored MediaInfo has an unknown shape');
  return value;
}
