import t from 'tap';
import { roles } from '../server/kit/permissions.ts';
import { canBeNarrowed, isWithin, TitleScope } from '../server/kit/title-scope.ts';
import { isAboutTitles } from './testing/asked-scopes.ts';
import { startControlApi, type Harness } from './testing/harness.ts';
import { addSeries, narrow, noSeries, type WholeSeries } from './testing/two-series.ts';

interface Asked {
  readonly url: string;
  readonly body?: object | undefined;
}

const week = 7 * 86_400_000;
const pictures = (titleId: string) => ({ titles: [{ titleId, revision: 1, pictures: [] }] });
const year = { year: 2026 };

/** Bodies of routes to one thing that pass their schema. */
const bodies: Readonly<Record<string, object>> = {
  'PATCH titles/:id': { revision: 1, year: 2026 },
  'PUT titles/:id/releases': { revision: 1, releases: [] },
  'PUT titles/:id/order': { kind: 'trailer', titles: ['title_01JZ8Q4M6RXK3V5T9B2C7D1E0F'] },
  'POST titles/:id/plan': { files: ['E01.mp4'] },
  'POST titles/:id/episodes': { episodes: [{ number: 1, name: 'x' }] },
  'PUT titles/:id/terms': { revision: 1, terms: [] },
  'PUT titles/:id/audio': { assetId: 'asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F', off: [] },
  'POST titles/:id/subtitles': { language: 'en' },
  'POST titles/:id/subtitles/found': { assetId: 'asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F', stream: 2 },
  'PATCH subtitles/:id': { revision: 1, isOn: false },
  'PATCH subtitles/:id/cues': { revision: 1, changes: [{ startMs: 0, endMs: 1000, text: 'x' }] },
  'PUT subtitles/:id/file': { revision: 1, content: 'eA==' },
  'POST subtitles/:id/shift': { revision: 1, byMs: 1 },
  'POST subtitles/:id/publish': { revision: 1 },
};

/** How routes are asked that have no thing in their path: lists, and those whose body names titles. */
const others: Readonly<Record<string, (of: WholeSeries, api: Harness) => readonly Asked[]>> = {
  'GET titles': ({ series, season, assetId }) => [
    { url: 'titles' },
    { url: 'titles?search=series' },
    { url: 'titles?isRoot=true' },
    { url: `titles?rootId=${series}` },
    { url: `titles?parentId=${season}` },
    { url: `titles?assetId=${assetId}` },
  ],
  'POST titles': ({ series, season }) => [
    { url: 'titles', body: { kind: 'extra', parentId: series, originalLanguage: 'en', text: { name: 'x' } } },
    { url: 'titles', body: { kind: 'episode', parentId: season, originalLanguage: 'en', text: { name: 'x' } } },
  ],
  'POST titles-from-videos': ({ season, assetId }) => [
    { url: 'titles-from-videos', body: { seasonId: season, videos: [{ assetId }] } },
  ],
  'GET featured': () => [{ url: 'featured' }],
  'GET calendar': (_of, { clock }) => [
    {
      url: `calendar?from=${new Date(clock.now() - week).toISOString()}&to=${new Date(clock.now() + week).toISOString()}`,
    },
  ],
  'GET export': ({ series }) => [{ url: `export?format=json&rootId=${series}` }],
  'POST steps': ({ series, episode }) => [
    { url: 'steps', body: { step: 'withdraw', titles: [episode] } },
    { url: 'steps', body: { step: 'withdraw', titles: [series] } },
  ],
  'POST edits/preview': ({ series, episode }) => [
    { url: 'edits/preview', body: { titles: [series, episode], changes: year } },
  ],
  'POST edits': ({ episode }) => [{ url: 'edits', body: { titles: [{ id: episode, revision: 1 }], changes: year } }],
  'PUT pictures': ({ series, episode }) => [
    { url: 'pictures', body: pictures(episode) },
    { url: 'pictures', body: pictures(series) },
  ],
  'POST pictures/from-frame': ({ versionId }) => [
    { url: 'pictures/from-frame', body: { kind: 'banner', stillVersionId: versionId, chunk: 0 } },
  ],
  'GET assets': () => [{ url: 'assets' }, { url: 'assets?search=clip' }, { url: 'assets?sort=title' }],
};

/** The path of a route, as the tables above name it. */
const nameOf = ({ method, url }: { readonly method: string; readonly url: string }) =>
  `${method} ${url.replace(/^\/api\/v1\/(catalogue\/)?/, '')}`;

/** What a route asks of a series, in all the ways there are; undefined when nobody has said how. */
function asksOf(route: { readonly method: string; readonly url: string }, of: WholeSeries, api: Harness) {
  const name = nameOf(route);
  if (!route.url.includes(':id')) return others[name]?.(of, api);
  const path = name
    .slice(name.indexOf(' ') + 1)
    .replace(':versionId', of.versionId)
    .replace(':chunk', '0');
  const ids = path.startsWith('assets')
    ? [of.assetId]
    : path.startsWith('subtitles')
      ? [of.subtitles]
      : [of.series, of.episode];
  const query = route.method === 'DELETE' && path.startsWith('subtitles') ? '?revision=1' : '';
  return ids.map((id): Asked => ({ url: path.replace(':id', id) + query, body: bodies[name] }));
}

