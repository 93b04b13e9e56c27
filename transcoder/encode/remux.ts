import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { MediaInfo, VideoInfo } from '../../server/assets/media-info.ts';
import { sampleRate } from '../timeline.ts';
import { adtsChanges } from './adts.ts';
import { fileUrl, untrustedInputOptions } from '../probe/input-arguments.ts';
import { decodablePixels } from '../probe/picture-limit.ts';
import { forgetDisplayAspect } from '../probe/matroska-video.ts';
import { probeMedia } from '../probe/probe-media.ts';
import type { Tools } from '../tools.ts';
import { runFfmpeg, type FfmpegCommandLine } from './ffmpeg-runner.ts';
import { copyLimits, largestCopy } from './run-limits.ts';
import { mendedTimes } from './mended-times.ts';
import { programOptions } from './video-arguments.ts';
import { videoProblems } from '../../server/assets/problems.ts';

export interface RemuxOptions {
  /** Absolute path of the source under a server-made name in a private folder. */
  readonly sourcePath: string;
  /** Absolute path of the Matroska file to make, under a server-made name. */
  readonly outputPath: string;
  /** What the probe found in the source. */
  readonly info: MediaInfo;
  /** Size of the source: the copy may be somewhat larger, never much. */
  readonly sourceBytes: number;
  readonly limits: Config['media'];
  readonly tools: Tools;
  readonly signal?: AbortSignal;
  readonly logger: Logger;
  readonly niceness: number;
  readonly stallSeconds: number;
  /** Told of each track that begins so late that the probe did not see it, each time it is met; it is not in the copy. */
  readonly onUnseenTrack?: (stream: number) => void;
}

/** ffmpeg's words for it. */
const unseenTrack = /^New (?:audio|video) stream \d+:(\d+) at pos:/;

/**
 * Formats whose pictures alone say how wide their samples are, and may say it anew at any key frame. Matroska has one
 * aspect for the whole track, which ffmpeg believes more than the pictures.
 */
const aspectsOfTheirOwn: readonly string[] = ['mpegts', 'mpeg', 'mpegvideo'];
/** Any aspect that no picture has: it makes ffmpeg write down in which unit it is, and `forgetDisplayAspect` needs that. */
const placeForAspect = ['-aspect', '9973:4999'];

/**
 * Matroska has presentation times, which a bare H.264 stream lacks. AVI has none: there the decoder puts pictures in order.
 */
const copyFormat = (source: string): 'avi' | 'matroska' => (source === 'h264' ? 'avi' : 'matroska');

/** Tracks of AAC in which every frame says what it is; Matroska says it once for the whole track. */
const saysItInFrames = ({ format, audio }: MediaInfo) =>
  format === 'mpegts' ? audio.filter(({ codec }) => codec === 'aac') : [];

/** Where the frames of such a track are put beside the copy, to be looked at. */
const framesPath = (outputPath: string, stream: number): string => `${outputPath}-${stream}.aac`;

const bytesPerSample = 2;
const decodedChannels = 2;

/** What tracks of sound take at most once they are decoded: as long as the longest of them, with room to spare. */
function bytesOfDecoded({ audio, durationMs }: MediaInfo, tracks: number): number {
  const seconds = Math.max(durationMs / 1000, ...audio.map(({ promisedSeconds = 0 }) => promisedSeconds));
  return Math.ceil(seconds * sampleRate * decodedChannels * bytesPerSample * 1.1) * tracks;
}

/**
 * The command line that copies the picture and the usable sound, nothing else, into Matroska.
 * @param decoded streams of sound that cannot be copied, because they change within the track: they are decoded
 */
export function remuxCommandLine(
  options: Pick<RemuxOptions, 'sourcePath' | 'outputPath' | 'info' | 'sourceBytes' | 'limits'>,
  decoded: readonly number[] = [],
): FfmpegCommandLine {
  const { info, limits, sourceBytes } = options;
  const streams = [info.video.stream, ...info.audio.map((track) => track.stream)];
  const decodedBytes = bytesOfDecoded(info, decoded.length);
  return {
    inputOptions: [
      ...programOptions,
      '-fflags',
      '+genpts',
      // Times stay as they were scanned: ffmpeg would correct them by guesses of its own.
      '-copyts',
      ...untrustedInputOptions({
        path: options.sourcePath,
        demuxer: info.format,
        maxPixels: copiedPixels(options),
        maxStreams: limits.maxStreams,
        looksFar: info.looksFar ?? false,
      }),
    ],
    input: fileUrl(options.sourcePath),
    outputs: [
      {
        options: [
          ...streams.flatMap((stream) => ['-map', `0:${stream}`]),
          '-c',
          'copy',
          ...info.audio.flatMap(({ stream }, track) =>
            decoded.includes(stream)
              ? [
                  `-c:a:${track}`,
                  'pcm_s16le',
                  `-ar:a:${track}`,
                  `${sampleRate}`,
                  `-ac:a:${track}`,
                  `${decodedChannels}`,
                ]
              : [],
          ),
          ...(aspectsOfTheirOwn.includes(info.format) ? placeForAspect : []),
          // Pictures before the first key frame, too: what is copied is then what was counted.
          '-copyinkf',
          ...streams.flatMap((stream, output) =>
            info.clock ? mendedTimes(output, stream, info.clock, info.format !== 'matroska') : [],
          ),
          '-map_chapters',
          '-1',
          // Packets wait for those of other tracks so long, in microseconds: a track that ends early, or never begins, would
          // keep all that follows in memory, as large as the file.
          '-max_interleave_delta',
          '10000000',
          '-fs',
          String(largestCopy(sourceBytes + decodedBytes)),
          '-f',
          copyFormat(info.format),
        ],
        target: fileUrl(options.outputPath),
      },
      ...(decoded.length > 0 ? [] : saysItInFrames(info)).map(({ stream }) => ({
        options: ['-map', `0:${stream}`, '-c', 'copy', '-fs', String(sourceBytes + 1_000_000), '-f', 'adts'],
        target: fileUrl(framesPath(options.outputPath, stream)),
      })),
    ],
  };
}

