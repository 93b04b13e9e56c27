import fc from 'fast-check';
import t from 'tap';
import { titleStates } from '../titles/states.ts';
import { effectiveWindows, everywhere, isOpen, type ReleaseFacts, type Window } from './windows.ts';

const released = (releases: Readonly<Record<string, readonly [number, (number | null)?]>> = {}): ReleaseFacts => ({
  state: 'published',
  isDeleted: false,
  releases: new Map(
    Object.entries(releases).map(([region, [opensAt, closesAt = null]]) => [region, { opensAt, closesAt }]),
  ),
});

const table: readonly (readonly [name: string, chain: readonly ReleaseFacts[], expected: object])[] = [
  ['published, nothing else said', [released()], { '*': [0, null] }],
  ['a draft', [{ ...released(), state: 'draft' }], {}],
  ['approved', [{ ...released(), state: 'approved' }], {}],
  ['deleted', [{ ...released(), isDeleted: true }], {}],
  ['a moment', [released({ '*': [10] })], { '*': [10, null] }],
  ['an end', [released({ '*': [10, 20] })], { '*': [10, 20] }],
  ['it ends before it begins', [released({ '*': [20, 10] })], {}],
  ['one region earlier', [released({ '*': [10], KR: [5] })], { '*': [10, null], KR: [5, null] }],
  ['one region only', [released({ KR: [5] })], { KR: [5, null] }],
  ['everywhere but there', [released({ '*': [5], KR: [7, 7] })], { '*': [5, null], KR: [0, 0] }],
  ['a region like all others', [released({ '*': [5], KR: [5] })], { '*': [5, null] }],
  ['an episode after its series', [released({ '*': [30] }), released(), released({ '*': [10] })], { '*': [30, null] }],
  ['an episode before its series', [released({ '*': [5] }), released(), released({ '*': [10] })], { '*': [10, null] }],
  ['the series ends first', [released({ '*': [5, 90] }), released({ '*': [0, 50] })], { '*': [5, 50] }],
  ['the series is a draft', [released(), { ...released(), state: 'draft' }], {}],
  ['the series is in one region only', [released({ '*': [30] }), released({ KR: [10] })], { KR: [30, null] }],
  [
    'both name regions',
    [released({ '*': [30], JP: [20] }), released({ '*': [10], KR: [40] })],
    { '*': [30, null], JP: [20, null], KR: [40, null] },
  ],
];

for (const [name, chain, expected] of table)
  t.test(name, async (t) => {
    const windows = [...effectiveWindows(chain)].map(([region, { opensAt, closesAt }]) => [
      region,
      [opensAt, closesAt],
    ]);
    t.strictSame(Object.fromEntries(windows), expected);
  });

const regions = ['DE', 'JP', 'KR'];
const window: fc.Arbitrary<Window> = fc.record({
  opensAt: fc.integer({ min: 0, max: 6 }),
  closesAt: fc.option(fc.integer({ min: 0, max: 6 })),
});
const facts: fc.Arbitrary<ReleaseFacts> = fc.record({
  state: fc.constantFrom(...titleStates, 'published' as const, 'published' as const),
  isDeleted: fc.constantFrom(false, false, false, true),
  releases: fc
    .array(fc.tuple(fc.constantFrom(everywhere, ...regions), window), { maxLength: 4 })
    .map((entries) => new Map(entries)),
});

/** The same, said plainly: of each one in the chain alone. */
function isThere({ state, isDeleted, releases }: ReleaseFacts, region: string | undefined, now: number): boolean {
  if (state !== 'published' || isDeleted) return false;
  const release = releases.get(region ?? everywhere) ?? releases.get(everywhere);
  if (!release) return releases.size === 0;
  return release.opensAt <= now && (release.closesAt ?? Infinity) > now;
}

t.test('a title is there when it and all that it is a part of are', async (t) => {
  fc.assert(
    fc.property(
      fc.array(facts, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(undefined, 'US', ...regions),
      fc.integer({ min: 0, max: 7 }),
      (chain, region, now) =>
        isOpen(effectiveWindows(chain), region, now) === chain.every((each) => isThere(each, region, now)),
    ),
    { numRuns: 5000 },
  );
  t.pass('in 5000 cases');
});
