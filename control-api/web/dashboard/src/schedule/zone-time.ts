const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** What a clock in a time zone shows at a moment, as fields for times have it: `2026-12-24T18:00`. */
export function wallTime(iso: string, timeZone: string): string {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value] as const),
  );
  const part = (type: Intl.DateTimeFormatPartTypes, digits = 2) => (parts.get(type) ?? '').padStart(digits, '0');
  return `${part('year', 4)}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

const wallPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/**
 * The moment at which a clock in a time zone shows a time, as ISO 8601 in UTC; undefined when the text is no time. Of
 * two such moments (clocks are put back) the first; for a time that is left out (clocks are put forward) the moment that
 * is as long after the change.
 */
export function momentOf(wall: string, timeZone: string): string | undefined {
  if (!wallPattern.test(wall)) return undefined;
  const asUtc = Date.parse(`${wall.slice(0, 16)}:00.000Z`);
  if (Number.isNaN(asUtc)) return undefined;
  /** How far the zone is ahead of UTC at a moment. */
  const ahead = (time: number) => Date.parse(`${wallTime(new Date(time).toISOString(), timeZone)}:00.000Z`) - time;
  const dayMs = 86_400_000;
  // The offsets before and after whatever change is near; a moment fits one of them.
  const offsets = [ahead(asUtc - dayMs), ahead(asUtc + dayMs)];
  const fitting = offsets.map((offset) => asUtc - offset).filter((time) => ahead(time) === asUtc - time);
  const time = fitting.length > 0 ? Math.min(...fitting) : asUtc - (offsets[0] ?? 0);
  return new Date(time).toISOString();
}

/** The reader's own time zone. */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Every time zone that the browser knows, and `given`. */
export function timeZones(...given: readonly string[]): string[] {
  return [...new Set([...given, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
}
