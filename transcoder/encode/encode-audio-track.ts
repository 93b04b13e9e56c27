import path from 'node:path';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import type { AudioRendition, AudioTrackPlan, EncodingPlan } from '../plan.ts';
import {
  announcedPiece,
  audioCommandLine,
  decodedSamples,
  isChatter,
  pieceName,
  saysSoundChanges,
  type SoundSource,
} from './audio-arguments.ts';
import { risingProgress, runEncoder, sourcePixels, stoppable, type EncodeOptions } from './encode-options.ts';
import { soundLimits } from './run-limits.ts';
import { soundSource, uniformSound } from './sound-source.ts';
import { readTransportStream, type TimedUnit } from './transport-stream.ts';
import {
  audioFrameTicks,
  clockTime,
  millisecondsOf,
  audioFrames,
  planMilliseconds,
  timestampOffsetTicks,
} from '../timeline.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';

/** `outputDir` takes the pieces; progress is in milliseconds of the title's length. */
export interface EncodeAudioOptions extends EncodeOptions {
  readonly track: AudioTrackPlan;
  /**
   * A piece is complete and checked. Pieces of a rendition come in order, the next one after the promise of the last
   * has settled; from the first one on again where the sound turns out to change in the track. The file may be moved or
   * deleted.
   */
  readonly onPiece: (renditionName: string, index: number, file: string) => void | Promise<void>;
}

/** Sound that the packets promise and that was not decoded is said from here on: in seconds, and as a share. */
const saidMissing = { seconds: 1, share: 0.1 };

/** What swresample says when it has no memory for the silence that belongs into a hole. */
const outOfPlace = 'Failed to compensate for timestamp delta';

/** @throws ProblemError encode_failed when a piece does not continue exactly where the one before ended */
export function verifyAudioPiece(
  units: readonly TimedUnit[],
  plan: EncodingPlan,
  rendition: AudioRendition,
  packetsBefore: number,
): void {
  for (const [index, unit] of units.entries()) {
    const expected = clockTime(timestampOffsetTicks(plan) + (packetsBefore + index) * audioFrameTicks);
    if (Math.abs(unit.pts - expected) > 1) {
      throw new ProblemError(
        videoProblems.encode_failed,
        `Encoding failed: packet ${packetsBefore + index} of ${rendition.name} stands at ${unit.pts} instead of ${expected}`,
      );
    }
  }
}

/** Hands on the pieces of one rendition in order, checked, each after the one before was taken. */
class PieceLine {
  readonly #options: EncodeAudioOptions;
  readonly #rendition: AudioRendition;
  #packets = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: EncodeAudioOptions, rendition: AudioRendition) {
    this.#options = options;
    this.#rendition = rendition;
  }

  get packets(): number {
    return this.#packets;
  }

  /** @param onError told at once when a piece cannot be handed on, so that the encoder can be stopped */
  add(index: number, onError: (error: Error) => void): void {
    this.#work = this.#work.then(() => this.#handOn(index));
    this.#work.catch((error: unknown) => onError(toError(error)));
  }

  async #handOn(index: number): Promise<void> {
    const { plan, outputDir, onPiece } = this.#options;
    const file = path.join(outputDir, pieceName(this.#rendition, index));
    const units = await readTransportStream(file).catch((error: unknown) => {
      throw new ProblemError(
        videoProblems.encode_failed,
        `Encoding failed: piece ${index} of ${this.#rendition.name} cannot be read`,
        { cause: toError(error) },
      );
    });
    verifyAudioPiece(units, plan, this.#rendition, this.#packets);
    this.#packets += units.length;
    await onPiece(this.#rendition.name, index, file);
  }

  /** Resolves when every piece was taken. */
  settled(): Promise<void> {
    return this.#work;
  }
}

/**
 * Encodes one audio track, whole, into all of its renditions from one decode, as long as the picture. Pieces of each
 * rendition are handed on while the encoder goes on; concatenated they are one continuous stream.
 *
 * Where rate, channels or format change in the track, ffmpeg says so and ends. The track is then made uniform first, and
 * encoded from the beginning.
 * @returns what of the sound is not there
 * @throws ProblemError media_conversion_limit, encode_failed, encode_stalled, encode_frame_count (packets missing); what `onPiece` throws;
 *   the signal's reason when aborted
 */
export async function encodeAudioTrack(options: EncodeAudioOptions): Promise<readonly Warning[]> {
  const { track } = options;
  const { promised } = track;
  const source = await soundSource(options, track);
  let decoded = await encodeFrom(source, options);
  if (decoded === 'changes') {
    options.logger.info({ track: track.track }, 'The sound changes within the track, made uniform first');
    decoded = await encodeFrom(await uniformSound(options, track, source), options);
    if (decoded === 'changes') {
      const message = 'Encoding failed: the sound of the file changes in a way that cannot be followed';
      throw new ProblemError(videoProblems.encode_failed, message);
    }
    // Only the title's part of it was decoded the second time.
    return [];
  }
  if (!promised || decoded === undefined) return [];
  const missing = promised.seconds - decoded / promised.sampleRate;
  return missing > Math.max(saidMissing.seconds, promised.seconds * saidMissing.share)
    ? [videoWarnings.sound_not_decoded({ track: track.track + 1, seconds: missing, of: promised.seconds })]
    : [];
}

/** @returns the samples that were decoded, if ffmpeg told; `changes` when they are not all of one kind */
async function encodeFrom(source: SoundSource, given: EncodeAudioOptions): Promise<number | 'changes' | undefined> {
  const { options, stop } = stoppable({ ...given, sourcePath: source.path });
  let decoded: number | 'changes' | undefined;
  const { plan, track } = options;
  const lines = new Map(track.renditions.map((rendition) => [rendition.name, new PieceLine(options, rendition)]));
  const totalMs = planMilliseconds(plan);
  const offsetMs = millisecondsOf(timestampOffsetTicks(plan));
  const report = risingProgress(options, totalMs);
  try {
    await runEncoder(audioCommandLine({ ...options, source, maxPixels: sourcePixels(options) }), options, {
      limits: soundLimits(plan, track, { pixels: sourcePixels(options) }),
      onLine: (line) => {
        const piece = announcedPiece(line, track);
        if (piece) lines.get(piece.rendition.name)?.add(piece.index, stop);
        // ffmpeg goes on, with everything that follows out of place.
        if (line.includes(outOfPlace)) {
          const message = `Encoding failed: a hole in the sound of track ${track.track} is too long to be filled`;
          stop(new ProblemError(videoProblems.encode_failed, message, { cause: new Error(line) }));
        }
        if (saysSoundChanges(line)) decoded = 'changes';
        else decoded ??= decodedSamples(line, source);
        return piece !== undefined || isChatter(line);
      },
      onProgress: ({ outMs }) => report(Math.round(outMs - offsetMs)),
    });
  } catch (error) {
    if (decoded !== 'changes' || given.signal?.aborted) throw error;
    return decoded;
  } finally {
    await Promise.allSettled([...lines.values()].map((line) => line.settled()));
  }
  await Promise.all([...lines.values()].map((line) => line.settled()));
  const expected = audioFrames(plan);
  for (const [name, line] of lines) {
    if (line.packets !== expected) {
      throw new ProblemError(
        videoProblems.encode_frame_count,
        `Encoding lost sound: ${name} has ${line.packets} packets instead of ${expected}`,
        { extras: { expected, actual: line.packets } },
      );
    }
  }
  report(totalMs);
  return decoded;
}
