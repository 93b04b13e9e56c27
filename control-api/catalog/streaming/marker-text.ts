import { markerKinds, type MarkerKind } from '../../markers.ts';
import { noMarkers, type Markers } from './markers.ts';

/** 83_500 -> `1:23.500`; hours are minutes as well: `75:00.000`. */
export function timeText(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = Math.floor((milliseconds % 60_000) / 1000);
  return `${minutes}:${String(seconds).padStart(2, '0')}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

const entry = /^(intro|recap|credits)\s+(\d{1,4}):(\d\d)(?:\.(\d{1,3}))?\s*-\s*(\d{1,4}):(\d\d)(?:\.(\d{1,3}))?$/;

/** Markers as one text, a line for each: `intro 0:10.000-1:25.500`. */
export function markersText(markers: Markers): string {
  return markerKinds
    .flatMap((kind) => {
      const span = markers[kind];
      return span ? `${kind} ${timeText(span.startMs)}-${timeText(span.endMs)}` : [];
    })
    .join('\n');
}

/** Reads what `markersText` writes. @throws RangeError for what is none, in words */
export function readMarkers(text: string): Markers {
  const markers: Record<MarkerKind, Markers[MarkerKind]> = { ...noMarkers };
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, kind, ...parts] = entry.exec(line) ?? [];
    if (kind === undefined)
      throw new RangeError(
        `must be like intro 0:10.000-1:25.500, each in a line of its own; this is not: ${line.slice(0, 80)}`,
      );
    if (markers[kind as MarkerKind]) throw new RangeError(`has two of ${kind}`);
    const at = (from: number) =>
      Number(parts[from]) * 60_000 + Number(parts[from + 1]) * 1000 + Number((parts[from + 2] ?? '').padEnd(3, '0'));
    markers[kind as MarkerKind] = { startMs: at(0), endMs: at(3) };
  }
  return markers;
}
