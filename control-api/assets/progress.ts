import type { VersionState } from '../../server/db/tables/assets.ts';
import type { stages } from './schemas.ts';

/** How far the encoding of one kind of thing is: all video renditions together (one decode), or one audio track. */
export interface EncodingProgress {
  /** Video frames, or milliseconds of audio. */
  readonly units: number;
  readonly unitsDone: number;
  /** Of chunks that are done: their units, and how long they took one after the other, in milliseconds. */
  readonly finished: { readonly units: number; readonly milliseconds: number };
  /** Chunks in hand; times in milliseconds since the epoch. */
  readonly active: readonly { readonly unitsDone: number; readonly startedAt: number }[];
}

export type Stage = (typeof stages)[number];

/** A speed measured over less than this says nothing yet, in milliseconds. */
const settleMs = 1000;
/** Share of a rendition's progress bar that encoding takes; packaging streams behind it. */
const encodingShare = 0.95;

export function fractionOf(done: number, total: number): number {
  return total <= 0 ? 0 : Math.min(1, Math.max(0, done / total));
}

/** What is happening to a version, in the words of the dashboard. */
export function stageOf(state: VersionState, encoding: readonly EncodingProgress[]): Stage {
  switch (state) {
    case 'encoding':
    case 'playable':
      return encoding.length > 0 && encoding.every(({ units, unitsDone }) => unitsDone >= units)
        ? 'packaging'
        : 'encoding';
    case 'complete':
      return 'done';
    default:
      return state;
  }
}

/** Units per millisecond of all chunks in hand together; undefined while nothing can be told. */
function speedOf({ finished, active }: EncodingProgress, now: number): number | undefined {
  const usual = finished.milliseconds > 0 ? finished.units / finished.milliseconds : undefined;
  const speeds = (
    active.length === 0
      ? [undefined]
      : active.map(({ unitsDone, startedAt }) => {
          const elapsed = now - startedAt;
          return unitsDone > 0 && elapsed >= settleMs ? unitsDone / elapsed : undefined;
        })
  )
    .map((speed) => speed ?? usual)
    .filter((speed) => speed !== undefined);
  return speeds.length === 0 ? undefined : speeds.reduce((sum, speed) => sum + speed, 0);
}

/**
 * Seconds until everything is encoded, from how fast it goes now: chunks in hand at their own speed, or at that of
 * finished ones while they are too young. Tracks are worked on side by side, so the slowest decides. Null when a
 * track that is not done has no speed yet.
 */
export function estimateSeconds(encoding: readonly EncodingProgress[], now: number): number | null {
  let longest = 0;
  for (const track of encoding) {
    const left = track.units - track.unitsDone;
    if (left <= 0) continue;
    const speed = speedOf(track, now);
    if (speed === undefined || speed <= 0) return null;
    longest = Math.max(longest, left / speed / 1000);
  }
  return encoding.length === 0 ? null : longest;
}

/** A rendition's progress bar, 0..1. */
export function renditionProgress(encoded: number, packaged: number): number {
  return encodingShare * Math.max(encoded, packaged) + (1 - encodingShare) * packaged;
}

/** Progress of the whole, 0..1: renditions count by their bit rate, which is about what they cost. */
export function overallProgress(renditions: readonly { readonly progress: number; readonly weight: number }[]): number {
  const weight = renditions.reduce((sum, rendition) => sum + rendition.weight, 0);
  return fractionOf(
    renditions.reduce((sum, rendition) => sum + rendition.progress * rendition.weight, 0),
    weight,
  );
}
