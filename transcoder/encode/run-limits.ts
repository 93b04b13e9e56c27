import type { ChildRun } from '../child/cage.ts';
import type { AudioTrackPlan, EncodingPlan, PlannedChunk, VideoRendition } from '../plan.ts';
import { planSeconds, secondsOf, titleSamples } from '../timeline.ts';

/*
 * What one run of ffmpeg may use up, from what it is given to do. A right file never comes near: these bounds are for
 * files that make a decoder allocate, compute or write without end, and for programs that were taken over.
 *
 * Measured with FFmpeg 5.1 and the default ladder, 60 frames, whole ladder at once, resident memory in MB / of that
 * per pixel of output in bytes / processor time per frame in ms:
 *
 *   360p  (3 renditions, 0.56 Mpx)  112 / 90 / 10        1080p (9, 7.5 Mpx)                660 / 80 / 98
 *   720p  (7, 3.35 Mpx)             342 / 83 / 45        2160p (9, 7.5 Mpx, top is 1080p)  690 / 80 / 92
 *   2160p HDR, tone mapped          898                  1080p HDR, tone mapped            775
 *   4320p, one rendition of 1080p   401                  2160p 10 bit, 16 references       493, one rendition
 *
 * x264's share by preset, one rendition: veryfast 83 bytes a pixel, medium 205, slow 245, veryslow 300 (lookahead and
 * reference frames). FFmpeg 7 runs its parts in threads and keeps up to eight frames between two of them.
 */

const MiB = 1024 ** 2;

/** Programs and libraries, demuxers with their `-probesize` of packets, queues of small things. */
const baseBytes = 384 * MiB;
/** References (16 at most in H.264 and HEVC), what filters hold back, and the queue before them. */
const decodedPictures = 24;
/** Of x264, by its preset, in bytes for each pixel of a rendition: twice what was measured and more. */
const encoderBytes: Readonly<Record<string, number>> = { ultrafast: 180, superfast: 180, veryfast: 180 };
const slowEncoderBytes = 640;
/** Packets wait for those of other tracks, 10 s at most (`-max_interleave_delta`). */
const interleavedBytes = 512 * MiB;
/** Tone mapping works in floating point, three planes of four bytes, on the largest rendition; eight pictures of it. */
const filteredBytes = 96;
/** Silence is filled in at one go, 5 minutes at most, in each mix, and asked for twice: 115 MB in stereo. */
const soundBytes = 1024 * MiB;

/** For each pixel; x264 was measured at 13 ns with veryfast and 90 ns with veryslow. Other machines are slow. */
const decodingSeconds = 0.2e-6;
const encodingSeconds = 0.5e-6;
const slowEncodingSeconds = 2e-6;
/** A source may have more pictures than the title: 120 a second for 30. */
const sourcePicturesAFrame = 4;
/** Start, seeking, short pieces. */
const baseSeconds = 600;
/** Of a second of sound, decoded, mixed and encoded: 0.01 was measured. */
const soundSeconds = 0.5;
/** What is copied in a second of processor time, in bytes: 345 MB were measured. */
const copiedBytes = 1_000_000;
/** Threads: some for the program, and two or three for each output in FFmpeg 7. */
const baseProcesses = 64;
const processesAnOutput = 8;

/** What disks round up. */
const roundingBytes = 64 * MiB;

export type FfmpegLimits = Required<
  Pick<ChildRun, 'memoryBytes' | 'cpuSeconds' | 'fileBytes' | 'writtenBytes' | 'processes'>
>;

/** What a picture takes in memory for each of its pixels, in bytes, by FFmpeg's name of its format. At least 3, for formats change. */
export function bytesPerPixel(pixelFormat: string | undefined): number {
  if (pixelFormat === undefined) return 4;
  const samples = /4(?:44)|rgb|bgr|gbr/.test(pixelFormat) ? 3 : /422|yuyv|uyvy|nv16|440/.test(pixelFormat) ? 2 : 1.5;
  const alpha = /yuva|rgba|bgra|argb|abgr|gbrap|rgb0|bgr0/.test(pixelFormat) ? 1 : 0;
  const isDeep = /(?:9|1[0-6])(?:le|be)?$|p01\d|x2rgb|x2bgr|(?:48|64)(?:le|be)$/.test(pixelFormat);
  return Math.max(3, (samples + alpha) * (isDeep ? 2 : 1));
}

const pictureBytes = (pixels: number, pixelFormat: string | undefined): number =>
  decodedPictures * pixels * bytesPerPixel(pixelFormat);

