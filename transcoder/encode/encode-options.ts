import type { Logger } from '../../server/kit/logger.ts';
import type { EncodingPlan, PlannedChunk } from '../plan.ts';
import type { Tools } from '../tools.ts';
import { videoLimits, type FfmpegLimits } from './run-limits.ts';
import { decodablePixels } from '../probe/picture-limit.ts';
import { prerollStalls, runFfmpeg, type FfmpegCommandLine, type FfmpegRunOptions } from './ffmpeg-runner.ts';

/** What every encoding of a part of a title works with. */
export interface EncodeOptions {
  /** Absolute path of the source (or its remux) under a server-made name in a private folder. */
  readonly sourcePath: string;
  readonly plan: EncodingPlan;
  /** Private folder of this job; the files are made in it. */
  readonly outputDir: string;
  readonly tools: Tools;
  readonly signal?: AbortSignal;
  /** Units done of all: frames of video, milliseconds of audio. Never falls. */
  readonly onProgress?: (unitsDone: number) => void;
  readonly logger: Logger;
  /** 0 (normal) to 19. */
  readonly niceness: number;
  readonly stallSeconds: number;
  /** Largest picture that is accepted at all (`media.maxPixels`). Default: 8192x4352. */
  readonly maxPixels?: number;
}

const largestPicture = 8192 * 4352;

/** The largest picture that is decoded of the source, in pixels. */
export const sourcePixels = ({ plan, maxPixels = largestPicture }: Pick<EncodeOptions, 'plan' | 'maxPixels'>): number =>
  decodablePixels(plan.sourcePicture?.pixels, maxPixels);

/** What a run may use up that decodes what a chunk shows. */
export const chunkLimits = (options: EncodeOptions, chunk: PlannedChunk): FfmpegLimits =>
  videoLimits(options.plan, chunk, {
    pixels: sourcePixels(options),
    prerollSeconds: options.stallSeconds * prerollStalls,
  });

/** Runs ffmpeg on the source. @throws as `runFfmpeg` */
export function runEncoder(
  line: FfmpegCommandLine,
  options: EncodeOptions,
  run: Pick<FfmpegRunOptions, 'limits' | 'onProgress' | 'onLine'>,
): Promise<void> {
  const { tools, signal, logger, niceness, stallSeconds, outputDir, sourcePath } = options;
  const reads = [sourcePath];
  const maxPixels = sourcePixels(options);
  return runFfmpeg(line, { tools, signal, logger, niceness, stallSeconds, reads, outputDir, maxPixels, ...run });
}

/** Progress that only rises, up to `units`: what an encoder tells may fall, at a second try for one. */
export function risingProgress(options: Pick<EncodeOptions, 'onProgress'>, units: number): (done: number) => void {
  let reported = 0;
  return (done) => {
    const next = Math.min(done, units);
    if (next <= reported) return;
    reported = next;
    options.onProgress?.(next);
  };
}

/** The same options under a signal that this encoding can abort as well. */
export function stoppable<O extends EncodeOptions>(options: O): { readonly options: O; stop(reason: unknown): void } {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  return { options: { ...options, signal }, stop: (reason) => stop.abort(reason) };
}
