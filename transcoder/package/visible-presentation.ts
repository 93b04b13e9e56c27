import type { AudioTrackPlan, EncodingPlan } from '../plan.ts';
import type { AudioMedia, Presentation, Segment, VideoMedia } from '../publish/presentation.ts';
import { audioFrameTicks, durationTicks, ticksPerSecond } from '../timeline.ts';

/** What has been packaged and stored of one rendition so far. */
export interface PackagedMedia {
  /** RFC 6381; undefined until the first piece is packaged. */
  readonly codec: string | undefined;
  readonly segments: readonly Segment[];
  /** True when nothing more will come. */
  readonly ended: boolean;
}

const nothing: PackagedMedia = { codec: undefined, segments: [], ended: false };

/**
 * What may be published of what is packaged, or undefined while it cannot be played: every video rendition and every
 * rendition of the default audio track must have a segment. All renditions are shown up to the same time, so that a
 * player at the end of one never waits for another, and switching finds what it looks for. Other audio tracks join
 * once they are whole: a multivariant playlist is read only once, and a track that stopped short would stall it.
 */
export function visiblePresentation(
  plan: EncodingPlan,
  packaged: ReadonlyMap<string, PackagedMedia>,
): Presentation | undefined {
  const mediaOf = (name: string): PackagedMedia => packaged.get(name) ?? nothing;
  const tracks = plan.audio.filter(
    (track) => isDefaultTrack(plan, track) || track.renditions.every(({ name }) => mediaOf(name).ended),
  );
  const needed = [
    ...plan.video.map(({ name }) => mediaOf(name)),
    ...tracks.flatMap(({ renditions }) => renditions.map(({ name }) => mediaOf(name))),
  ];
  const complete = tracks.length === plan.audio.length && needed.every(({ ended }) => ended);
  const end = Math.min(...needed.filter(({ ended }) => !ended).map(endTicks));
  const shown = (media: PackagedMedia, tolerance: number): readonly Segment[] =>
    media.segments.filter((segment) => segment.startTicks + segment.durationTicks <= end + tolerance);

  const video = plan.video.map((rendition): VideoMedia => {
    const media = mediaOf(rendition.name);
    const { name, width, height, maxBitrate, audioQuality, surroundQuality } = rendition;
    return {
      name,
      width,
      height,
      maxBitrate,
      audioQuality,
      ...(surroundQuality && { surroundQuality }),
      codec: media.codec ?? '',
      segments: shown(media, 0),
    };
  });
  const audio = tracks.flatMap((track) =>
    track.renditions.map((rendition): AudioMedia => {
      const media = mediaOf(rendition.name);
      const { name, quality, channels, sampleRate, bitrate } = rendition;
      return {
        name,
        quality,
        channels,
        sampleRate,
        maxBitrate: bitrate,
        track: track.track,
        language: track.language,
        label: track.label,
        isDefault: isDefaultTrack(plan, track),
        codec: media.codec ?? '',
        // An AAC frame straddles most cuts.
        segments: shown(media, audioFrameTicks),
      };
    }),
  );
  if ([...video, ...audio].some(({ segments }) => segments.length === 0)) return undefined;
  return {
    durationTicks: durationTicks(plan),
    targetSeconds: targetSeconds(plan),
    frameRate: plan.frameRate,
    complete,
    video,
    audio,
  };
}

/** The track marked as default, or the first one where none is. */
function isDefaultTrack(plan: EncodingPlan, track: AudioTrackPlan): boolean {
  return track === (plan.audio.find(({ isDefault }) => isDefault) ?? plan.audio[0]);
}

function endTicks({ segments }: PackagedMedia): number {
  const last = segments.at(-1);
  return last ? last.startTicks + last.durationTicks : 0;
}

/** Known from the plan alone, because it may not change: audio segments end up to one AAC frame late. */
function targetSeconds(plan: EncodingPlan): number {
  const segment = (plan.segmentFrames * plan.frameRate.den) / plan.frameRate.num;
  return Math.max(1, Math.round(segment + audioFrameTicks / ticksPerSecond));
}
