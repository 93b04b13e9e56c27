import t from 'tap';
import { newId } from '../../../../server/kit/ids.ts';
import { startControlApi } from '../../../testing/harness.ts';
import type { TitleView } from '../../titles/schemas.ts';
import { checkPlan } from './checks.ts';
import { planImport } from './planning.ts';
import { Mover, titlesOf } from './testing/files.ts';
import { readWorld } from './world.ts';

const csv = (...lines: readonly string[]) => lines.join('\r\n');

t.test('a table that people write makes a series', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  const { editor } = mover;
  // As a spreadsheet writes it where the comma is for decimals.
  const table = csv(
    '\ufeffkind;parent;number;slug;originalLanguage;name:ko;name:de;synopsis:de;maturity;releases',
    'episode;the-last-tide/1;2;;ko;나;"Zwei; drei";;;* 2026-12-25T18:00[Asia/Seoul]',
    'episode;the-last-tide/1;1;;ko;가;Eins;"Erst.',
    '',
    'Dann.";;"* 2026-12-24T18:00+09:00[Asia/Seoul]; KR 2026-12-20T00:00Z/2027-01-01T00:00Z[UTC]"',
    'season;the-last-tide;1;;ko;시즌 1;;;;',
    'series;;;the-last-tide;ko;마지막 조수;Die letzte Flut;;12;',
    ';;;;;;;;;',
  );
  t.match(await mover.preview(table), {
    rows: 4,
    made: 4,
    changed: 0,
    problems: [],
    titles: [
      { row: 5, titleId: null, kind: 'series', name: '마지막 조수' },
      { row: 4, kind: 'season' },
      { row: 2, kind: 'episode', name: '나' },
      { row: 3, kind: 'episode', name: '가' },
    ],
  });
  t.same((await editor.send('GET', '/titles')).json<{ items: unknown[] }>().items, [], 'nothing is made yet');
  t.same(await mover.take(table), { rows: 4, made: 4, changed: 0 });
  const titles = titlesOf(await mover.file('json'));
  t.match(titles, [
    { kind: 'series', slug: 'the-last-tide', maturity: 12, texts: { de: { name: 'Die letzte Flut' } }, state: 'draft' },
    { kind: 'season', number: 1 },
    {
      number: 1,
      texts: { de: { name: 'Eins', synopsis: 'Erst.\n\nDann.' } },
      releases: [{ region: '*', opensAt: '2026-12-24T09:00:00.000Z', timeZone: 'Asia/Seoul' }, { region: 'KR' }],
    },
    { number: 2, texts: { de: { name: 'Zwei; drei' } }, releases: [{ opensAt: '2026-12-25T09:00:00.000Z' }] },
  ]);
  t.match(await editor.get(titles[2]?.id ?? ''), { effectiveMaturity: 12, name: '가', rootId: titles[0]?.id });
  t.match(await mover.take(table), { made: 0, changed: 0 }, 'a second time it is there');
  const recorded = await api.db.selectFrom('audit_log').select(['event', 'subject']).execute();
  t.same(
    recorded
      .filter(({ event }) => event === 'title.created')
      .map(({ subject }) => subject)
      .sort(),
    titles.map(({ id }) => String(id)).sort(),
  );
  t.match(
    recorded.filter(({ event }) => event === 'titles.exported'),
    [{ subject: 'whole-catalogue' }],
  );
});