/** The largest picture that is decoded, to find out what the tracks are. */
const copiedPixels = ({ info, limits }: Pick<RemuxOptions, 'info' | 'limits'>): number =>
  decodablePixels(info.video.codedPixels, limits.maxPixels);

/** Frames that may be missing: a last one that was cut off. */
const tolerated = (frames: number) => Math.max(2, Math.ceil(frames * 0.001));

/** The copy has no word for how the picture is woven, and ffmpeg leaves out what is cropped and how it is turned. */
function withWhatTheOriginalDeclares(copy: VideoInfo, original: VideoInfo): VideoInfo {
  const { crop, width, height, rotation, mirrored } = original;
  const isShownOtherwise = crop !== undefined || rotation !== copy.rotation || mirrored !== copy.mirrored;
  return {
    ...copy,
    interlaced: copy.interlaced || original.interlaced,
    ...(isShownOtherwise && { width, height, rotation, mirrored, ...(crop && { crop }) }),
  };
}

/** Streams of sound whose frames are not all of one kind. Removes what was put there to find out. */
async function changingTracks({ info, outputPath }: RemuxOptions): Promise<number[]> {
  const changing: number[] = [];
  for (const { stream } of saysItInFrames(info)) {
    const frames = framesPath(outputPath, stream);
    if (await adtsChanges(frames)) changing.push(stream);
    await rm(frames);
  }
  return changing;
}

/**
 * Copies a source that cannot be cut by seeking (MPEG-TS and its kin) into Matroska, without encoding, and examines
 * the copy: the plan must be made from what this returns.
 * @throws ProblemError encode_frame_count when frames got lost, encode_failed, encode_stalled, media_*; the signal's
 *   reason when aborted
 */
export async function remuxToMatroska(options: RemuxOptions): Promise<MediaInfo> {
  const { info, tools, signal, logger, niceness, stallSeconds, limits } = options;
  const run = (line: FfmpegCommandLine) =>
    runFfmpeg(line, {
      tools,
      signal,
      logger,
      niceness,
      stallSeconds,
      reads: [options.sourcePath],
      outputDir: path.dirname(options.outputPath),
      limits: copyLimits(2 * options.sourceBytes + bytesOfDecoded(info, saysItInFrames(info).length), {
        pixels: copiedPixels(options),
        pixelFormat: info.video.pixelFormat,
      }),
      maxPixels: copiedPixels(options),
      onLine: (text) => {
        const unseen = unseenTrack.exec(text.replace(/^\[[^\]]*\] /, ''));
        if (unseen) options.onUnseenTrack?.(Number(unseen[1]));
        return unseen !== null;
      },
    });
  try {
    await run(remuxCommandLine(options));
    const changing = await changingTracks(options);
    if (changing.length > 0) {
      logger.info({ streams: changing }, 'The sound changes within its track, decoded for the copy');
      await run(remuxCommandLine(options, changing));
    }
    if (aspectsOfTheirOwn.includes(info.format)) await forgetDisplayAspect(options.outputPath);
    const copy = await probeMedia({
      path: options.outputPath,
      isCopy: true,
      limits,
      tools,
      logger,
      niceness,
      ...(signal && { signal }),
    });
    if (info.video.packets - copy.video.packets > tolerated(info.video.packets)) {
      throw new ProblemError(
        videoProblems.encode_frame_count,
        `Copying lost frames: ${copy.video.packets} of ${info.video.packets} are left`,
        { extras: { expected: info.video.packets, actual: copy.video.packets } },
      );
    }
    const found = copy.warnings.filter(({ code, about }) =>
      info.warnings.every((one) => one.code !== code || one.about !== about),
    );
    return {
      ...copy,
      video: withWhatTheOriginalDeclares(copy.video, info.video),
      // What was left out of the copy is not in it, and what changes in the file is seen in the copy only.
      warnings: [...info.warnings, ...found],
    };
  } catch (error) {
    await rm(options.outputPath, { force: true });
    throw error;
  }
}
