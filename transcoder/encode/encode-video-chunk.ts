import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import type { PlannedChunk, VideoRendition } from '../plan.ts';
import { isChatter } from './audio-arguments.ts';
import { findDamage, lacksPictures, saysDamage, type Damage } from './damaged-pictures.ts';
import {
  chunkLimits,
  risingProgress,
  runEncoder,
  sourcePixels,
  stoppable,
  type EncodeOptions,
} from './encode-options.ts';
import { readTransportStream } from './transport-stream.ts';
import { capExcess, lowerCap, verifyVideoChunk } from './verify-video.ts';
import { shareOut } from './share-out.ts';
import { videoCommandLine } from './video-arguments.ts';
import { videoProblems } from '../../server/assets/problems.ts';

/** Progress is in frames of the chunk. */
export interface EncodeVideoOptions extends EncodeOptions {
  readonly chunk: PlannedChunk;
}

/** What was made of a chunk. */
export interface EncodedChunk {
  /** Path of the MPEG-TS file of each rendition, by its name. */
  readonly files: ReadonlyMap<string, string>;
  /** Of the pictures that it shows, in the source. */
  readonly damage: Damage;
}

/** How much earlier decoding begins in the second try, in milliseconds: past a key frame that cannot be used. */
const secondTryMs = 30_000;

/**
 * Encoders side by side for the first chunk, the one that viewers wait for; each decodes for itself. A fixed number:
 * how renditions are shared out decides from which size each is scaled, and a chunk must come out the same anywhere.
 */
const firstChunkEncoders = 2;

/**
 * Encodes one chunk into all renditions of the plan, from one decode (the first chunk: two). What it gives back has been checked: exact
 * frame count, exact times, key frames on the grid, the cap kept (a rendition that breaks it is encoded once more).
 *
 * Where the decoder complains of the pictures, or too few come out, it is tried from further back: a source can lie about
 * its key frames. What is still damaged then is damaged in the file.
 * @throws ProblemError media_conversion_limit, media_too_large_picture, encode_frame_count, encode_failed, encode_interrupted, encode_stalled, encode_unsupported; the
 *   signal's reason when aborted
 */
export async function encodeVideoChunk(options: EncodeVideoOptions): Promise<EncodedChunk> {
  const { plan, chunk, logger } = options;
  if (plan.toneMapFrom && !options.tools.canToneMap) {
    throw new ProblemError(
      videoProblems.encode_unsupported,
      'This video is HDR, and the FFmpeg of this server cannot turn it into SDR. Export it as SDR, or let the administrator install an FFmpeg with zscale and tonemap (libzimg)',
    );
  }
  const report = risingProgress(options, chunk.frames);
  const groups = shareOut(plan.video, chunk.index === 0 ? firstChunkEncoders : 1);
  const furtherBack = { ...chunk, decodeFromMs: Math.max(0, chunk.decodeFromMs - secondTryMs) };
  const mayGoBack = chunk.decodeFromMs > 0;
  let from = chunk;
  let made: Made;
  try {
    made = await encodeSideBySide(options, from, groups, report);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'encode_frame_count') || !mayGoBack) throw error;
    logger.warn({ err: error, chunk: chunk.index }, 'Frames missing, decoding again from further back');
    from = furtherBack;
    made = await encodeSideBySide(options, from, groups, report);
  }
  let damage = made.isSuspect ? await findDamage(options, from) : undamaged;
  if (damage.pictures > 0 && mayGoBack && from !== furtherBack) {
    const less = await findDamage(options, furtherBack);
    if (less.pictures < damage.pictures) {
      logger.warn({ chunk: chunk.index, damage, less }, 'Pictures damaged, decoding again from further back');
      [from, damage] = [furtherBack, less];
      made = await encodeSideBySide(options, from, groups, report);
    }
  }
  const { overCap } = made;
  if (overCap.length > 0) {
    logger.info(
      { chunk: chunk.index, renditions: overCap.map(({ name }) => name) },
      'Cap exceeded, encoding again with a lower one',
    );
    await encodeRenditions(options, from, overCap, report);
    for (const planned of plan.video.filter(({ name }) => overCap.some((one) => one.name === name))) {
      const units = await readTransportStream(outputPath(options.outputDir, planned.name));
      // Kept all the same: a segment that is too large plays, a missing one does not.
      if (lowerCap(units, plan, planned))
        logger.warn(
          { chunk: chunk.index, rendition: planned.name, excess: capExcess(units, plan, planned) },
          'Cap still exceeded',
        );
    }
  }
  report(chunk.frames);
  return { files: new Map(plan.video.map(({ name }) => [name, outputPath(options.outputDir, name)])), damage };
}

const undamaged: Damage = { pictures: 0, firstSeconds: 0 };

/** What a run of the encoder came to. */
interface Made {
  /** Renditions that broke their cap, with the cap to use instead. */
  readonly overCap: readonly VideoRendition[];
  /** The decoder complained, of whatever it decoded. */
  readonly isSuspect: boolean;
}

const outputPath = (folder: string, name: string) => path.join(folder, `${name}.ts`);

/** Runs for all groups at once. When one fails the others are ended; this settles when all are gone. */
async function encodeSideBySide(
  given: EncodeVideoOptions,
  chunk: PlannedChunk,
  groups: readonly (readonly VideoRendition[])[],
  report: (frames: number) => void,
): Promise<Made> {
  const { options, stop } = stoppable(given);
  let first: { readonly error: unknown } | undefined;
  const done = groups.map(() => 0);
  const results = await Promise.allSettled(
    groups.map(async (group, index) => {
      try {
        return await encodeRenditions(options, chunk, group, (frames) => {
          done[index] = frames;
          report(Math.min(...done));
        });
      } catch (error) {
        first ??= { error };
        stop(error);
        throw error;
      }
    }),
  );
  // The first to fail; those that it ended failed with the same reason.
  if (first) throw toError(first.error);
  const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return { overCap: made.flatMap(({ overCap }) => overCap), isSuspect: made.some(({ isSuspect }) => isSuspect) };
}

/** One run of ffmpeg. */
async function encodeRenditions(
  options: EncodeVideoOptions,
  chunk: PlannedChunk,
  renditions: readonly VideoRendition[],
  report: (frames: number) => void,
): Promise<Made> {
  const { plan, tools } = options;
  const outputs = renditions.map(({ name }) => outputPath(options.outputDir, name));
  try {
    const line = videoCommandLine({
      sourcePath: options.sourcePath,
      plan,
      chunk,
      renditions,
      outputs,
      tools,
      maxPixels: sourcePixels(options),
    });
    let isSuspect = false;
    const onLine = (text: string) => {
      isSuspect ||= saysDamage(text) || lacksPictures(text, plan);
      return isChatter(text);
    };
    const limits = chunkLimits(options, chunk);
    await runEncoder(line, options, { limits, onLine, onProgress: ({ frames }) => report(frames) });
    const lowered: VideoRendition[] = [];
    for (const [index, rendition] of renditions.entries()) {
      const units = await readTransportStream(outputs[index] as string).catch((error: unknown) => {
        throw new ProblemError(
          videoProblems.encode_frame_count,
          `Encoding lost frames: chunk ${chunk.index} of ${rendition.name} is empty or cut off`,
          { cause: toError(error) },
        );
      });
      verifyVideoChunk(units, plan, chunk, rendition);
      const lower = lowerCap(units, plan, rendition);
      if (lower) lowered.push(lower);
    }
    return { overCap: lowered, isSuspect };
  } catch (error) {
    await Promise.all(outputs.map((file) => rm(file, { force: true })));
    throw error;
  }
}