t.test('what a file does not name stays', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  const { editor } = mover;
  const { series, episodes } = await editor.series(3);
  const [first, second, third] = episodes as [TitleView, TitleView, TitleView];
  const [one, two] = [await api.rows.asset(), await api.rows.asset()];
  await editor.change(first.id, { assetId: one.id, year: 2020, texts: { de: { name: 'Eins', tagline: 'x' } } });
  await editor.change(second.id, { assetId: two.id });
  const table = csv(
    'id,number,assetId,name:de',
    `${first.id},2,${two.id},`,
    `${second.id},1,${one.id},Zwei`,
    `${third.id},7,,`,
  );
  t.match(await mover.preview(table), {
    changed: 3,
    titles: [
      {
        titleId: first.id,
        changes: [
          { field: 'number', before: 1, after: 2 },
          { field: 'assetId', before: one.id, after: two.id },
          { field: 'name:de', before: 'Eins', after: null },
          { field: 'tagline:de', before: 'x', after: null },
        ],
      },
      {},
      { changes: [{ field: 'number', before: 3, after: 7 }] },
    ],
  });
  const asked = async () =>
    (await api.db.selectFrom('assets').select('tracks_revision').orderBy('id').execute()).map(
      (row) => row.tracks_revision,
    );
  const before = await asked();
  await mover.take(table);
  t.same(
    await asked(),
    before.map((revision) => revision + 1),
    'each video offers the subtitles of another title',
  );
  t.same((await api.recorded('video.withdrawn')).slice(-2).sort(), [one.id, two.id].sort());
  t.match(await editor.get(first.id), {
    number: 2,
    assetId: two.id,
    year: 2020,
    texts: [{ language: 'en' }],
    revision: 3,
  });
  t.match(await editor.get(second.id), { number: 1, assetId: one.id, texts: [{ name: 'Zwei' }, { language: 'en' }] });
  await mover.take([{ id: series.id, state: 'published', slug: 'new-name' }]);
  t.match(await editor.get(series.id), {
    state: 'published',
    slug: 'new-name',
    publishedAt: /^\d/,
    windows: [{ region: '*' }],
  });
  t.match(titlesOf(await mover.file('json', series.id))[0], { formerSlugs: ['some-series'] });
  const events = await api.db.selectFrom('audit_log').select('event').where('subject', '=', series.id).execute();
  t.same(
    events.map(({ event }) => event),
    ['title.created', 'title.changed', 'title.state-changed', 'titles.exported'],
  );
  t.match((await mover.export('csv', first.id)).json(), { code: 'not_found' });
});