/** An answer without what is of this request, and with the things that were asked for called the same. */
const plain = (text: string, of: WholeSeries) =>
  Object.entries(of)
    .reduce((said, [name, id]) => said.replaceAll(String(id), name), text)
    .replaceAll(/request_\w+/g, 'request');

t.test('the decision', async (t) => {
  t.ok(isWithin('all', 'a'));
  t.ok(isWithin(new Set(['a', 'b']), 'b'));
  t.notOk(isWithin(new Set(['a']), 'b'));
  t.notOk(isWithin(new Set(), 'a'), 'nothing is not everything');
  t.same(
    roles.filter((role) => canBeNarrowed(role)),
    ['content_manager'],
  );
  const scope = new TitleScope(new Set(['a']));
  t.notOk(scope.isAsked);
  t.throws(() => scope.requireAll(), { code: 'rights_narrowed' });
  t.ok(scope.isAsked);
  new TitleScope('all').requireAll();
});

t.test('every route about titles: what is elsewhere is not there', async (t) => {
  const api = await startControlApi(t);
  const [own, other, nothing] = [await addSeries(api, 1), await addSeries(api, 2), noSeries()];
  const manager = await api.as('content_manager');
  const free = await api.as('content_manager');
  await narrow(api, manager, [own.series]);
  const send = async ({ method, url }: (typeof api.routes)[number], asked: Asked, by = manager) =>
    api.app.inject({
      method: method as 'GET',
      url: `/api/v1/${url.startsWith('/api/v1/catalogue') ? 'catalogue/' : ''}${asked.url}`,
      headers: { authorization: by.authorization },
      ...(method !== 'GET' && method !== 'HEAD' && asked.body && { body: asked.body }),
    });
  const before = await contents(api, other);
  const routes = api.routes.filter((route) => isAboutTitles(route) && route.method !== 'HEAD');
  t.ok(routes.length > 45, `${routes.length} routes`);
  for (const route of routes) {
    const name = nameOf(route);
    if (route.scope === 'whole') {
      const { statusCode, body } = await send(route, { url: name.slice(name.indexOf(' ') + 1).replace(':id', 'x') });
      t.match({ statusCode, body }, { statusCode: 403, body: /"rights_narrowed"/ }, name);
    } else if (route.scope === undefined) {
      const [there, elsewhere, nowhere] = [own, other, nothing].map((of) => asksOf(route, of, api));
      if (!there || !elsewhere || !nowhere) {
        t.fail(`${name} is in no table of this test`);
        continue;
      }
      for (const [index, asked] of elsewhere.entries()) {
        const answer = await send(route, asked);
        const same = await send(route, nowhere[index] as Asked);
        t.equal(answer.statusCode, same.statusCode, `${name}: ${asked.url}`);
        t.equal(plain(answer.body, other), plain(same.body, nothing), `${name}: ${asked.url}`);
        if (route.url.includes(':id')) t.equal(answer.statusCode, 404, `${name}: ${asked.url}`);
      }
      // What changes or removes something is the last of all.
      if (route.method === 'GET')
        for (const asked of there) {
          const { statusCode, body } = await send(route, asked);
          t.ok(statusCode !== 404 || /stills/.test(name), `${name}: ${asked.url} is there: ${body.slice(0, 200)}`);
          for (const id of Object.values(other)) t.notOk(body.includes(String(id)), `${name}: ${asked.url}`);
        }
    }
  }
  t.same(await contents(api, other), before, 'nothing of it was changed');

  const lists = routes.filter((route) => route.method === 'GET' && others[nameOf(route)] !== undefined);
  for (const route of lists)
    for (const asked of asksOf(route, other, api) ?? []) {
      const { body } = await send(route, asked, free);
      t.ok(
        Object.values(other).some((id) => body.includes(String(id))),
        `${nameOf(route)}: ${asked.url} would show it`,
      );
    }
  for (const route of routes.filter(({ method, scope }) => method !== 'GET' && scope === undefined))
    for (const asked of asksOf(route, own, api) ?? []) {
      if (nameOf(route).startsWith('DELETE')) continue;
      const { statusCode, body } = await send(route, asked);
      t.ok(
        statusCode !== 404 || /frame|order|restore/.test(asked.url),
        `${nameOf(route)} ${asked.url}: ${body.slice(0, 200)}`,
      );
    }
});

/** All that a test could change of a series. */
async function contents(api: Harness, { series, assetId }: WholeSeries): Promise<unknown> {
  const titles = api.db.selectFrom('titles').selectAll().where('root_id', '=', series).orderBy('id');
  const subtitles = api.db.selectFrom('subtitles').selectAll('subtitles');
  return {
    titles: (await titles.execute()).map((row) => ({ ...row, updated_at: 0 })),
    asset: await api.db.selectFrom('assets').selectAll().where('id', '=', assetId).execute(),
    subtitles: await subtitles.where('title_id', 'in', titles.clearSelect().select('id').clearOrderBy()).execute(),
  };
}

