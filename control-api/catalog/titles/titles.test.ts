import t from 'tap';
import { newId } from '../../../server/kit/ids.ts';
import { startControlApi } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TitleView } from './schemas.ts';

t.test('a series is made, with seasons and episodes', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const series = await editor.make({
    kind: 'series',
    originalLanguage: 'KO',
    text: { name: '  마지막\u202e 조수 ', synopsis: 'One.\n\n\n\nTwo.' },
    year: 2026,
  });
  t.match(series, {
    kind: 'series',
    parentId: null,
    rootId: series.id,
    number: null,
    state: 'draft',
    slug: '마지막-조수',
    originalLanguage: 'ko',
    name: '마지막 조수',
    texts: [{ language: 'ko', name: '마지막 조수', tagline: null, synopsis: 'One.\n\nTwo.' }],
    maturity: null,
    effectiveMaturity: 18,
    year: 2026,
    revision: 1,
    windows: [],
    steps: ['submit', 'approve', 'publish'],
  });
  const specials = await editor.make({ kind: 'season', parentId: series.id, number: 0 });
  const season = await editor.make({ kind: 'season', parentId: series.id });
  t.equal(season.number, 1);
  const first = await editor.make({ kind: 'episode', parentId: season.id });
  const second = await editor.make({ kind: 'episode', parentId: season.id });
  t.match([first, second], [{ number: 1, slug: null, rootId: series.id }, { number: 2 }]);
  const parts = (await editor.send('GET', `/titles?parentId=${series.id}`)).json<{ items: TitleView[] }>().items;
  t.same(
    parts.map(({ id }) => id),
    [specials.id, season.id],
  );

  for (const [name, body, code] of [
    ['an episode of a series', { kind: 'episode', parentId: series.id }, 'invalid_request'],
    ['a movie in a series', { kind: 'movie', parentId: series.id }, 'invalid_request'],
    ['an episode of nothing', { kind: 'episode' }, 'invalid_request'],
    ['a series with a number', { kind: 'series', number: 1 }, 'invalid_request'],
    ['episode 0', { kind: 'episode', parentId: season.id, number: 0 }, 'invalid_request'],
    ['a number that is taken', { kind: 'episode', parentId: season.id, number: 2 }, 'number_taken'],
    ['an episode with an address', { kind: 'episode', parentId: season.id, slug: 'x' }, 'invalid_request'],
    ['a season with a video', { kind: 'season', parentId: series.id, assetId: newId('asset') }, 'invalid_request'],
    ['a parent that is not there', { kind: 'season', parentId: newId('title') }, 'not_found'],
    ['a video that is not there', { kind: 'movie', assetId: newId('asset') }, 'not_found'],
    ['a name that cannot be seen', { kind: 'movie', text: { name: '\u202e' } }, 'invalid_request'],
  ] as const) {
    const answer = await editor.send('POST', '/titles', { originalLanguage: 'en', text: { name: 'x' }, ...body });
    t.equal(answer.json<{ code: string }>().code, code, name);
  }
});

t.test('what two people change at once is not lost', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const movie = await editor.make({ kind: 'movie' });
  const change = (body: object) => editor.send('PATCH', `/titles/${movie.id}`, { revision: movie.revision, ...body });
  const answers = await Promise.all([change({ year: 2024 }), change({ year: 2025 })]);
  t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 409]));
  const refused = answers.find(({ statusCode }) => statusCode === 409);
  t.match(refused?.json(), { code: 'title_changed', revision: 2 });
  t.equal((await editor.get(movie.id)).revision, 2);
});

t.test('texts are in several languages, the original always', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Sea', tagline: 'Wet' } });
  t.equal((await editor.change(id, { texts: { 'PT-br': { name: 'O Mar' } } })).statusCode, 200);
  t.equal((await editor.change(id, { texts: { en: { name: 'The Sea!' } } })).statusCode, 200);
  t.match((await editor.get(id)).texts, [
    { language: 'en', name: 'The Sea!', tagline: 'Wet' },
    { language: 'pt-BR', name: 'O Mar', tagline: null },
  ]);
  const inPortuguese = await editor.send('GET', `/titles/${id}`, undefined, { 'accept-language': 'de, pt;q=0.5' });
  t.equal(inPortuguese.json<TitleView>().name, 'O Mar');
  t.equal((await editor.change(id, { texts: { en: null } })).json<{ code: string }>().code, 'invalid_request');
  t.equal((await editor.change(id, { originalLanguage: 'pt-BR', texts: { en: null } })).statusCode, 200);
  t.match(await editor.get(id), { originalLanguage: 'pt-BR', name: 'O Mar', texts: { length: 1 } });
});

t.test('an address leads to its title for ever', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const one = await editor.make({ kind: 'movie', text: { name: 'Café 24' } });
  const other = await editor.make({ kind: 'series', text: { name: 'Cafe 24' } });
  t.same([one.slug, other.slug], ['cafe-24', 'cafe-24-2']);
  t.equal((await editor.change(one.id, { slug: 'the-cafe' })).json<TitleView>().slug, 'the-cafe');
  t.match((await editor.change(other.id, { slug: 'cafe-24' })).json(), { code: 'slug_taken', slug: 'cafe-24' });
  t.equal((await editor.change(one.id, { slug: 'cafe-24' })).json<TitleView>().slug, 'cafe-24', 'its own is free');
  t.equal((await editor.change(one.id, { slug: 'Nope' })).statusCode, 400);
  t.equal((await editor.make({ kind: 'movie', text: { name: '???' } })).slug?.startsWith('title-'), true);
});

