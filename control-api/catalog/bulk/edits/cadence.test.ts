import fc from 'fast-check';
import t from 'tap';
import { momentsOf, shifted, type Cadence } from './cadence.ts';
import { localOf } from './local-time.ts';

const iso = (moments: readonly number[]) => moments.map((moment) => new Date(moment).toISOString().slice(0, 16));

const table: readonly (readonly [what: string, cadence: Cadence, count: number, moments: readonly string[]])[] = [
  [
    'every day at 18:00 in Seoul',
    { first: '2026-12-24T18:00', timeZone: 'Asia/Seoul' },
    3,
    ['2026-12-24T09:00', '2026-12-25T09:00', '2026-12-26T09:00'],
  ],
  [
    'every week, two at a time',
    { first: '2026-12-24T18:00', timeZone: 'Asia/Seoul', everyDays: 7, together: 2 },
    5,
    ['2026-12-24T09:00', '2026-12-24T09:00', '2026-12-31T09:00', '2026-12-31T09:00', '2027-01-07T09:00'],
  ],
  [
    'on Mondays and Thursdays, from a Thursday on',
    { first: '2026-12-24T18:00', timeZone: 'UTC', weekdays: [1, 4] },
    4,
    ['2026-12-24T18:00', '2026-12-28T18:00', '2026-12-31T18:00', '2027-01-04T18:00'],
  ],
  [
    'from a day on that is none of them',
    { first: '2026-12-25T18:00', timeZone: 'UTC', weekdays: [1] },
    2,
    ['2026-12-28T18:00', '2027-01-04T18:00'],
  ],
  [
    'over the beginning of summer time',
    { first: '2026-03-28T18:00', timeZone: 'Europe/Berlin' },
    2,
    ['2026-03-28T17:00', '2026-03-29T16:00'],
  ],
  [
    'over its end',
    { first: '2026-10-24T18:00', timeZone: 'Europe/Berlin' },
    2,
    ['2026-10-24T16:00', '2026-10-25T17:00'],
  ],
  [
    'a time that the clocks skip is later',
    { first: '2026-03-28T02:30', timeZone: 'Europe/Berlin' },
    3,
    ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
  ],
  [
    'a time that comes twice is the first of them',
    { first: '2026-10-24T02:30', timeZone: 'Europe/Berlin' },
    3,
    ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
  ],
  [
    'where the day itself is skipped',
    { first: '2011-12-29T18:00', timeZone: 'Pacific/Apia' },
    3,
    ['2011-12-30T04:00', '2011-12-31T04:00', '2011-12-31T04:00'],
  ],
  [
    'the 29th of February',
    { first: '2028-02-28T12:00', timeZone: 'UTC' },
    3,
    ['2028-02-28T12:00', '2028-02-29T12:00', '2028-03-01T12:00'],
  ],
  ['none', { first: '2026-12-24T18:00', timeZone: 'UTC' }, 0, []],
];

t.test('releases follow one another', (t) => {
  for (const [what, cadence, count, moments] of table) t.same(iso(momentsOf(cadence, count)), moments, what);
  t.throws(() => momentsOf({ first: '2026-02-30T18:00', timeZone: 'UTC' }, 1), { code: 'invalid_request' });
  t.end();
});

t.test('they are put off by the calendar', (t) => {
  const at = (time: string) => Date.parse(time);
  t.same(iso([shifted(at('2026-03-28T17:00:00Z'), 'Europe/Berlin', { days: 1 })]), ['2026-03-29T16:00']);
  t.same(iso([shifted(at('2026-03-28T17:00:00Z'), 'Europe/Berlin', { days: 1, minutes: -90 })]), ['2026-03-29T14:30']);
  t.same(
    iso([shifted(at('2026-10-25T01:30:00Z'), 'Europe/Berlin', {})]),
    ['2026-10-25T01:30'],
    'the second 02:30 stays',
  );
  t.throws(() => shifted(0, 'UTC', { days: -1 }), { code: 'invalid_request' });
  t.throws(() => shifted(at('9998-12-31T00:00:00Z'), 'UTC', { days: 1 }), { code: 'invalid_request' });
  t.end();
});

t.test('the clock on the wall shows the same time at each', (t) => {
  const timeZone = fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }),
        fc.integer({ min: 4, max: 23 }),
        timeZone,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (day, hour, zone, everyDays, together) => {
          const first = `${new Date(day).toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:15`;
          const moments = momentsOf({ first, timeZone: zone, everyDays, together }, 30);
          return moments.every((moment, index) => {
            const days = Math.floor(index / together) * everyDays;
            return localOf(moment, zone) === Date.parse(`${first}:00Z`) + days * 86_400_000;
          });
        },
      ),
    ),
  );
  t.end();
});