t.test('what is wrong is said by row and column, and nothing is changed', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  const { editor } = mover;
  const { series, season, episodes } = await editor.series(2);
  const [first, second] = episodes as [TitleView, TitleView];
  const { id: taken } = await api.rows.asset();
  await editor.change(second.id, { assetId: taken });
  const gone = await editor.make({ kind: 'movie' });
  await editor.send('DELETE', `/titles/${gone.id}`);
  const before = await mover.file('json');

  t.same(
    await mover.wrong(
      csv(
        'id,kind,parent,number,originalLanguage,year,maturity,assetId,name:en,name:de,releases,state',
        `${first.id},,,1,,2026,,,Good,,,`,
        `${first.id},,,,,,,,,,,`,
        `${second.id},,,x,,1700,13,,"",,,`,
        `,episode,${season.id},2,,,,${newId('asset')},Two again,,,`,
        `,episode,${season.id},1,en,,,,One again,,,`,
        `,episode,${series.id},5,en,,,,x,,,`,
        `,episode,nowhere/1,5,en,,,,x,,,`,
        `,movie,,,en,,,${taken},A movie,,tomorrow,`,
        `,movie,,,en,,,,,Nur deutsch,,`,
        `,,,,en,,,,x,,,`,
        `${gone.id},,,,,,,,x,,,`,
        `,movie,,3,en,,,,x,,,published`,
        `,movie,,,en,,,,x`,
        `${first.id},series,,,,,,,,,,nowhere`,
      ),
    ),
    [
      `3 : Row 2 is of the same title.`,
      '4 number: must be a whole number',
      '4 maturity: must be one of 0, 6, 12, 16, 18',
      '4 year: must be at least 1870',
      '5 assetId: There is no such asset.',
      '6 : Row 2 is of the same title.',
      `7 parent: episode cannot be a part of series.`,
      '8 parent: There is no nowhere/1, neither here nor in the file.',
      '9 releases: must be like * 2026-12-24T18:00+09:00[Asia/Seoul], several with semicolons between them; this is not: tomorrow',
      '10 name:en: is missing',
      '11 kind: is missing',
      '12 id: This title is deleted. Restore it first.',
      '13 number: A movie has none.',
      '13 assetId: It would be seen at once and has no video. Give it one, or a release later on.',
      '14 : It has 9 cells; the head has 12.',
      '15 state: must be one of "draft", "in_review", "approved", "published"',
    ],
  );
  t.same(await mover.wrong(csv('id,name,year,year', 'x,y,1,2')), [
    '1 name: There is no such column.',
    '1 year: This column is there twice.',
  ]);
  t.same(await mover.wrong([{ id: first.id, year: 1 }, { id: first.id, wat: 1 } as never, 7 as never]), [
    '1 year: must be at least 1870',
    '2 wat: is not known here',
    '3 : must be an object',
  ]);
  const movie = { kind: 'movie', originalLanguage: 'en', texts: { en: { name: 'x' } } } as const;
  t.same(
    await mover.wrong([
      { ...movie, slug: 'some-series' },
      { ...movie, slug: 'a' },
      { ...movie, slug: 'Ä!' },
    ]),
    ['1 kind: It is a series, and stays one.', '3 slug: Ä! is no address.'],
  );
  t.same(await mover.wrong([{ ...movie, assetId: taken }]), ['1 assetId: Another title has this video.']);
  t.same(
    await mover.wrong(
      csv('id,freeEpisodes,terms', `${first.id},1,`, `${second.id},,tag/none`, `${series.id},,some text here`),
    ),
    [
      '2 freeEpisodes: Series have free episodes, and a movie is free as a whole (1).',
      '3 terms: There is no tag/none here.',
      '4 terms: must be like category/romance, or person/kim-mina cast: The captain, each in a line of its own; this is not: some text here',
    ],
  );
  const noText = [
    { id: first.id, texts: { en: null } },
    { id: second.id, originalLanguage: 'de' },
  ];
  t.same(await mover.wrong(noText), ['1 name:en: is missing', '2 name:de: is missing']);
  const two = [first, second].map(({ id }) => ({ id, number: 5 }));
  t.same(await mover.wrong(two), [
    '1 number: There would be two of episode 5.',
    '2 number: There would be two of episode 5.',
  ]);
  t.same(
    await mover.wrong([
      { id: first.id, parent: series.id },
      { id: second.id, publishedAt: '2020-01-01T00:00:00Z' },
    ]),
    ['1 parent: A title stays where it is.', '2 publishedAt: When it first was published is not changed.'],
  );

  const good = { id: first.id, year: 2026 };
  const { seen } = await mover.preview([good]);
  const answer = await mover.import([good, { id: second.id, year: 1 }], seen ?? '');
  t.match(answer.json(), {
    code: 'import_refused',
    detail: 'Nothing was imported. Row 2, year: must be at least 1870',
    problems: [{ row: 2, column: 'year' }],
  });
  t.equal(await mover.file('json'), before, 'nothing is changed');
});

t.test('what was changed since the preview is not overwritten', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  const { episodes } = await mover.editor.series(2);
  const [first, second] = episodes as [TitleView, TitleView];
  const file = episodes.map(({ id }) => ({ id, year: 2026 }));
  const { seen } = await mover.preview(file);
  t.match((await mover.import([...file].reverse(), seen ?? '')).json(), { code: 'import_changed' }, 'another file');
  await mover.editor.change(second.id, { maturity: 6 });
  t.match((await mover.import(file, seen ?? '')).json(), { code: 'import_changed' });
  t.equal((await mover.editor.get(first.id)).year, null);
  t.equal((await mover.import(file, 'x')).statusCode, 400);

  const made = [{ kind: 'movie', slug: 'one', originalLanguage: 'en', texts: { en: { name: 'One' } } }] as const;
  const both = await mover.preview(made);
  const race = await Promise.all([mover.import(made, both.seen ?? ''), mover.import(made, both.seen ?? '')]);
  t.same(race.map(({ statusCode }) => String(statusCode)).sort(), ['200', '409'], 'two at the same time make it once');
});

