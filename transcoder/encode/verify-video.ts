import { ProblemError } from '../../server/kit/errors.ts';
import type { EncodingPlan, PlannedChunk, VideoRendition } from '../plan.ts';
import type { TimedUnit } from './transport-stream.ts';
import { clockTime, frameTicks, secondsOf, timestampOffsetTicks } from '../timeline.ts';
import { videoProblems } from '../../server/assets/problems.ts';

/**
 * Checks an encoded chunk against its plan: as many frames as planned, each at its exact time, decoding times that
 * rise, an IDR at every GOP start and nowhere else.
 * @throws ProblemError encode_frame_count when frames are missing or too many, encode_failed for the rest
 */
export function verifyVideoChunk(
  units: readonly TimedUnit[],
  plan: EncodingPlan,
  chunk: PlannedChunk,
  rendition: VideoRendition,
): void {
  const where = `chunk ${chunk.index} of ${rendition.name}`;
  if (units.length !== chunk.frames) {
    throw new ProblemError(
      videoProblems.encode_frame_count,
      `Encoding lost frames: ${where} has ${units.length} frames instead of ${chunk.frames}`,
      { extras: { expected: chunk.frames, actual: units.length } },
    );
  }
  const offset = timestampOffsetTicks(plan);
  const wrong = (what: string) => new ProblemError(videoProblems.encode_failed, `Encoding failed: ${where} ${what}`);
  for (const [index, unit] of units.toSorted((a, b) => a.pts - b.pts).entries()) {
    const expected = clockTime(offset + frameTicks(plan, chunk.firstFrame + index));
    if (Math.abs(unit.pts - expected) > 1)
      throw wrong(`shows frame ${chunk.firstFrame + index} at ${unit.pts} instead of ${expected}`);
    if (unit.key !== (index % plan.gopFrames === 0))
      throw wrong(`has ${unit.key ? 'a' : 'no'} key frame at frame ${chunk.firstFrame + index}`);
  }
  if (units.some((unit, index) => index > 0 && unit.dts <= (units[index - 1] as TimedUnit).dts))
    throw wrong('has decoding times that do not rise');
}

/** Above this share of what a segment may hold, it is encoded again with a lower cap. */
const tolerated = 1.1;

/**
 * By how much a chunk's worst segment exceeds its cap: bits over what the cap and its buffer allow in that time. 1 or
 * less is within the cap. Each run of x264 assumes a buffer state of its own, so this can only be told afterwards.
 */
export function capExcess(units: readonly TimedUnit[], plan: EncodingPlan, rendition: VideoRendition): number {
  let worst = 0;
  for (let from = 0; from < units.length; from += plan.segmentFrames) {
    const segment = units.slice(from, from + plan.segmentFrames);
    const allowed = rendition.maxBitrate * secondsOf(segment.length, plan.frameRate) + rendition.bufferBits;
    worst = Math.max(worst, segment.reduce((sum, unit) => sum + unit.bytes * 8, 0) / allowed);
  }
  return worst;
}

/** The rendition with a cap low enough to keep the next try within it, or undefined when it already is. */
export function lowerCap(
  units: readonly TimedUnit[],
  plan: EncodingPlan,
  rendition: VideoRendition,
): VideoRendition | undefined {
  const excess = capExcess(units, plan, rendition);
  if (excess <= tolerated) return undefined;
  const share = 0.95 / excess;
  return {
    ...rendition,
    maxBitrate: Math.floor(rendition.maxBitrate * share),
    bufferBits: Math.floor(rendition.bufferBits * share),
  };
}
