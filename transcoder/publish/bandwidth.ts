import type { Keyframe, Segment } from './presentation.ts';
import { ticksPerSecond } from '../timeline.ts';

/** Bits per second. */
export interface Bandwidth {
  readonly average: number;
  readonly peak: number;
}

type Timed = Pick<Segment, 'bytes' | 'durationTicks'>;

/**
 * Average and peak bit rate of a list of segments. The peak is the largest bit rate of any contiguous set that lasts
 * between 0.5 and 1.5 target durations (HLS authoring specification 1.27); where no set does (a clip shorter than
 * that), it is the average.
 */
export function measureBandwidth(segments: readonly Timed[], targetSeconds: number): Bandwidth {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const ticks = segments.reduce((sum, segment) => sum + segment.durationTicks, 0);
  const average = bitRate(bytes, ticks);
  const shortest = 0.5 * targetSeconds * ticksPerSecond;
  const longest = 1.5 * targetSeconds * ticksPerSecond;
  let peak = average;
  for (let from = 0; from < segments.length; from++) {
    let windowBytes = 0;
    let windowTicks = 0;
    for (let to = from; to < segments.length; to++) {
      const segment = segments[to] as Timed;
      windowBytes += segment.bytes;
      windowTicks += segment.durationTicks;
      if (windowTicks > longest) break;
      if (windowTicks >= shortest) peak = Math.max(peak, bitRate(windowBytes, windowTicks));
    }
  }
  return { average: Math.ceil(average), peak: Math.ceil(peak) };
}

/** The same for what an I-frame playlist lists: every key frame counts for as long as it stands. */
export function measureKeyframeBandwidth(segments: readonly Segment[], targetSeconds: number): Bandwidth {
  return measureBandwidth(
    segments.flatMap(({ keyframes }): readonly Keyframe[] => keyframes),
    targetSeconds,
  );
}

function bitRate(bytes: number, ticks: number): number {
  return ticks === 0 ? 0 : (bytes * 8 * ticksPerSecond) / ticks;
}