t.test('who may not publish changes neither states nor releases', async (t) => {
  const api = await startControlApi(t);
  const { editor } = await Mover.start(api);
  const { id } = await editor.make({ kind: 'movie' });
  const release = { region: '*', opensAt: '2026-12-24T18:00:00.000Z', closesAt: null, timeZone: 'UTC' };
  const wrong = async (title: object, mayPublish: boolean) => {
    const rows = [{ row: 1, title: { id, ...title } }];
    const world = await readWorld(api.db, rows);
    const rules = { mayPublish, now: api.clock.now() };
    const { drafts } = await planImport(rows, world, { ladders: [], priceClasses: ['free'] });
    return checkPlan(drafts, world, rules).map(({ column }) => column);
  };
  t.same(await wrong({ state: 'approved' }, false), ['state']);
  t.same(await wrong({ state: 'approved' }, true), []);
  t.same(await wrong({ releases: [release] }, false), ['releases']);
  t.same(await wrong({ releases: [release] }, true), []);
  t.same(await wrong({ state: 'in_review', year: 2026 }, false), [], 'what editors may do');
});

t.test('files that are made to hurt', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  const code = async (payload: string, type: string) => {
    const answer = await mover.send('import/preview', payload, type);
    return answer.statusCode === 200
      ? answer.json<{ problems: { message: string }[] }>().problems.map(({ message }) => message)[0]
      : answer.statusCode;
  };
  const head = Array.from({ length: 100_000 }, (_, n) => `name:x${n}`).join(',');
  t.equal(await code(head, 'text/csv'), 'A file has at most 1000 columns.');
  t.equal(await code(`id\r\n${'x\r\n'.repeat(100_000)}`, 'text/csv'), 'A file has at most 2000 titles.');
  t.equal(await code(`id,name:en\r\n,"${'x'.repeat(2 ** 20)}"`, 'text/csv'), 'must have at most 60000 characters');
  t.equal(await code(`id\r\n"x`, 'text/csv'), 'A quotation mark is missing, or stands where none may be.');
  t.equal(await code(`id\r\n\ufffd`, 'text/csv'), 'The file is not in UTF-8.');
  t.equal(await code('\0'.repeat(100), 'text/csv'), 'There is no such column.');
  t.equal(await code(' '.repeat(2 ** 20), 'text/csv'), 'There is no such column.');
  t.equal(await code('x'.repeat(8 * 2 ** 20 + 1), 'text/csv'), 413);
  t.equal(await code('id', 'text/plain'), 415);
  t.equal(await code('', 'text/csv'), undefined);
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  t.equal(await code(`{"version":1,"titles":[${deep}]}`, 'application/json'), 'must be an object');
  t.equal(await code(`{"version":1,"titles":[{"texts":{"en":${deep}}}]}`, 'application/json'), 'must be an object');
  t.equal(await code('{"version":1,"titles":[{"__proto__":{}}]}', 'application/json'), 400);
  t.equal(await code(`{"version":2,"titles":[]}`, 'application/json'), 400);
  t.equal(await code(`{"version":1,"titles":[${'0,'.repeat(2000)}0]}`, 'application/json'), 400);
  const many = JSON.stringify({ version: 1, titles: Array.from({ length: 2000 }, () => ({ wat: 1 })) });
  t.equal((await mover.send('import/preview', many, 'application/json')).json<{ problems: [] }>().problems.length, 200);
});

t.test('a formula stays a text, out and in', async (t) => {
  const api = await startControlApi(t);
  const mover = await Mover.start(api);
  const name = '=HYPERLINK("http://evil.example";"x")';
  const movie = await mover.editor.make({ kind: 'movie', text: { name } });
  const file = await mover.file('csv');
  t.match(file, `"'=HYPERLINK(""http://evil.example"";""x"")"`);
  await mover.editor.change(movie.id, { texts: { en: { name: 'x' } } });
  t.match(await mover.take(file), { changed: 1 });
  t.equal((await mover.editor.get(movie.id)).name, name);
});
