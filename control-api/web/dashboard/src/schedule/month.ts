/** Days as `2026-11-25`, in no time zone. */
const dayMs = 86_400_000;

const timeOf = (day: string) => Date.parse(`${day}T00:00:00.000Z`);

/** A day some days later; earlier when negative. */
export function daysAfter(day: string, days: number): string {
  return new Date(timeOf(day) + days * dayMs).toISOString().slice(0, 10);
}

/** The first day of a month some months later: `2026-12` and 1 -> `2027-01`. */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** Whether a text is a month that a calendar has a page for. */
export function isMonth(text: string): boolean {
  return /^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])$/.test(text);
}

/**
 * The days of a month in whole weeks, those around it included.
 * @param firstWeekday 1 Monday to 7 Sunday
 */
export function weeksOf(month: string, firstWeekday: number): string[][] {
  const first = `${month}-01`;
  const weekday = new Date(timeOf(first)).getUTCDay() || 7;
  const start = daysAfter(first, -((weekday - firstWeekday + 7) % 7));
  const end = `${monthAfter(month, 1)}-01`;
  const weeks: string[][] = [];
  for (let day = start; day < end; day = daysAfter(day, 7))
    weeks.push(Array.from({ length: 7 }, (_, index) => daysAfter(day, index)));
  return weeks;
}

/** The day on which weeks begin where somebody lives: 1 Monday to 7 Sunday. */
export function firstWeekdayOf(locale: string): number {
  try {
    const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } };
    return known.getWeekInfo?.().firstDay ?? 1;
  } catch {
    return 1;
  }
}
