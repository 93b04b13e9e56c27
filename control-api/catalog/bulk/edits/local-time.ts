import { DateTime } from 'luxon';

/**
 * The moment of a local time, in milliseconds since the epoch. One that the clocks skip is as much later as they skip;
 * of one that comes twice it is the first.
 * @param local on a clock on the wall, as if it were UTC, in milliseconds
 */
export function momentOf(local: number, timeZone: string): number {
  const { year, month, day, hour, minute, second, millisecond } = DateTime.fromMillis(local, { zone: 'utc' });
  const found = DateTime.fromObject({ year, month, day, hour, minute, second, millisecond }, { zone: timeZone });
  return Math.min(...found.getPossibleOffsets().map((each) => each.toMillis()));
}

/** What a clock on the wall shows at a moment, as if it were UTC; both in milliseconds. */
export function localOf(moment: number, timeZone: string): number {
  return moment + DateTime.fromMillis(moment, { zone: timeZone }).offset * 60_000;
}

/** The day of the week of a local time, 1 (Monday) to 7. */
export function weekdayOf(local: number): number {
  return DateTime.fromMillis(local, { zone: 'utc' }).weekday;
}

/** A local time such as `2026-12-24T18:00`, as if it were UTC, in milliseconds; undefined when there is no such day. */
export function readLocal(text: string): number | undefined {
  const read = DateTime.fromISO(text, { zone: 'utc' });
  return read.isValid ? read.toMillis() : undefined;
}
