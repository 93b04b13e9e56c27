import t from 'tap';
import { startControlApi, type Harness } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TermView } from '../terms/schemas.ts';
import type { TitleView } from '../titles/schemas.ts';
import type { SearchPage, Suggestions } from './schemas.ts';

const minute = 60_000;
type Headers = Readonly<Record<string, string>>;

let networks = 0;
/** Asks as a viewer, each time from another network; nobody is signed in unless the headers say so. */
const ask = async (api: Harness, path: string, q: string, headers: Headers = {}) => {
  networks += 1;
  return api.app.inject({
    url: `/api/v1/search${path}${path.includes('?') ? '&' : '?'}q=${encodeURIComponent(q)}`,
    headers,
    remoteAddress: `198.18.${networks >> 8}.${networks & 255}`,
  });
};
const found = async (api: Harness, q: string, headers?: Headers) =>
  (await ask(api, '', q, headers)).json<SearchPage>().items.map(({ title }) => title.id);
const nothing = { items: [], nextCursor: null, didYouMean: null };

/** A movie that can be seen at once, for everybody. */
async function movie(api: Harness, editor: Editor, name: string, more: object = {}): Promise<TitleView> {
  const made = await editor.make({
    kind: 'movie',
    text: { name },
    maturity: 0,
    assetId: (await api.rows.asset()).id,
    ...more,
  });
  const answer = await editor.step('publish', made.id);
  if (answer.statusCode !== 204) throw new Error(answer.body);
  return made;
}

t.test('titles are found as they are now', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { id } = await movie(api, editor, 'The Great Flood', { year: 2024 });
  t.same(await found(api, 'great flod'), [id]);
  await editor.change(id, { texts: { ko: { name: '대홍수', tagline: '물의 끝' } } });
  t.match((await ask(api, '', '대홍')).json(), {
    items: [
      {
        title: { id, name: 'The Great Flood', kind: 'movie', slug: 'the-great-flood' },
        match: 'prefix',
        highlights: [],
        otherName: { language: 'ko', name: '대홍수', highlights: [{ start: 0, length: 2 }] },
      },
    ],
    nextCursor: null,
    didYouMean: null,
  });
  t.match((await ask(api, '', '대홍', { 'accept-language': 'ko' })).json(), {
    items: [{ title: { name: '대홍수' }, highlights: [{ start: 0, length: 2 }], otherName: null }],
  });
  t.match((await ask(api, '', '물의')).json(), { items: [{ match: 'other' }] });
  t.match((await ask(api, '', '2024 flood')).json(), { items: [{ match: 'other' }] });
  t.match((await ask(api, '', 'graet flood')).json(), { items: [{ match: 'corrected' }], didYouMean: 'Great flood' });
  t.match((await ask(api, '/suggestions', 'the gre')).json(), {
    items: [{ titleId: id, language: 'en', name: 'The Great Flood', highlights: [{ start: 0, length: 7 }] }],
  });

  await editor.change(id, { texts: { en: { name: 'Deluge' }, ko: null }, year: null });
  for (const gone of ['flood', '대홍수', '물의', '2024']) t.same(await found(api, gone), [], gone);
  t.same(await found(api, 'deluge'), [id]);
  await editor.send('DELETE', `/titles/${id}`);
  t.same(await found(api, 'deluge'), []);
  t.same(await api.db.selectFrom('search_documents').selectAll().execute(), []);
  await editor.send('POST', `/titles/${id}/restore`);
  t.same(await found(api, 'deluge'), [id]);
});