/** Bytes that an output of a rendition may have at most, in MPEG-TS, before something is certainly wrong. */
export function largestOutput(
  rendition: VideoRendition,
  frames: number,
  plan: Pick<EncodingPlan, 'frameRate'>,
): number {
  const bits = rendition.maxBitrate * secondsOf(frames, plan.frameRate) + rendition.bufferBits;
  return Math.ceil((bits / 8) * 4 + frames * 2000 + 2_000_000);
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const isFast = ({ preset }: VideoRendition): boolean => preset in encoderBytes;

/** How the source is decoded. */
interface Decoding {
  /** The largest picture that decoders accept (`decodablePixels`). */
  readonly pixels: number;
  /** Seconds that may pass before the first picture that is wanted comes out. */
  readonly prerollSeconds: number;
}

/** For a chunk of all renditions: two runs side by side write into the same folder. */
export function videoLimits(
  plan: EncodingPlan,
  chunk: PlannedChunk,
  { pixels, prerollSeconds }: Decoding,
): FfmpegLimits {
  const sizes = plan.video.map(({ width, height }) => width * height);
  const outputs = plan.video.map((rendition) => largestOutput(rendition, chunk.frames, plan));
  const encoders = plan.video.map((each, n) => (encoderBytes[each.preset] ?? slowEncoderBytes) * (sizes[n] as number));
  const encoding = plan.video.map(
    (each, n) => (isFast(each) ? encodingSeconds : slowEncodingSeconds) * (sizes[n] as number),
  );
  return {
    memoryBytes:
      baseBytes +
      pictureBytes(pixels, plan.sourcePicture?.pixelFormat) +
      filteredBytes * Math.max(...sizes) +
      sum(encoders),
    // Decoding before the chunk may take two cores.
    cpuSeconds:
      baseSeconds +
      2 * prerollSeconds +
      chunk.frames * (sourcePicturesAFrame * pixels * decodingSeconds + sum(encoding)),
    fileBytes: Math.max(...outputs) + roundingBytes,
    writtenBytes: sum(outputs) + roundingBytes,
    processes: baseProcesses + processesAnOutput * plan.video.length,
  };
}

/** For a sound track of the whole title, and for what is made of it on the way, which is larger: each mix with 16 bit a sample. */
export function soundLimits(
  plan: EncodingPlan,
  track: AudioTrackPlan,
  { pixels }: Pick<Decoding, 'pixels'>,
): FfmpegLimits {
  const channels = sum([...new Set(track.renditions.map((rendition) => rendition.channels))]);
  const bytes = titleSamples(plan) * channels * 3 + roundingBytes;
  return {
    // Pictures are decoded, too, to find out what the tracks are.
    memoryBytes: baseBytes + soundBytes + pictureBytes(pixels, plan.sourcePicture?.pixelFormat),
    cpuSeconds: baseSeconds + planSeconds(plan) * soundSeconds,
    fileBytes: bytes,
    writtenBytes: 2 * bytes,
    processes: baseProcesses + processesAnOutput * track.renditions.length,
  };
}

/** For a copy of a source of so many bytes: nothing is decoded but to find out what the tracks are. */
export function copyLimits(
  bytes: number,
  { pixels, pixelFormat }: { readonly pixels: number; readonly pixelFormat: string },
): FfmpegLimits {
  const largest = largestCopy(bytes) + roundingBytes;
  return {
    memoryBytes: baseBytes + interleavedBytes + pictureBytes(pixels, pixelFormat),
    cpuSeconds: baseSeconds + bytes / copiedBytes,
    fileBytes: largest,
    writtenBytes: largest,
    processes: baseProcesses,
  };
}

/** A copy is somewhat larger than its source, never much. In bytes. */
export const largestCopy = (bytes: number): number => Math.ceil(bytes * 1.25) + 1_000_000;

/** For the pictures of a chunk that we encoded ourselves. */
export function stillLimits({ width, height }: VideoRendition, frames: number): FfmpegLimits {
  const pixels = width * height;
  return {
    memoryBytes: baseBytes + pictureBytes(pixels, undefined),
    cpuSeconds: baseSeconds + frames * pixels * decodingSeconds,
    fileBytes: 3 * pixels + roundingBytes,
    // JPEG of good quality takes less than two bits for each pixel.
    writtenBytes: frames * pixels + roundingBytes,
    processes: baseProcesses,
  };
}

/** For a text track of a source of so many bytes: all of it is read, and little is written. */
export function textLimits(sourceBytes: number, pixels: number, textBytes: number): FfmpegLimits {
  return {
    // Pictures may be decoded, to find out what the tracks are.
    memoryBytes: baseBytes + interleavedBytes + pictureBytes(pixels, undefined),
    cpuSeconds: baseSeconds + sourceBytes / copiedBytes,
    // One byte more shows that there is more.
    fileBytes: textBytes + 1,
    writtenBytes: textBytes + roundingBytes,
    processes: baseProcesses,
  };
}
