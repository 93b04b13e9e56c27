import type { PlannedVersion } from '../../../server/assets/lifecycle.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import type { ChosenLadder } from '../../ladder/choose-ladder.ts';
import type { EncodingPlan } from '../../plan.ts';
import { planMilliseconds } from '../../timeline.ts';

/** What is written down of a plan: the renditions that are shown, and the chunks that are counted. */
export function plannedVersion(
  { warnings, clock: _clock, looksFar: _looksFar, ...media }: MediaInfo,
  plan: EncodingPlan,
  chosen?: Pick<ChosenLadder, 'settings' | 'warnings'>,
): PlannedVersion {
  const titleMs = planMilliseconds(plan);
  return {
    plan,
    media,
    titleMs,
    warnings: [...warnings, ...(chosen?.warnings ?? [])],
    ...(chosen && { settings: chosen.settings }),
    renditions: [
      ...plan.video.map((rendition) => ({
        name: rendition.name,
        kind: 'video' as const,
        width: rendition.width,
        height: rendition.height,
        channels: null,
        target_bandwidth: rendition.maxBitrate,
        units_total: plan.frames,
      })),
      ...plan.audio.flatMap((track) =>
        track.renditions.map((rendition) => ({
          name: rendition.name,
          kind: 'audio' as const,
          width: null,
          height: null,
          channels: rendition.channels,
          target_bandwidth: rendition.bitrate,
          units_total: titleMs,
        })),
      ),
    ],
    chunks: [
      ...plan.chunks.map((chunk) => ({
        kind: 'video' as const,
        index: chunk.index,
        first_unit: chunk.firstFrame,
        units: chunk.frames,
      })),
      ...plan.audio.map((track) => ({ kind: 'audio' as const, index: track.track, first_unit: 0, units: titleMs })),
    ],
  };
}
