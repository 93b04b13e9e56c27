import fc from 'fast-check';
import t from 'tap';
import { newId } from '../../../../server/kit/ids.ts';
import { displayText } from '../../../display-text.ts';
import { startControlApi, type Harness } from '../../../testing/harness.ts';
import type { ExchangedTitle } from './schemas.ts';
import { Mover, titlesOf } from './testing/files.ts';

async function clear({ db }: Harness): Promise<void> {
  for (const kind of ['episode', 'season', 'trailer', 'extra', 'series', 'movie'] as const)
    await db.deleteFrom('titles').where('kind', '=', kind).execute();
  await db.deleteFrom('slugs').where('of', '=', 'title').execute();
}

const hostile = fc.string({ unit: fc.constantFrom(...'=+-@;,|"\'\t\r\n ab\\é한\u00a0'), minLength: 1, maxLength: 10 });
const name = hostile.filter((text) => displayText(text, 200) !== '');
const text = fc.record({ name, tagline: fc.option(hostile), synopsis: fc.option(hostile) });
const texts = fc
  .tuple(text, fc.uniqueArray(fc.tuple(fc.constantFrom('de', 'pt-BR', 'zh-Hant'), text), { selector: ([tag]) => tag }))
  .map(([original, others]) => Object.fromEntries([['ko', original] as const, ...others]));
const releases = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom('*', 'KR', 'DE'),
      fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
      fc.option(fc.integer({ min: 0, max: 1e11 })),
      fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC'),
    )
    .map(([region, opens, lasts, timeZone]) => ({
      region,
      opensAt: new Date(opens).toISOString(),
      closesAt: lasts === null ? null : new Date(opens + lasts).toISOString(),
      timeZone,
    })),
  { selector: ({ region }) => region, maxLength: 3 },
);
const people = ['person/kim-mina', 'person/이준'];
const terms = fc
  .tuple(
    fc.subarray(['category/romance', 'tag/revenge']),
    fc.uniqueArray(
      fc.record({
        term: fc.constantFrom(...people),
        role: fc.constantFrom('cast' as const, 'writer' as const),
        part: fc.option(hostile),
      }),
      { selector: ({ term, role }) => `${term} ${role}` },
    ),
  )
  .map(([plain, credits]) => [
    ...plain.map((term) => ({ term })),
    ...credits.map(({ part, ...credit }) => ({ ...credit, part: credit.role === 'cast' ? part : null })),
  ]);
const fields = fc.record({
  terms,
  topRung: fc.constantFrom(null, 480, 1080),
  qualityPreset: fc.constantFrom(null, 'veryfast', 'slower'),
  ladder: fc.constantFrom(null, 'animation'),
  priceClass: fc.constantFrom(null, 'free', 'premium'),
  texts,
  releases,
  maturity: fc.constantFrom(null, 0, 6, 12, 16, 18),
  year: fc.option(fc.integer({ min: 1870, max: 2200 })),
  state: fc.constantFrom('draft', 'in_review', 'approved', 'published'),
});
/** Four times in their order: recap, then intro, each there or not, and credits behind. */
const times = fc
  .uniqueArray(fc.integer({ min: 0, max: 90_000_000 }), { minLength: 6, maxLength: 6 })
  .map((all) => all.toSorted((one, other) => one - other));
const markers = fc
  .tuple(times, fc.boolean(), fc.boolean(), fc.boolean())
  .map(([[a = 0, b = 0, c = 0, d = 0, e = 0, f = 0], hasRecap, hasIntro, hasCredits]) => ({
    recap: hasRecap ? { startMs: a, endMs: b } : null,
    intro: hasIntro ? { startMs: c, endMs: d } : null,
    credits: hasCredits ? { startMs: e, endMs: f } : null,
  }));
const watched = fc.record({ fields, markers, hasVideo: fc.boolean() });
const series = fc.record({
  fields,
  seasons: fc.array(fc.record({ fields, episodes: fc.array(watched, { maxLength: 3 }) }), { maxLength: 2 }),
  extras: fc.array(watched, { maxLength: 2 }),
});