t.test('a title has a video, and another one later', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const [first, second] = [await api.rows.asset(), await api.rows.asset()];
  const movie = await editor.make({ kind: 'movie', assetId: first.id });
  const other = await editor.make({ kind: 'movie' });
  t.match((await editor.change(other.id, { assetId: first.id })).json(), { code: 'asset_taken', titleId: movie.id });
  t.match((await editor.change(movie.id, { assetId: second.id })).json(), {
    id: movie.id,
    slug: movie.slug,
    assetId: second.id,
  });
  t.equal((await editor.change(other.id, { assetId: first.id })).statusCode, 200, 'the first one is free');
  t.equal((await editor.change(movie.id, { assetId: null })).json<TitleView>().assetId, null);
  const race = await Promise.all([
    editor.change((await editor.make({ kind: 'movie' })).id, { assetId: second.id }),
    editor.change((await editor.make({ kind: 'movie' })).id, { assetId: second.id }),
  ]);
  t.same(new Set(race.map(({ statusCode }) => statusCode)), new Set([200, 409]));
});

t.test('nothing of a series is for younger people than it is', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(1);
  const [episode] = episodes as [TitleView];
  const age = async () => (await editor.get(episode.id)).effectiveMaturity;
  t.equal(await age(), 18, 'nobody has said');
  await editor.change(episode.id, { maturity: 6 });
  t.equal(await age(), 18, 'of the series still nobody has');
  await editor.change(series.id, { maturity: 0 });
  t.equal(await age(), 6);
  await editor.change(season.id, { maturity: 12 });
  t.equal(await age(), 12);
});

t.test('parts are put in another order', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { season, episodes } = await editor.series(4);
  const ids = episodes.map(({ id }) => id);
  const [a, b, c, d] = ids as [string, string, string, string];
  const order = async () =>
    (await editor.send('GET', `/titles?parentId=${season.id}`))
      .json<{ items: TitleView[] }>()
      .items.map(({ id, number }) => [id, number]);
  const put = (titles: string[]) => editor.send('PUT', `/titles/${season.id}/order`, { kind: 'episode', titles });
  t.equal((await put([d, b, a, c])).statusCode, 204);
  t.same(await order(), [
    [d, 1],
    [b, 2],
    [a, 3],
    [c, 4],
  ]);
  t.equal((await put([a, b, c])).json<{ code: string }>().code, 'conflict', 'not all of them');
  t.equal((await put([a, b, c, newId('title')])).json<{ code: string }>().code, 'conflict');
  t.same((await order()).length, 4);
});

t.test('deleting is undone, with all that went with it', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const [first, second] = episodes as [TitleView, TitleView];
  t.equal((await editor.send('DELETE', `/titles/${second.id}`)).statusCode, 204);
  api.clock.advance(1000);
  t.equal((await editor.send('DELETE', `/titles/${series.id}`)).statusCode, 204);
  t.equal((await editor.send('DELETE', `/titles/${first.id}`)).statusCode, 404, 'it is deleted already');
  const listed = async (query: string) =>
    (await editor.send('GET', `/titles?${query}`)).json<{ items: TitleView[] }>().items.map(({ id }) => id);
  t.same(await listed('deleted=false'), []);
  t.equal((await listed('deleted=true')).length, 4);
  t.equal((await editor.change(first.id, { year: 2020 })).statusCode, 404);

  t.match(
    (await editor.send('POST', `/titles/${season.id}/restore`)).json(),
    { code: 'conflict' },
    'its series is gone',
  );
  t.equal((await editor.send('POST', `/titles/${series.id}/restore`)).statusCode, 200);
  t.same((await listed(`rootId=${series.id}`)).sort(), [series.id, season.id, first.id].sort());
  t.equal((await editor.send('POST', `/titles/${series.id}/restore`)).statusCode, 404, 'it is there');

  const third = await editor.make({ kind: 'episode', parentId: season.id });
  t.equal(third.number, 2, 'the number is free');
  t.match((await editor.send('POST', `/titles/${second.id}/restore`)).json(), { code: 'number_taken' });
  await editor.change(third.id, { number: 3 });
  t.equal((await editor.send('POST', `/titles/${second.id}/restore`)).statusCode, 200);

  await editor.send('DELETE', `/titles/${series.id}`);
  api.clock.advance(29 * 86_400_000);
  t.equal(await api.upkeep('catalog.remove-deleted'), 0);
  api.clock.advance(86_400_001);
  t.equal(await api.upkeep('catalog.remove-deleted'), 5);
  const later = await Editor.start(api);
  t.equal((await later.send('GET', `/titles/${series.id}`)).statusCode, 404);
  const next = await later.make({ kind: 'series' });
  t.equal(next.slug, 'some-series-2', 'its address is nobody else’s');
});

t.test('staff find titles by any of their names', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'Die große Flut' } });
  await editor.change(id, { texts: { ko: { name: '대홍수' } } });
  for (let n = 0; n < 3; n += 1) await editor.make({ kind: 'movie' });
  const found = async (query: string) =>
    (await editor.send('GET', `/titles?${query}`)).json<{ items: TitleView[]; nextCursor: string | null }>();
  for (const search of ['grosse', 'FLUT', '홍수', '100%'])
    t.equal((await found(`search=${encodeURIComponent(search)}`)).items.length, /%|gross/.test(search) ? 0 : 1, search);
  const page = await found('limit=2');
  const rest = await found(`limit=2&cursor=${page.nextCursor}`);
  t.equal(new Set([...page.items, ...rest.items].map((each) => each.id)).size, 4);
  t.equal(rest.nextCursor, null);
  t.equal((await editor.send('GET', '/titles?cursor=x')).statusCode, 400);
});
