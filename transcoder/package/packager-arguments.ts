import type { EncodingPlan } from '../plan.ts';
import { frameTicks, segmentTicks, ticksPerSecond } from '../timeline.ts';

/** File names inside a run's own folder. The packager is started there, so no path of ours meets its `,` and `=` syntax. */
export const runFiles = { input: 'input.ts', init: 'init.mp4', segment: /^\d{5}\.m4s$/ } as const;

/**
 * Arguments of one Shaka Packager run: one MPEG-TS file in, clear CMAF segments out.
 *
 * The packager multiplies durations by the time base and drops the fraction, so the segment length gets a hundredth
 * of a tick on top: 4.004 s stays 360360 ticks. Fragments are asked one tick shorter than a GOP, because a key
 * frame whose time was rounded down must still open the next one.
 */
export function packagerArguments(plan: EncodingPlan, kind: 'video' | 'audio'): string[] {
  const segment = (segmentTicks(plan) + 0.01) / ticksPerSecond;
  const fragment = Math.max(1, frameTicks(plan, plan.gopFrames) - 1) / ticksPerSecond;
  return [
    `in=${runFiles.input},stream=${kind},format=mp4,init_segment=${runFiles.init},segment_template=$Number%05d$.m4s`,
    `--segment_duration=${segment.toFixed(9)}`,
    `--fragment_duration=${fragment.toFixed(9)}`,
    // HLS and DASH address our segments from their playlists; an index inside each would only cost bytes.
    '--generate_sidx_in_media_segments=false',
    '--io_block_size=65536',
    '--quiet',
  ];
}
