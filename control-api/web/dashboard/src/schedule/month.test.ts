import t from 'tap';
import { daysAfter, firstWeekdayOf, isMonth, monthAfter, weeksOf } from './month.ts';

t.test('a month in whole weeks', async (t) => {
  const weeks = weeksOf('2026-12', 1);
  t.equal(weeks.length, 5);
  t.same(weeks[0], ['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06']);
  t.equal(weeks.at(-1)?.at(-1), '2027-01-03');
  t.equal(weeksOf('2026-12', 7)[0]?.[0], '2026-11-29', 'from Sunday');
  t.equal(weeksOf('2026-02', 7)[0]?.[0], '2026-02-01');
  t.equal(weeksOf('2026-02', 7).length, 4);
  t.equal(monthAfter('2026-12', 1), '2027-01');
  t.equal(monthAfter('2026-01', -1), '2025-12');
  t.equal(daysAfter('2026-03-01', -1), '2026-02-28');
  for (const text of ['2026-13', '2026', '1999-01', '2026-1', '']) t.equal(isMonth(text), false, text);
  t.equal(isMonth('2026-12'), true);
  t.equal(firstWeekdayOf('no locale'), 1);
});