t.test('titles are found by people, categories and tags, whatever these are called', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const term = async (kind: string, name: string) =>
    (await editor.send('POST', '/terms', { kind, originalLanguage: 'en', text: { name } })).json<TermView>();
  const put = (titleId: string, revision: number, terms: object[]) =>
    editor.send('PUT', `/titles/${titleId}/terms`, { revision, terms });
  const [person, category] = [await term('person', 'Kim Haneul'), await term('category', 'Revenge')];
  const made = await movie(api, editor, 'Deluge');
  const { revision } = await editor.get(made.id);
  t.equal((await put(made.id, revision, [{ id: person.id, role: 'cast' }, { id: category.id }])).statusCode, 200);
  t.same(await found(api, 'haneul'), [made.id]);
  t.same(await found(api, 'deluge haenul revenge'), [made.id]);
  await editor.send('PATCH', `/terms/${person.id}`, { revision: 1, texts: { ko: { name: '김하늘' } } });
  t.same(await found(api, '김하늘'), [made.id], 'in another language than the title has');
  await editor.send('PATCH', `/terms/${person.id}`, { revision: 2, texts: { en: { name: 'Lee' } } });
  t.same(await found(api, 'haneul'), []);

  // What half the catalogue has is changed a little later.
  for (let n = 0; n < 100; n += 1) {
    const { id } = await api.rows.catalogueTitle();
    await api.db
      .insertInto('title_terms')
      .values({ title_id: id, term_id: category.id, role: '', part: null, position: 0 })
      .execute();
  }
  await editor.send('PATCH', `/terms/${category.id}`, { revision: 1, texts: { en: { name: 'Vengeance' } } });
  t.same(await found(api, 'revenge'), [made.id]);
  t.equal(await api.upkeep('catalog.index'), 101);
  t.same(await found(api, 'revenge'), []);
  t.same(await found(api, 'vengeance'), [made.id]);
  await editor.send('DELETE', `/terms/${person.id}`);
  t.same(await found(api, 'lee'), []);
});

t.test('nothing about titles that are not there shows', async (t) => {
  const api = await startControlApi(t, {
    settings: { server: { trustProxy: true }, playback: { regionHeader: 'x-country' } },
    trustProxy: true,
  });
  const editor = await Editor.start(api);
  await movie(api, editor, 'Harbour Lights');
  const name = 'Zanzibar Protocol';
  await editor.make({ kind: 'movie', text: { name: 'Zanzibar Draft', tagline: 'Quetzal' } });
  const later = await editor.make({ kind: 'movie', text: { name }, maturity: 0, assetId: (await api.rows.asset()).id });
  const opensAt = api.clock.now() + minute;
  await editor.release(later.id, ['*', opensAt, opensAt + minute], ['KR', opensAt - 1000]);
  await editor.step('publish', later.id);
  const header = 'x-country';
  const korea = { [header]: 'KR' };
  const adult = await movie(api, editor, 'Zanzibar Nights', { maturity: 18 });
  const { authorization, id: accountId } = await api.as('viewer');
  await api.rows.profile({ account_id: accountId, maturity_limit: 12 });
  const limited = { authorization };

  const words = [
    'zanzibar',
    'zanz',
    'zanzibra',
    'protocol',
    'protcol',
    'zanzibar protocol',
    'draft',
    'quetzal',
    'queztal',
    'harbour protocol',
  ];
  const isUnknown = async (headers: Headers, ...asked: string[]) => {
    for (const word of asked)
      for (const path of ['', '?limit=1', '/suggestions'])
        t.same(
          (await ask(api, path, word, headers)).json(),
          path === '/suggestions' ? { items: [], didYouMean: null } : nothing,
          `${word} ${path}`,
        );
  };
  await isUnknown(limited, ...words);
  t.same(await found(api, 'zanzibar'), [adult.id], 'who is not signed in has no limit');
  t.match((await ask(api, '', 'zanzibra')).json(), { didYouMean: 'Zanzibar' });
  await isUnknown({}, 'protocol', 'protcol', 'draft', 'quetzal');
  t.match((await ask(api, '', 'harbur')).json(), { didYouMean: 'Harbour' }, 'what is there is corrected');

  api.clock.advance(opensAt - api.clock.now() - 1000);
  t.same(await found(api, 'protocol', korea), [later.id]);
  await isUnknown({ ...limited, [header]: 'DE' }, ...words);
  api.clock.advance(1000);
  t.same(await found(api, 'zanzibra', limited), [later.id]);
  api.clock.advance(minute);
  await isUnknown({}, 'protocol', 'protcol');
  await editor.step('withdraw', adult.id);
  await isUnknown({}, ...words);
});