t.test('what is deleted is brought back by who works on it', async (t) => {
  const api = await startControlApi(t);
  const [own, other] = [await addSeries(api, 1), await addSeries(api, 2)];
  const [manager, free] = [await api.as('content_manager'), await api.as('content_manager')];
  await narrow(api, manager, [own.series]);
  const send = async (by: { authorization: string }, method: 'DELETE' | 'POST' | 'GET', url: string) => {
    const headers = { authorization: by.authorization };
    return (await api.app.inject({ method, url: `/api/v1/catalogue/titles${url}`, headers })).statusCode;
  };
  for (const { series } of [own, other]) t.equal(await send(free, 'DELETE', `/${series}`), 204);
  t.equal(await send(manager, 'POST', `/${other.series}/restore`), 404);
  t.equal(await send(manager, 'POST', `/${own.series}/restore`), 200);
  t.equal(await send(manager, 'GET', `/${own.episode}`), 200);
});

t.test('what is about the whole catalogue is refused', async (t) => {
  const api = await startControlApi(t);
  const own = await addSeries(api, 1);
  const manager = await api.as('content_manager');
  await narrow(api, manager, [own.series]);
  const person = await api.rows.term({ kind: 'person' });
  const send = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: object) => {
    const headers = { authorization: manager.authorization };
    const answer = await api.app.inject({ method, url: `/api/v1/catalogue/${url}`, headers, ...(body && { body }) });
    return answer.body === '' ? { code: undefined } : answer.json<{ code?: string }>();
  };
  const title = { originalLanguage: 'en', text: { name: 'x' } };
  t.match(await send('POST', 'titles', { kind: 'series', ...title }), { code: 'rights_narrowed' });
  t.match(await send('POST', 'titles', { kind: 'movie', ...title }), { code: 'rights_narrowed' });
  t.match(await send('GET', 'export?format=csv'), { code: 'rights_narrowed' });
  t.match(await send('PUT', 'pictures', { people: [{ personId: person.id, revision: 1, portrait: null }] }), {
    code: 'rights_narrowed',
  });
  t.match(
    await send('GET', 'terms?kind=person'),
    { items: [{ id: person.id }] },
    'terms can be read, to choose from them',
  );
});

t.test('videos: their own, and those of their titles', async (t) => {
  const api = await startControlApi(t);
  const [own, other] = [await addSeries(api, 1), await addSeries(api, 2)];
  const manager = await api.as('content_manager');
  await narrow(api, manager, [own.series]);
  const { assetId: brought } = await api.rows.title({
    ownerId: manager.id,
    asset: 'ready',
    version: 'complete',
    published: false,
  });
  const send = async (method: 'GET' | 'POST' | 'PATCH', url: string, body?: object) => {
    const headers = { authorization: manager.authorization };
    return api.app.inject({ method, url: `/api/v1/${url}`, headers, ...(body && { body }) });
  };
  const ids = (await send('GET', 'assets')).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
  t.same(ids.toSorted(), [own.assetId, brought].toSorted());
  const give = async (assetId: string | null) => {
    const { revision } = (await send('GET', `catalogue/titles/${own.episode}`)).json<{ revision: number }>();
    return send('PATCH', `catalogue/titles/${own.episode}`, { revision, assetId });
  };
  t.match((await give(other.assetId)).json(), { code: 'not_found' }, 'nobody gets at a video by giving it to a title');
  t.equal((await give(brought)).statusCode, 200);
  t.equal((await send('GET', `assets/${own.assetId}`)).statusCode, 404, 'their titles have it no more');
  t.equal((await send('GET', `assets/${brought}`)).statusCode, 200);

  const play = async (wanted: object) => (await send('POST', 'playback/sessions', wanted)).statusCode;
  t.equal(await play({ titleId: own.episode }), 201);
  t.equal(await play({ assetId: brought }), 201);
  t.equal(await play({ titleId: other.episode }), 404, 'not released for anybody');
  t.equal(await play({ assetId: other.assetId }), 404);
  t.equal(await play({ assetId: own.assetId }), 404);
  await api.db
    .insertInto('title_windows')
    .values({ title_id: other.episode, region: '*', kind: 'episode', opens_at: 0, closes_at: null })
    .execute();
  t.equal(await play({ titleId: other.episode }), 201, 'what is released they watch as everybody does');

  await api.db.updateTable('titles').set({ asset_id: null }).where('id', '=', own.episode).execute();
  await api.db.updateTable('titles').set({ asset_id: brought }).where('id', '=', other.season).execute();
  const taken = (await give(brought)).json<{ code: string; titleId?: string }>();
  t.match(taken, { code: 'asset_taken' });
  t.equal(taken.titleId, undefined, 'which title has it is not theirs to know');
});
