/** What can be marked, in the order in which it usually comes. */
export const markerKinds = ['recap', 'intro', 'credits'] as const;
export type MarkerKind = (typeof markerKinds)[number];

/** 83_500 -> `1:23.500`; hours are minutes as well: `75:00.000`. */
export function timeText(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = Math.floor((milliseconds % 60_000) / 1000);
  return `${minutes}:${String(seconds).padStart(2, '0')}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

const written = /^(?:(?:(\d{1,2}):)?(\d{1,4}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/;

/** Reads `1:23.500`, `1:23`, `0:01:23.5` or seconds alone, in milliseconds; undefined for what is no time. */
export function readTime(text: string): number | undefined {
  const [whole, hours = '0', minutes = '0', seconds = '0', rest = ''] = written.exec(text.trim()) ?? [];
  if (whole === undefined || (whole.includes(':') && Number(seconds) > 59)) return undefined;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(rest.padEnd(3, '0'));
}

/** Both times of a marker as they stand in their fields: what is no time yet is there as it was typed. */
export interface TypedSpan {
  readonly start: string;
  readonly end: string;
}

/** A marker as one value, to be kept and compared; null where nothing is typed. Times are in one form. */
export function spanValue({ start, end }: TypedSpan): string | null {
  const [from, to] = [start, end].map((typed) => {
    const milliseconds = readTime(typed);
    return milliseconds === undefined ? typed.replaceAll('-', '').trim() : timeText(milliseconds);
  });
  return from === '' && to === '' ? null : `${from}-${to}`;
}

export function typedSpan(value: unknown): TypedSpan {
  const [start = '', end = ''] = typeof value === 'string' ? value.split('-') : [];
  return { start, end };
}

/** The times of a value, in milliseconds; undefined where one is missing or none. */
export function spanOf(value: unknown): { readonly startMs: number; readonly endMs: number } | undefined {
  const { start, end } = typedSpan(value);
  const [startMs, endMs] = [readTime(start), readTime(end)];
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

/** The value of what the server has. */
export function valueOfSpan(span: { readonly startMs: number; readonly endMs: number } | null): string | null {
  return span && spanValue({ start: timeText(span.startMs), end: timeText(span.endMs) });
}
