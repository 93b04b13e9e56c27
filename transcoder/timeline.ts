import type { EncodingPlan, Rational } from './plan.ts';

/*
 * The title's time line, and the only place for its arithmetic. Times are ticks of 1/90000 s: the time base of MPEG-TS
 * (ISO/IEC 13818-1), kept in the segments and manifests. Time 0 is the first output frame. Products of frames, ticks
 * and rates stay below 2^53 for the longest title, so they are exact and only the division may round.
 */

type Rate = Pick<EncodingPlan, 'frameRate'>;
type Length = Pick<EncodingPlan, 'frameRate' | 'frames'>;
type Segments = Pick<EncodingPlan, 'frameRate' | 'segmentFrames'>;

export const ticksPerSecond = 90_000;
const ticksPerMillisecond = 90;

/** MPEG-TS counts time in 33 bits, some 26.5 hours: what goes beyond begins at 0 again. */
const clockTicks = 2 ** 33;
export const lastTick = clockTicks - 1;

/** A time as an MPEG-TS time stamp shows it. */
export function clockTime(ticks: number): number {
  return ticks % clockTicks;
}

/** How long `frames` frames last, in ticks; whole or not. */
export function ticksOf(frames: number, rate: Rational): number {
  return (frames * rate.den * ticksPerSecond) / rate.num;
}

/** How long `frames` frames last, in seconds. */
export function secondsOf(frames: number, rate: Rational): number {
  return ticksOf(frames, rate) / ticksPerSecond;
}

/** Ticks in milliseconds; whole or not. */
export function millisecondsOf(ticks: number): number {
  return ticks / ticksPerMillisecond;
}

/** Ticks in microseconds; whole or not. */
export function microsecondsOf(ticks: number): number {
  return ticks / 0.09;
}

/** When output frame `frame` begins, in ticks. Exact at segment boundaries, rounded elsewhere. */
export function frameTicks(plan: Rate, frame: number): number {
  return Math.round(ticksOf(frame, plan.frameRate));
}

/** Length of the whole title, in ticks. */
export function durationTicks(plan: Length): number {
  return frameTicks(plan, plan.frames);
}

/** Length of a full segment, in ticks. */
export function segmentTicks(plan: Segments): number {
  return frameTicks(plan, plan.segmentFrames);
}

/** Length of the whole title, in seconds. */
export function planSeconds(plan: Length): number {
  return (plan.frames * plan.frameRate.den) / plan.frameRate.num;
}

/** Length of the whole title, in whole milliseconds. */
export function planMilliseconds(plan: Length): number {
  return Math.round((plan.frames * plan.frameRate.den * 1000) / plan.frameRate.num);
}

/** Length of a full segment, in seconds. */
export function segmentSeconds(plan: Segments): number {
  return (plan.segmentFrames * plan.frameRate.den) / plan.frameRate.num;
}

/**
 * Where time 0 of the title stands in every encoded MPEG-TS file, in ticks: one full segment. The same for video and
 * audio (see encode/README.md for why it is not 0).
 */
export function timestampOffsetTicks(plan: Segments): number {
  return ticksOf(plan.segmentFrames, plan.frameRate);
}

/** Samples per second of all sound that is encoded. */
export const sampleRate = 48_000;
/** Samples in an AAC frame, and also what ffmpeg's AAC encoder puts before the first one (priming). */
export const audioFrameSamples = 1024;
/** Length of an AAC frame: whole ticks, which is why there is one sample rate. */
export const audioFrameTicks = (audioFrameSamples * ticksPerSecond) / sampleRate;

/** Samples of the title: as long as its picture. */
export function titleSamples(plan: Length): number {
  return Math.round((plan.frames * plan.frameRate.den * sampleRate) / plan.frameRate.num);
}

/**
 * AAC frames of each audio rendition: they cover the picture, and the last one may end up to one frame later. At least
 * two, the encoder's priming and one with sound.
 */
export function audioFrames(plan: Length): number {
  return Math.max(2, Math.ceil(titleSamples(plan) / audioFrameSamples));
}
