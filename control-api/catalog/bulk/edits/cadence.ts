import { ProblemError } from '../../../../server/kit/errors.ts';
import { localOf, momentOf, readLocal, weekdayOf } from './local-time.ts';

const dayMs = 86_400_000;
/** Times beyond are no dates that anybody means; and ISO 8601 writes years with four digits. */
const latest = Date.UTC(9999, 0);

/** How releases follow one another, as people say it: "one every day at 18:00 in Seoul". */
export interface Cadence {
  /** Local date and time of the first one: `2026-12-24T18:00`. */
  readonly first: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Days from one to the next. */
  readonly everyDays?: number;
  /** Only on these days of the week, 1 (Monday) to 7; then there is one on each of them, and `everyDays` is not said. */
  readonly weekdays?: readonly number[];
  /** How many come at the same time. */
  readonly together?: number;
}

/**
 * The moments of so many releases, in milliseconds since the epoch. The clock on the wall shows the same time at each,
 * also when summer time begins or ends in between.
 * @throws ProblemError invalid_request when there is no such day or time zone
 */
export function momentsOf(cadence: Cadence, count: number): readonly number[] {
  const { timeZone, weekdays, everyDays = 1, together = 1 } = cadence;
  const first = readLocal(cadence.first);
  if (first === undefined) throw new ProblemError('invalid_request', `There is no day ${cadence.first}.`);
  const locals: number[] = [];
  for (let local = first; locals.length * together < count; local += (weekdays ? 1 : everyDays) * dayMs)
    if (!weekdays || weekdays.includes(weekdayOf(local))) locals.push(local);
  return Array.from({ length: count }, (_, index) =>
    momentOf(locals[Math.floor(index / together)] as number, timeZone),
  );
}

/** By how much releases are put off, or brought forward. */
export interface Shift {
  /** By the calendar: the clock on the wall shows the same time. */
  readonly days?: number;
  readonly minutes?: number;
}

/**
 * A moment so much later, in milliseconds since the epoch.
 * @throws ProblemError invalid_request when that is before 1970 or after the year 9998
 */
export function shifted(moment: number, timeZone: string, { days = 0, minutes = 0 }: Shift): number {
  const day = days === 0 ? moment : momentOf(localOf(moment, timeZone) + days * dayMs, timeZone);
  const after = day + minutes * 60_000;
  if (after < 0 || after >= latest) throw new ProblemError('invalid_request', 'That is before 1970, or too far away.');
  return after;
}
