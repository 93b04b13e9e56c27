import type { EncodingPlan } from '../plan.ts';
import type { Segment } from '../publish/presentation.ts';
import { packageFailed } from './failure.ts';
import type { Fragment } from './media-segment.ts';
import { audioFrameTicks, frameTicks } from '../timeline.ts';

/** Where the next segment of a rendition must begin. */
export interface Place {
  /** From 1. */
  readonly number: number;
  /** Frames before it: of video, or AAC frames. */
  readonly firstFrame: number;
  /** The sum of all durations before it: its `tfdt`. */
  readonly decodeTicks: number;
}

export const beginning: Place = { number: 1, firstFrame: 0, decodeTicks: 0 };

/** Where the one after this segment must begin. */
export function placeAfter(place: Place, segment: Segment, fragments: readonly Fragment[]): Place {
  return {
    number: place.number + 1,
    firstFrame: place.firstFrame + segment.frames,
    decodeTicks: place.decodeTicks + fragments.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
  };
}

/**
 * Describes a rebased video segment, after making sure that it is what the plan says: it follows the one before it
 * without a gap, shows the right frames from the right tick on, and begins every GOP and nothing else on a key frame.
 *
 * The times are those of presentation, the same for all renditions. Decode times may stand a tick beside them where
 * a frame does not last whole ticks, since the encoder rounds them apart from each other.
 * @throws ProblemError package_failed
 */
export function describeVideoSegment(
  plan: EncodingPlan,
  fragments: readonly Fragment[],
  bytes: number,
  place: Place,
): Segment {
  requireChain(fragments, place);
  const fail = (what: string): never => {
    throw packageFailed(`Segment ${place.number} ${what}`);
  };
  const { gopFrames } = plan;
  const wanted = Math.min(plan.segmentFrames, plan.frames - place.firstFrame);
  const frames = countFrames(fragments);
  if (frames !== wanted) fail(`has ${frames} frames instead of ${wanted}`);
  if (fragments.length !== Math.ceil(frames / gopFrames))
    fail(`has ${fragments.length} fragments instead of one per GOP`);
  const keyframes = fragments.map(({ moof, decodeTime, samples }, index) => {
    const [first, ...rest] = samples;
    if (!first?.sync || rest.some(({ sync }) => sync))
      return fail('does not have its key frames where the plan has them');
    const frame = place.firstFrame + index * gopFrames;
    const shown = decodeTime + first.compositionOffset;
    if (shown !== frameTicks(plan, frame))
      fail(`shows frame ${frame} at tick ${shown} instead of ${frameTicks(plan, frame)}`);
    const next = Math.min(frame + gopFrames, place.firstFrame + frames);
    return {
      offset: moof.start,
      bytes: first.offset + first.bytes - moof.start,
      durationTicks: frameTicks(plan, next) - shown,
    };
  });
  const startTicks = frameTicks(plan, place.firstFrame);
  return {
    number: place.number,
    startTicks,
    durationTicks: frameTicks(plan, place.firstFrame + frames) - startTicks,
    bytes,
    frames,
    keyframes,
  };
}

/** The same for audio: whole AAC frames without a gap, each of them a place to start. @throws ProblemError package_failed */
export function describeAudioSegment(fragments: readonly Fragment[], bytes: number, place: Place): Segment {
  requireChain(fragments, place);
  const odd = fragments
    .flatMap(({ samples }) => samples)
    .find(({ durationTicks, sync }) => durationTicks !== audioFrameTicks || !sync);
  if (odd)
    throw packageFailed(`Segment ${place.number} holds something else than AAC frames of ${audioFrameTicks} ticks`);
  const frames = countFrames(fragments);
  return {
    number: place.number,
    startTicks: place.decodeTicks,
    durationTicks: frames * audioFrameTicks,
    bytes,
    frames,
    keyframes: [],
  };
}

function requireChain(fragments: readonly Fragment[], place: Place): void {
  let next = place.decodeTicks;
  for (const { decodeTime, durationTicks } of fragments) {
    if (decodeTime !== next)
      throw packageFailed(`Segment ${place.number} goes on at tick ${decodeTime} instead of ${next}`);
    next += durationTicks;
  }
}

function countFrames(fragments: readonly Fragment[]): number {
  return fragments.reduce((sum, { samples }) => sum + samples.length, 0);
}
