import { ProblemError } from '../../server/kit/errors.ts';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import type { EncodingPlan, PlannedChunk } from '../plan.ts';
import { framesPerSecond } from '../ladder/frame-rate.ts';
import { findDamage } from './damaged-pictures.ts';
import type { EncodeOptions } from './encode-options.ts';

/** Pictures are looked at for this long in each place, in seconds. */
const lookSeconds = 1;
/** Where in the title, besides its beginning. */
const places: readonly number[] = [0.25, 0.5, 0.75];
/** Seeking is tried at least this far from the beginning, so that it finds another key frame than the first … */
const tryFromMs = 10_000;
/** … and no further, for everything before is decoded once. */
const tryUntilMs = 90_000;

/** A film that is damaged wherever it is looked at. Permanent. */
export const mostlyDamaged = (missingPercent: number, found: string): ProblemError =>
  new ProblemError(
    videoProblems.media_damaged,
    `Most of the picture cannot be decoded: ${found}, or the file is encrypted and does not say so. Export the video again, without copy protection, and upload that`,
    { extras: { missingPercent } },
  );

/** The same source for a plan that decodes it from its beginning, whatever is needed of it. */
function withoutSeeks(info: MediaInfo): MediaInfo {
  const { durationMs, video } = info;
  return { ...info, video: { ...video, keySpans: [[0, durationMs]], firstKeyMs: durationMs } };
}

/** A chunk in which a seek can be tried at a bounded cost. */
function whereToSeek({ chunks }: EncodingPlan, { keySpans }: MediaInfo['video']): PlannedChunk | undefined {
  const from = Math.max(tryFromMs, keySpans.find(([key]) => key <= 0)?.[1] ?? 0);
  const sought = chunks.filter(({ decodeFromMs }) => decodeFromMs > 0);
  const chosen = sought.find(({ decodeFromMs }) => decodeFromMs > from) ?? sought.at(-1);
  return chosen && chosen.decodeFromMs <= tryUntilMs ? chosen : undefined;
}

/**
 * Looks closer at a source of which the decoder complained in the probe, and decides once for the title whether its key
 * frames can be used: some streams have what their decoder must know in the first picture only (old x264 streams of 4:4:4),
 * and all is damaged after any seek. Such a source is decoded from its beginning, in chunks that grow.
 * @param options.plan as it is made of `info`
 * @returns what the plan is to be made of
 * @throws ProblemError media_damaged when the pictures are mostly damaged wherever it looks; as `runEncoder`
 */
export async function lookAtPictures(options: EncodeOptions, info: MediaInfo): Promise<MediaInfo> {
  if (!info.video.suspect) return info;
  const { plan, logger } = options;
  const look = Math.ceil(lookSeconds * framesPerSecond(plan.frameRate));
  const damagedIn = async (chunk: PlannedChunk) => {
    const frames = Math.min(chunk.frames, look);
    return { frames, ...(await findDamage(options, { ...chunk, frames })) };
  };
  const place = whereToSeek(plan, info.video);
  if (place) {
    const sought = await damagedIn(place);
    if (sought.pictures > 0) {
      const straight = await damagedIn({ ...place, decodeFromMs: 0 });
      if (straight.pictures < sought.pictures) {
        logger.info({ sought, straight }, 'The pictures are damaged after a seek, decoded from the beginning');
        return withoutSeeks(info);
      }
    }
  }
  const { chunks } = plan;
  const looked = new Set(
    [0, ...places.map((share) => Math.floor(chunks.length * share))].map((index) => chunks[index]),
  );
  for (const chunk of looked) {
    if (!chunk) continue;
    const { pictures, frames } = await damagedIn(chunk);
    if (pictures * 2 <= frames) return info;
  }
  throw mostlyDamaged(100, 'its pictures are damaged wherever they were looked at');
}
