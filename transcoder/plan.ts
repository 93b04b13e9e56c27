/** A fraction of whole numbers, e.g. 30000/1001 frames per second. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/**
 * Everything that encoding and packaging a version must know, decided once by pure functions from the MediaInfo,
 * the ladder and the configuration, and kept with the version as JSON. All workers follow the same plan, so a
 * chunk encoded twice (after a crash, by another worker) is interchangeable.
 */
export interface EncodingPlan {
  /** Storage key of what is decoded: the upload itself, or its Matroska remux. */
  readonly sourceKey: string;
  /** The one ffmpeg demuxer that may open it, e.g. `mov`. */
  readonly sourceFormat: string;
  readonly videoStream: number;
  /** What pictures of the source take in memory; left out in plans of before it was told. */
  readonly sourcePicture?: {
    /** Of the largest one that was seen, as it is coded. */
    readonly pixels: number;
    readonly pixelFormat: string;
  };
  /** Timestamp in the source, in microseconds, that becomes time 0 of the title for picture and sound alike. */
  readonly sourceStartMicroseconds: number;
  /** One constant output frame rate; every cut is on an output frame index. */
  readonly frameRate: Rational;
  /** Output frames in all; duration = frames / frameRate. */
  readonly frames: number;
  readonly gopFrames: number;
  /** A whole number of GOPs. Exact in the 90 kHz time base of MPEG-TS. */
  readonly segmentFrames: number;
  /** Pictures that the source holds; plans of earlier releases do not say. */
  readonly sourcePictures?: number;
  /** Pictures that are interlaced become two, one of each field; the others stay as they are. */
  readonly deinterlace: boolean;
  /** Set when HDR has to become SDR BT.709: the transfer function it is coded with. */
  readonly toneMapFrom?: 'smpte2084' | 'arib-std-b67';
  /** The source has one picture only, perhaps without a duration: it is shown throughout. */
  readonly still?: true;
  /** What of the coded picture is left away, in pixels from each side, and the aspect of the rest before it is turned. */
  readonly crop?: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
    readonly aspect: Rational;
  };
  /** How the coded picture is turned for display: mirrored left to right first, then turned clockwise. */
  readonly orientation: { readonly mirrored: boolean; readonly rotation: 0 | 90 | 180 | 270 };
  /** What the source's YCbCr values mean (ignored for RGB); the output is always BT.709, limited range. */
  readonly sourceColor: {
    readonly matrix: 'bt601' | 'bt709' | 'bt2020' | 'fcc' | 'smpte240m';
    readonly fullRange: boolean;
    /** What the pictures say themselves: each is taken at its word, for that may change in a file. */
    readonly perPicture?: readonly ('matrix' | 'range')[];
    /** Set when an SDR source has colours beyond BT.709: its primaries. */
    readonly primaries?: 'bt2020' | 'smpte432';
  };
  /**
   * For how many output frames the last decoded picture may be held at the very end: its own time, and that of sound
   * after it, which may be several chunks.
   */
  readonly finalHoldFrames: number;
  readonly chunks: readonly PlannedChunk[];
  /** Highest bit rate first. */
  readonly video: readonly VideoRendition[];
  /** Empty when the source is silent. */
  readonly audio: readonly AudioTrackPlan[];
}

export interface PlannedChunk {
  readonly index: number;
  readonly firstFrame: number;
  /** A whole number of segments, but for the last chunk. */
  readonly frames: number;
  /** Where decoding begins, on the title's time line in milliseconds: the last source frame before the chunk is at or after it. 0: at the start. */
  readonly decodeFromMs: number;
}

export interface VideoRendition {
  /** Folder and id, `[a-z0-9-]+`, e.g. `v720-3000` (short side, cap in kb/s). */
  readonly name: string;
  /** Even, in pixels, with square samples. */
  readonly width: number;
  readonly height: number;
  /** Speed preset of x264, e.g. `veryfast`. */
  readonly preset: string;
  /** Constant rate factor of x264, bounded by the cap. */
  readonly crf: number;
  /** Cap in bits per second (`-maxrate`), and its buffer in bits (`-bufsize`). */
  readonly maxBitrate: number;
  readonly bufferBits: number;
  /** H.264 profile and level, e.g. `high` and `4.1`. */
  readonly profile: 'high' | 'main' | 'baseline';
  readonly level: string;
  /** `name` of the audio quality (not track) that goes with it in the public playlist. */
  readonly audioQuality: string;
  /** The 5.1 quality that goes with it as well, where a track has one and the picture is good enough for it. */
  readonly surroundQuality?: string;
}

export interface AudioTrackPlan {
  /** 0, 1, 2 …: the `index` of its audio chunk. */
  readonly track: number;
  /** Stream index in the source. */
  readonly stream: number;
  /** BCP 47. */
  readonly language: string;
  /** Shown to viewers, unique among tracks. */
  readonly label: string;
  readonly isDefault: boolean;
  /**
   * How channels without a place are mixed to stereo: `turns`, the odd ones to the left and the even ones to the right;
   * `ambisonic`, by the first two of them (all around, and left less right).
   */
  readonly mix?: { readonly kind: 'turns' | 'ambisonic'; readonly channels: number };
  /**
   * Packets hold many frames of which ffmpeg decodes one: the track is taken out into a file of this format first, which
   * has no times. It begins at `startMicroseconds` of the source's time line.
   */
  readonly unpack?: { readonly format: 'amr'; readonly startMicroseconds: number };
  /** How much sound the packets promise, in seconds, and its samples per second. */
  readonly promised?: { readonly seconds: number; readonly sampleRate: number };
  /** Long times without sound in the source, as [from, to] in milliseconds on the title's time line, in order. */
  readonly silences?: readonly (readonly [number, number])[];
  /** Stereo or mono, highest bit rate first, then 5.1. */
  readonly renditions: readonly AudioRendition[];
}

export interface AudioRendition {
  /** Folder and id, `[a-z0-9-]+`, e.g. `a0-128`. */
  readonly name: string;
  /** Which set of renditions it belongs to across tracks, e.g. `128`: becomes the HLS group. */
  readonly quality: string;
  /** Bits per second. */
  readonly bitrate: number;
  readonly channels: 1 | 2 | 6;
  /** Always 48000: one AAC frame is then a whole number of 90 kHz ticks. */
  readonly sampleRate: 48000;
}
