import type { TitleKind } from '../../../server/db/tables/titles.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { markerKinds, type MarkerKind, type OfferedMarker } from '../../markers.ts';
import { catalogProblems } from '../problems.ts';
import type { TitleRow } from '../titles/repository.ts';

/** A part of a video, in milliseconds on its time line. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** The markers of a title; null where it has none of a kind. */
export type Markers = Readonly<Record<MarkerKind, Span | null>>;

type MarkerColumn = `${MarkerKind}_${'start' | 'end'}_ms`;
export type MarkerColumns = Pick<TitleRow, MarkerColumn>;

/** The columns that markers stand in. */
export const markerColumnNames = markerKinds.flatMap((kind) => [`${kind}_start_ms`, `${kind}_end_ms`] as const);

export function markersOf(row: MarkerColumns): Markers {
  const span = (startMs: number | null, endMs: number | null) =>
    startMs === null || endMs === null ? null : { startMs, endMs };
  return {
    intro: span(row.intro_start_ms, row.intro_end_ms),
    recap: span(row.recap_start_ms, row.recap_end_ms),
    credits: span(row.credits_start_ms, row.credits_end_ms),
  };
}

export function columnsOfMarkers({ intro, recap, credits }: Markers): MarkerColumns {
  return {
    intro_start_ms: intro?.startMs ?? null,
    intro_end_ms: intro?.endMs ?? null,
    recap_start_ms: recap?.startMs ?? null,
    recap_end_ms: recap?.endMs ?? null,
    credits_start_ms: credits?.startMs ?? null,
    credits_end_ms: credits?.endMs ?? null,
  };
}

export const noMarkers: Markers = { intro: null, recap: null, credits: null };

/** Whether titles of this kind have markers: who watches them may want to skip something. */
function mayHaveMarkers(kind: TitleKind): boolean {
  return kind === 'episode' || kind === 'movie';
}

const isSame = (one: Span | null, other: Span | null) => one?.startMs === other?.startMs && one?.endMs === other?.endMs;

/**
 * Refuses markers that cannot be. What was there before may lie behind the end of a video that is another one now: it
 * is kept until somebody changes it, and not offered.
 * @param durationMs how long the video is; undefined while nobody knows
 * @throws ProblemError invalid_request, markers_overlap, marker_outside_video
 */
export function requireMarkers(
  kind: TitleKind,
  before: Markers,
  after: Markers,
  durationMs: number | undefined = undefined,
): void {
  const there = markerKinds.flatMap((each) => {
    const span = after[each];
    return span ? { kind: each, ...span } : [];
  });
  if (there.length > 0 && !mayHaveMarkers(kind))
    throw new ProblemError('invalid_request', `A ${kind} has no markers: episodes and movies have.`);
  for (const marker of there) {
    if (marker.endMs <= marker.startMs)
      throw new ProblemError('invalid_request', `The marker “${marker.kind}” would end before it begins.`);
    if (durationMs !== undefined && marker.endMs > durationMs && !isSame(before[marker.kind], after[marker.kind]))
      throw new ProblemError(
        catalogProblems.marker_outside_video,
        `The marker “${marker.kind}” would end behind the end of the video.`,
        { extras: { kind: marker.kind, durationMs } },
      );
  }
  const inOrder = there.toSorted((one, other) => one.startMs - other.startMs);
  for (const [index, marker] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (next && next.startMs < marker.endMs)
      throw new ProblemError(
        catalogProblems.markers_overlap,
        `The markers “${marker.kind}” and “${next.kind}” would overlap.`,
        { extras: { kind: marker.kind, other: next.kind } },
      );
  }
}

/** The markers that players get: those that the video is long enough for, in the order of time. */
export function offeredMarkers(row: MarkerColumns, durationMs: number): OfferedMarker[] {
  const markers = markersOf(row);
  return markerKinds
    .flatMap((kind) => {
      const span = markers[kind];
      return span && span.endMs <= durationMs ? { kind, ...span } : [];
    })
    .sort((one, other) => one.startMs - other.startMs);
}
