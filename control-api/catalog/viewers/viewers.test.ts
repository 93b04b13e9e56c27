import t from 'tap';
import { newId } from '../../../server/kit/ids.ts';
import { startControlApi, type Harness } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TitleView } from '../titles/schemas.ts';

const day = 86_400_000;

interface Card {
  readonly id: string;
  readonly name: string;
}
interface Page {
  readonly items: readonly Card[];
  readonly nextCursor: string | null;
}

/** Asks as a viewer, over a connection, as answers may come before the application; nobody is signed in unless the headers say so. */
const ask = async (api: Harness, path: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${await api.listen()}/api/v1/titles${path}`, { headers });
  const body = await response.text();
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body,
    json: <T = unknown>() => JSON.parse(body) as T,
  };
};
const listed = async (api: Harness, path = '', headers: Readonly<Record<string, string>> = {}) =>
  (await ask(api, path, headers)).json<Page>().items.map(({ id }) => id);

/** A problem without what is another one in each answer. */
const withoutRequest = (body: string) => body.replace(/request_\w+/, '');

t.test('at the moment of its release a title is there, and before it nothing of it', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const [first, second] = episodes as [TitleView, TitleView];
  for (const { id } of episodes)
    await editor.change(id, {
      assetId: (await api.rows.title({ asset: 'ready', version: 'complete', published: false })).assetId,
    });
  const opensAt = api.clock.now() + 10 * 60_000;
  await editor.release(series.id, ['*', opensAt, opensAt + day]);
  await editor.release(second.id, ['*', opensAt + 1000]);
  t.equal((await editor.step('publish', series.id, season.id, first.id, second.id)).statusCode, 204);

  const never = newId('title');
  const paths = (id: string) => [`/${id}`, `/${id}/episodes`];
  const nothing = async () => {
    t.same(await listed(api), []);
    for (const id of [series.id, season.id, first.id])
      for (const [index, path] of paths(id).entries()) {
        const [hidden, unknown] = [await ask(api, path), await ask(api, paths(never)[index] as string)];
        t.same([hidden.statusCode, withoutRequest(hidden.body)], [404, withoutRequest(unknown.body)], path);
      }
    const [hidden, unknown] = [await ask(api, '-by-slug/some-series'), await ask(api, '-by-slug/no-series')];
    t.same([hidden.statusCode, withoutRequest(hidden.body)], [404, withoutRequest(unknown.body)]);
  };
  await nothing();
  api.clock.advance(opensAt - api.clock.now() - 1);
  await nothing();

  api.clock.advance(1);
  t.same(await listed(api), [series.id]);
  const shown = await ask(api, '-by-slug/some-series');
  t.match(shown.json(), { id: series.id, seasons: [{ id: season.id, number: 1, episodes: 1 }] });
  t.same(await listed(api, `/${season.id}/episodes`), [first.id], 'the other one is a second later');
  t.equal((await ask(api, `/${second.id}`)).statusCode, 404);
  api.clock.advance(1000);
  t.same(await listed(api, `/${season.id}/episodes`), [first.id, second.id]);
  t.match((await ask(api, `/${second.id}`)).json(), { isPlayable: true, root: { id: series.id }, parentId: season.id });

  api.clock.advance(day - 1001);
  t.same(await listed(api), [series.id], 'the last millisecond');
  api.clock.advance(1);
  await nothing();
});

t.test('what is changed shows at once, and at another process within a second', async (t) => {
  const api = await startControlApi(t);
  const { keyrings, limits } = api;
  const other = await startControlApi(t, { folder: api.config.dataDir, keyrings, limits });
  const editor = await Editor.start(api);
  const movie = await editor.make({ kind: 'movie', assetId: (await api.rows.asset()).id });
  await editor.step('publish', movie.id);
  const names = async () =>
    Promise.all([api, other].map(async (each) => (await ask(each, `/${movie.id}`)).json<Card>().name));
  t.same(await names(), ['Some movie', 'Some movie']);
  await editor.change(movie.id, { texts: { en: { name: 'Another' } } });
  t.equal((await names())[0], 'Another');
  for (const each of [api, other]) each.clock.advance(1000);
  t.same(await names(), ['Another', 'Another']);
  await editor.step('withdraw', movie.id);
  t.equal((await ask(api, `/${movie.id}`)).statusCode, 404);
  for (const each of [api, other]) each.clock.advance(1000);
  t.equal((await ask(other, `/${movie.id}`)).statusCode, 404);
});

t.test('an app that has the answer already gets none', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const movie = await editor.make({ kind: 'movie', assetId: (await api.rows.asset()).id });
  await editor.step('publish', movie.id);
  const made = await ask(api, '');
  const kept = await ask(api, '');
  t.same([kept.statusCode, kept.body, kept.headers['content-type']], [200, made.body, made.headers['content-type']]);
  t.equal(kept.headers['etag'], made.headers['etag']);
  t.match(kept.headers, { 'cache-control': 'private, no-cache', vary: /accept-language/ });
  const etag = String(made.headers['etag']);
  for (const path of ['', '?limit=1']) {
    const again = await ask(api, path, { 'if-none-match': etag });
    t.same([again.statusCode, again.body], [304, ''], path || 'kept');
  }
  await editor.change(movie.id, { year: 1999 });
  const changed = await ask(api, '', { 'if-none-match': etag });
  t.equal(changed.statusCode, 200);
  t.match(changed.json(), { items: [{ year: 1999 }] });
});

t.test('each region has its own releases', async (t) => {
  const api = await startControlApi(t, {
    trustProxy: true,
    settings: { server: { trustProxy: true }, playback: { regionHeader: 'x-country' } },
  });
  const editor = await Editor.start(api);
  const now = api.clock.now();
  const make = async (...releases: readonly (readonly [string, number])[]) => {
    const { id } = await editor.make({ kind: 'movie', assetId: (await api.rows.asset()).id });
    await editor.release(id, ...releases);
    await editor.step('publish', id);
    return id;
  };
  const everywhere = await make(['*', now - 5]);
  const inKorea = await make(['KR', now - 4]);
  const notInKorea = await make(['*', now - 3], ['KR', now + day]);
  const earlierInKorea = await make(['*', now + day], ['KR', now - 2]);
  const inRegion = async (country: string, path = '') => listed(api, path, { 'x-country': country });
  t.same(await inRegion('KR'), [earlierInKorea, inKorea, everywhere]);
  t.same(await inRegion('DE'), [notInKorea, everywhere]);
  t.same(await inRegion('XX'), [notInKorea, everywhere], 'an unknown one');
  const first = (await ask(api, '?limit=2', { 'x-country': 'KR' })).json<Page>();
  t.same(await inRegion('KR', `?limit=2&cursor=${first.nextCursor}`), [everywhere]);
});

t.test('a profile with a limit sees nothing above it', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(2);
  const [mild, wild] = episodes as [TitleView, TitleView];
  for (const { id } of episodes) await editor.change(id, { assetId: (await api.rows.asset()).id });
  await editor.change(series.id, { maturity: 6 });
  await editor.change(wild.id, { maturity: 16 });
  const adult = await editor.make({ kind: 'movie', assetId: (await api.rows.asset()).id });
  await editor.step('publish', series.id, season.id, mild.id, wild.id, adult.id);
  const viewer = await api.as('viewer');
  await api.rows.profile({ account_id: viewer.id, maturity_limit: 12 });
  const headers = { authorization: viewer.authorization };
  t.same(await listed(api, '', headers), [series.id]);
  t.same(await listed(api, `/${season.id}/episodes`, headers), [mild.id]);
  t.match((await ask(api, `/${series.id}`, headers)).json(), { seasons: [{ episodes: 1 }] });
  for (const { id } of [wild, adult]) t.equal((await ask(api, `/${id}`, headers)).statusCode, 404);
  t.equal((await listed(api)).length, 2, 'who is not signed in has no limit');

  await api.db.updateTable('profiles').set({ pin_hash: 'x' }).where('account_id', '=', viewer.id).execute();
  t.match((await ask(api, '', headers)).json(), { code: 'profile_not_chosen' });
});

t.test('pages follow one another, and texts the languages of the reader', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const { id } = await editor.make({ kind: 'movie', assetId: (await api.rows.asset()).id });
    await editor.release(id, ['*', api.clock.now() - 1000 + Math.floor(n / 2)]);
    ids.unshift(id);
  }
  await editor.change(ids[0] as string, { texts: { ko: { name: '영화', synopsis: '하나' } } });
  await editor.step('publish', ...ids);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = (await ask(api, `?limit=2&kind=movie${cursor && `&cursor=${cursor}`}`)).json<Page>();
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  t.same(seen, ids);
  t.same(await listed(api, '?kind=series'), []);
  t.equal((await ask(api, '?cursor=1')).statusCode, 400);
  const korean = await ask(api, `/${ids[0]}`, { 'accept-language': 'ko-KR, en;q=0.5' });
  t.match(korean.json(), { name: '영화', language: 'ko', synopsis: '하나', tagline: null });
  t.match((await ask(api, `/${ids[0]}`, { 'accept-language': 'fr' })).json(), { name: 'Some movie', language: 'en' });
});
