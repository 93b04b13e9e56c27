import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { textReading } from '../../server/assets/found-texts.ts';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { subtitleLimits, SubtitleRefused, type Cue } from '../../server/assets/subtitles/cue.ts';
import { readSubtitles } from '../../server/assets/subtitles/read.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { runFfmpeg, type FfmpegCommandLine } from '../encode/ffmpeg-runner.ts';
import { textLimits } from '../encode/run-limits.ts';
import { programOptions } from '../encode/video-arguments.ts';
import { fileUrl, untrustedInputOptions } from '../probe/input-arguments.ts';
import { decodablePixels } from '../probe/picture-limit.ts';
import type { Tools } from '../tools.ts';

/** What a text track is read from, and with. */
export interface TextTrackOptions {
  /** Absolute path of the source under a server-made name. */
  readonly sourcePath: string;
  readonly sourceBytes: number;
  /** What the probe found in it. */
  readonly info: Pick<MediaInfo, 'format' | 'video' | 'subtitles'>;
  /** Index of the track in the file. */
  readonly stream: number;
  /** Private folder of this job. */
  readonly outputDir: string;
  readonly tools: Tools;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** 0 (normal) to 19. */
  readonly niceness: number;
  readonly stallSeconds: number;
  /** Largest picture that is accepted at all, in pixels. */
  readonly maxPixels: number;
}

/**
 * The cues of a text track, on the clock of its file. What the file says goes through the readers of uploads, and within
 * their bounds: it was written by somebody, too.
 * @throws SubtitleRefused; as `runFfmpeg`
 */
export async function readTextTrack(options: TextTrackOptions): Promise<readonly Cue[]> {
  const { info, outputDir, sourcePath, sourceBytes, tools, signal, logger, niceness, stallSeconds } = options;
  const codec = info.subtitles.find(({ stream }) => stream === options.stream)?.codec ?? '';
  const reading = textReading(codec);
  if (!reading) throw new SubtitleRefused(`This track (${codec}) has no text that can be read`);
  const target = path.join(outputDir, `text.${reading.format}`);
  const maxPixels = decodablePixels(info.video.codedPixels, options.maxPixels);
  const line: FfmpegCommandLine = {
    inputOptions: [
      ...programOptions,
      // The times of the file: where its picture begins is known.
      '-copyts',
      ...untrustedInputOptions({
        path: sourcePath,
        demuxer: info.format,
        maxPixels,
        openedDecoders: reading.isCopied ? [] : [codec],
      }),
    ],
    input: fileUrl(sourcePath),
    outputs: [
      {
        options: [
          '-map',
          `0:${options.stream}`,
          '-map_metadata',
          '-1',
          '-c:s',
          reading.isCopied ? 'copy' : reading.format,
          '-avoid_negative_ts',
          'disabled',
          '-f',
          reading.format,
        ],
        target: fileUrl(target),
      },
    ],
  };
  try {
    await runFfmpeg(line, {
      tools,
      signal,
      logger,
      niceness,
      stallSeconds,
      outputDir,
      reads: [sourcePath],
      limits: textLimits(sourceBytes, maxPixels, subtitleLimits.bytes),
      maxPixels,
    });
  } catch (error) {
    // It is ended where it writes more than what is read.
    const isTooLong = error instanceof ProblemError && error.code === videoProblems.media_conversion_limit.code;
    if (isTooLong && (await sizeOf(target)) >= subtitleLimits.bytes) throw tooLarge(error);
    throw error;
  }
  if ((await sizeOf(target)) > subtitleLimits.bytes) throw tooLarge();
  return readSubtitles(await readFile(target)).cues;
}

const tooLarge = (cause?: Error): SubtitleRefused =>
  new SubtitleRefused(`There is more than ${subtitleLimits.bytes / 1024 / 1024} MiB of text in this track`, undefined, {
    cause,
  });

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}

/**
 * Cues of a file's clock on the title's: what is over before it begins, or begins when it is over, is left out.
 * @param startMs where the title begins on the file's clock
 * @param durationMs of the title
 */
export function onTitleClock(cues: readonly Cue[], startMs: number, durationMs: number): readonly Cue[] {
  return cues.flatMap((cue) => {
    const from = Math.max(0, Math.round(cue.startMs - startMs));
    const to = Math.min(durationMs, Math.round(cue.endMs - startMs));
    return from < to ? [{ ...cue, startMs: from, endMs: to }] : [];
  });
}
