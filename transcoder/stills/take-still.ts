import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Still } from '../../server/assets/stills.ts';
import type { EncodeOptions } from '../encode/encode-options.ts';
import { runFfmpeg, type FfmpegCommandLine } from '../encode/ffmpeg-runner.ts';
import { stillLimits } from '../encode/run-limits.ts';
import { programOptions } from '../encode/video-arguments.ts';
import type { PlannedChunk, VideoRendition } from '../plan.ts';
import { fileUrl, untrustedInputOptions } from '../probe/input-arguments.ts';
import { millisecondsOf, ticksOf } from '../timeline.ts';
import type { Tools } from '../tools.ts';
import { measuredBytes, measuredSide, measurePicture, scoreOf } from './measure.ts';

/** What a chunk's picture is taken from, and with. */
export interface StillSource extends EncodeOptions {
  readonly chunk: PlannedChunk;
  readonly rendition: VideoRendition;
  /** The encoded chunk of that rendition (MPEG-TS). */
  readonly file: string;
}

export interface TakenStill extends Still {
  /** JPEG, in the folder of the job. */
  readonly file: string;
}

const pictureName = 'still-%03d.jpg';
const lumaName = 'luma.gray';

const pixelsOf = ({ width, height }: VideoRendition): number => width * height;

/** One run: every key frame of the chunk as a JPEG, and small and grey to be measured. */
function commandLine(
  { file, outputDir, rendition }: Pick<StillSource, 'file' | 'outputDir' | 'rendition'>,
  tools: Pick<Tools, 'passFrames'>,
): FfmpegCommandLine {
  return {
    inputOptions: [
      ...programOptions,
      '-filter_complex_threads',
      '1',
      '-threads',
      '1',
      '-skip_frame',
      'nokey',
      ...untrustedInputOptions({ path: file, demuxer: 'mpegts', maxPixels: pixelsOf(rendition) }),
    ],
    input: fileUrl(file),
    filterGraph: [
      '[0:v]split=2[picture][small]',
      // JPEG files (JFIF) are BT.601 in full range.
      '[picture]scale=in_color_matrix=bt709:out_color_matrix=bt601:in_range=limited:out_range=full,format=yuvj420p[out0]',
      `[small]scale=${measuredSide}:${measuredSide}:flags=area,format=gray[out1]`,
    ].join(';'),
    outputs: [
      {
        options: ['-map', '[out0]', ...tools.passFrames, '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2'],
        target: fileUrl(path.join(outputDir, pictureName)),
      },
      {
        options: ['-map', '[out1]', ...tools.passFrames, '-c:v', 'rawvideo', '-f', 'rawvideo'],
        target: fileUrl(path.join(outputDir, lumaName)),
      },
    ],
  };
}

/**
 * The best picture among the key frames of an encoded chunk; undefined when nothing is seen on any of them.
 * @throws as `runFfmpeg`
 */
export async function takeStill(options: StillSource): Promise<TakenStill | undefined> {
  const { plan, chunk, rendition, outputDir } = options;
  const { tools, signal, logger, niceness, stallSeconds } = options;
  await runFfmpeg(commandLine(options, tools), {
    tools,
    signal,
    logger,
    niceness,
    stallSeconds,
    outputDir,
    reads: [options.file],
    limits: stillLimits(rendition, chunk.frames),
    maxPixels: pixelsOf(rendition),
  });
  const luma = await readFile(path.join(outputDir, lumaName));
  let best: TakenStill | undefined;
  for (let index = 0; (index + 1) * measuredBytes <= luma.length; index += 1) {
    const measured = measurePicture(luma.subarray(index * measuredBytes, (index + 1) * measuredBytes));
    const score = scoreOf(measured);
    if (score === undefined || score <= (best?.score ?? 0)) continue;
    const frame = chunk.firstFrame + index * plan.gopFrames;
    best = {
      chunk: chunk.index,
      atMs: Math.round(millisecondsOf(ticksOf(frame, plan.frameRate))),
      width: rendition.width,
      height: rendition.height,
      score,
      fingerprint: measured.fingerprint,
      // ffmpeg counts from 1.
      file: path.join(outputDir, `still-${String(index + 1).padStart(3, '0')}.jpg`),
    };
  }
  return best;
}