t.test('who has to choose a profile first is told so', async (t) => {
  const api = await startControlApi(t);
  const { authorization, id } = await api.as('viewer');
  await api.rows.profile({ account_id: id, pin_hash: 'x' });
  for (const path of ['', '/suggestions'])
    t.match((await ask(api, path, 'x', { authorization })).json(), { code: 'profile_not_chosen' });
  t.equal((await ask(api, '', 'x', { authorization: 'Bearer x' })).statusCode, 401);
});

t.test('pages follow one another', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const ids: string[] = [];
  for (const name of ['Tide', 'Tide', 'High Tide', 'Wide', 'Tides']) ids.push((await movie(api, editor, name)).id);
  const [a, b, c, d, e] = ids;
  t.same(await found(api, 'tide'), [b, a, e, c, d]);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: SearchPage = (await ask(api, `?limit=2${cursor && `&cursor=${cursor}`}`, 'tide')).json<SearchPage>();
    seen.push(...page.items.map(({ title }) => title.id));
    cursor = page.nextCursor;
  }
  t.same(seen, [b, a, e, c, d]);
  t.equal((await ask(api, '?cursor=x', 'tide')).statusCode, 400);
  const { items } = (await ask(api, '/suggestions', 'tide')).json<Suggestions>();
  t.same(
    items.map(({ name }) => name),
    ['Tide', 'Tides', 'High Tide', 'Wide'],
    'each name once',
  );
});

t.test('whatever is typed, there is an answer', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { id } = await movie(api, editor, 'Alpha');
  for (const [q, status] of [
    ['"alpha" OR *', 200],
    ['alpha\u0000', 200],
    ["'; drop table titles; --", 200],
    ['%', 200],
    ['.*[', 200],
    ['\u0301'.repeat(200), 200],
    ['', 400],
    ['x'.repeat(201), 400],
    ['\u0301'.repeat(10_000), 400],
  ] as const)
    for (const path of ['', '/suggestions'])
      t.equal((await ask(api, path, q)).statusCode, status, JSON.stringify(q.slice(0, 20)));
  for (const query of [
    'q=%00',
    'q=%ED%A0%80',
    'q=%',
    'q=a&q=b',
    'q[]=a',
    '',
    'q=a&x=1',
    'q=a&limit=0',
    'q=a&limit=51',
  ]) {
    const { statusCode } = await api.app.inject({ url: `/api/v1/search?${query}` });
    t.ok(statusCode === 200 || statusCode === 400, `${query}: ${statusCode}`);
  }
  api.clock.advance(60_000);
  t.same(await found(api, 'ALPHA'), [id]);
});

t.test('nobody may ask without end', async (t) => {
  const api = await startControlApi(t);
  const statuses: number[] = [];
  for (let n = 0; n < 41; n += 1) statuses.push((await api.app.inject({ url: '/api/v1/search?q=x' })).statusCode);
  t.same(statuses.slice(-2), [200, 429]);
});

t.test('titles that came otherwise are indexed', async (t) => {
  const api = await startControlApi(t);
  const { id } = await api.rows.catalogueTitle({ kind: 'movie', state: 'published' });
  await api.rows.catalogueTitle({ kind: 'movie', deleted_at: 1 });
  await api.db.insertInto('title_windows').values({ title_id: id, kind: 'movie', region: '*', opens_at: 0 }).execute();
  t.same(await found(api, 'series'), []);
  t.equal(await api.upkeep('catalog.index'), 1);
  t.same(await found(api, 'series'), [id]);
  await api.db.deleteFrom('search_documents').execute();
  t.equal(await api.upkeep('catalog.index'), 0, 'nobody looks again at once');
  api.clock.advance(3_600_000);
  t.equal(await api.upkeep('catalog.index'), 1);
  await api.db.updateTable('search_documents').set({ version: 0 }).execute();
  t.equal(await api.upkeep('catalog.index'), 1, 'what another version indexed');
  t.equal(await api.upkeep('catalog.tidy-search'), 0);
});