type Fields = typeof fields extends fc.Arbitrary<infer F> ? F : never;
type Watched = typeof watched extends fc.Arbitrary<infer W> ? W : never;

/** Files of whole catalogues, with videos from a pool. */
function fileOf(
  all: readonly (typeof series extends fc.Arbitrary<infer S> ? S : never)[],
  movies: readonly Watched[],
  pool: readonly string[],
): readonly ExchangedTitle[] {
  const free = [...pool];
  const titles: ExchangedTitle[] = [];
  const add = (given: Fields, rest: Partial<ExchangedTitle>) => {
    const title = { id: newId('title'), originalLanguage: 'ko', ...given, ...rest } as ExchangedTitle;
    titles.push(title);
    return title.id as string;
  };
  const addWatched = ({ fields: given, markers: skipped, hasVideo }: Watched, rest: Partial<ExchangedTitle>) => {
    const own = rest.kind === 'extra' ? {} : { markers: skipped };
    const assetId = hasVideo || given.state === 'published' ? (free.pop() ?? null) : null;
    const state = assetId === null && given.state === 'published' ? 'draft' : given.state;
    return add(given, { ...rest, ...own, assetId, state: state as NonNullable<ExchangedTitle['state']> });
  };
  const slugs = (n: number) => ({ slug: `드라마-${n}`, formerSlugs: [`old-${n}`, `older-${n}`] });
  for (const [index, { fields: given, seasons, extras }] of all.entries()) {
    const id = add(given, { kind: 'series', freeEpisodes: index, ...slugs(index) });
    for (const [number, season] of seasons.entries()) {
      const parent = add(season.fields, { kind: 'season', parent: id, number });
      for (const [place, episode] of season.episodes.entries())
        addWatched(episode, { kind: 'episode', parent, number: 10 * (place + 1) });
    }
    for (const extra of extras) addWatched(extra, { kind: 'extra', parent: id });
  }
  for (const [index, movie] of movies.entries())
    addWatched(movie, { kind: 'movie', freeEpisodes: index % 2, ...slugs(1000 + index) });
  return titles;
}

t.test('what was exported is imported as it was, into an empty catalogue and into its own', async (t) => {
  const settings = {
    encode: { ladders: ['animation=animation.yaml'] },
    catalogue: { priceClasses: ['free', 'premium'] },
  };
  const [from, to] = [await startControlApi(t, { settings }), await startControlApi(t, { settings })];
  const pool = Array.from({ length: 20 }, () => newId('asset'));
  for (const api of [from, to]) for (const id of pool) await api.rows.asset({ id });
  for (const api of [from, to]) {
    const { editor } = await Mover.start(api);
    for (const [kind, slug] of ['category/romance', 'tag/revenge', ...people].map((term) => term.split('/'))) {
      const term = { kind, slug, originalLanguage: 'ko', text: { name: slug } };
      t.equal((await editor.send('POST', '/terms', term)).statusCode, 201);
    }
  }
  let titles = 0;
  const whole = fc.tuple(fc.array(series, { maxLength: 3 }), fc.array(watched, { maxLength: 2 }));
  await fc.assert(
    fc.asyncProperty(whole, async ([all, movies]) => {
      await clear(from);
      // A new account each time: nobody imports all the time.
      const [here, there] = [await Mover.start(from), await Mover.start(to)];
      const file = fileOf(all, movies, pool);
      titles += file.length;
      t.equal((await here.take(file)).made, file.length);
      const written = { csv: await here.file('csv'), json: await here.file('json') };
      for (const moved of [written.csv, titlesOf(written.json)]) {
        await clear(to);
        await there.take(moved);
        t.equal(await there.file('csv'), written.csv, 'the same bytes');
        t.equal(await there.file('json'), written.json, 'the same bytes');
        t.match(await here.preview(moved), { made: 0, changed: 0, titles: [], problems: [] }, 'it changes nothing');
      }
    }),
    { numRuns: 15 },
  );
  t.ok(titles > 15, `${titles} titles`);
});
