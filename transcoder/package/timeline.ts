import type { EncodingPlan } from '../plan.ts';
import { ticksPerSecond } from '../publish/presentation.ts';

/** One AAC frame of 1024 samples at 48 kHz. */
export const audioFrameTicks = 1920;

/** MPEG-TS counts time in 33 bits: what goes beyond would begin at 0 again. */
export const lastTick = 2 ** 33 - 1;

/** When output frame `frame` begins, in ticks. Exact at segment boundaries, rounded elsewhere. */
export function frameTicks(plan: EncodingPlan, frame: number): number {
  return Math.round((frame * ticksPerSecond * plan.frameRate.den) / plan.frameRate.num);
}

export function durationTicks(plan: EncodingPlan): number {
  return frameTicks(plan, plan.frames);
}

export function segmentTicks(plan: EncodingPlan): number {
  return frameTicks(plan, plan.segmentFrames);
}

/** AAC frames that cover the video: the last one may end up to one frame later. */
export function audioFrames(plan: EncodingPlan): number {
  return Math.ceil((plan.frames * plan.frameRate.den * 48_000) / (plan.frameRate.num * 1024));
}
