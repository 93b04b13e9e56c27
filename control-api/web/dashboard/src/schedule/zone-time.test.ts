import fc from 'fast-check';
import t from 'tap';
import { momentOf, timeZones, wallTime } from './zone-time.ts';

t.test('times of a zone and their moments', async (t) => {
  for (const [wall, zone, iso] of [
    ['2026-12-24T18:00', 'Asia/Seoul', '2026-12-24T09:00:00.000Z'],
    ['2026-12-24T00:30', 'America/New_York', '2026-12-24T05:30:00.000Z'],
    ['2026-07-01T12:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01T12:00', 'Asia/Kathmandu', '2026-07-01T06:15:00.000Z'],
    ['2026-07-01T12:00', 'UTC', '2026-07-01T12:00:00.000Z'],
  ] as const) {
    t.equal(momentOf(wall, zone), iso, `${wall} ${zone}`);
    t.equal(wallTime(iso, zone), wall, iso);
  }
  t.equal(momentOf('2026-10-25T02:30', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z', 'the first of two');
  t.equal(momentOf('2026-03-29T02:30', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z', 'half an hour after the change');
  for (const text of ['', 'soon', '2026-12-24', '2026-99-99T00:00']) t.equal(momentOf(text, 'UTC'), undefined, text);
});

t.test('every moment comes back from what a clock shows', async (t) => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2000-01-01T00:00Z'), max: new Date('2060-01-01T00:00Z'), noInvalidDate: true }),
      fc.constantFrom(...timeZones()),
      (date, zone) => {
        const minute = new Date(Math.floor(date.getTime() / 60_000) * 60_000).toISOString();
        const wall = wallTime(minute, zone);
        const back = momentOf(wall, zone);
        // Of two moments with the same time the first is meant.
        return back !== undefined && wallTime(back, zone) === wall && back <= minute;
      },
    ),
    { numRuns: 1000 },
  );
  t.pass('in 1000 cases');
});
