import t from 'tap';
import { verifyPlaybackToken } from '../../server/assets/playback-token.ts';
import { newId } from '../../server/kit/ids.ts';
import { until } from '../../server/testing/until.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';

const start = async (api: Harness, authorization: string, wanted: object) =>
  api.app.inject({ method: 'POST', url: '/api/v1/playback/sessions', headers: { authorization }, body: wanted });
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code;
const withoutRequest = (body: string) => body.replace(/request_\w+/, '');
const ready = { asset: 'ready', version: 'complete' } as const;

/** A movie that opens in a minute and closes two minutes later. */
async function movieToCome(api: Harness) {
  const { assetId, versionId } = await api.rows.title({ ...ready, published: false });
  const titleId = await api.rows.publish(assetId);
  const opensAt = api.clock.now() + 60_000;
  const window = { opens_at: opensAt, closes_at: opensAt + 120_000 };
  await api.db.updateTable('title_windows').set(window).where('title_id', '=', titleId).execute();
  return { titleId, assetId, versionId, ...window };
}

t.test('a title is watched while it is released, by its id or that of its video', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  const { titleId, assetId, opens_at, closes_at } = await movieToCome(api);
  const both = [{ titleId }, { assetId }];
  const refusedLikeNothing = async () => {
    for (const wanted of both) {
      const hidden = await start(api, viewer.authorization, wanted);
      const nothing = await start(api, viewer.authorization, { titleId: newId('title') });
      t.same([hidden.statusCode, withoutRequest(hidden.body)], [404, withoutRequest(nothing.body)]);
    }
  };
  api.clock.advance(opens_at - api.clock.now() - 1);
  await refusedLikeNothing();
  api.clock.advance(1);
  for (const wanted of both) {
    const started = await start(api, viewer.authorization, wanted);
    t.equal(started.statusCode, 201);
    const { hls, expiresAt } = started.json<{ hls: string; expiresAt: string }>();
    t.equal(Date.parse(expiresAt), Math.floor(closes_at / 1000) * 1000, 'no longer than it is there');
    const token = verifyPlaybackToken(/\/s\/([^/]+)/.exec(hls)?.[1] ?? '', api.playbackKeyring);
    t.equal(token?.expiresAt, Math.floor(closes_at / 1000));
  }
  api.clock.advance(120_000);
  const later = await api.signIn(viewer);
  t.equal((await start(api, later, { titleId })).statusCode, 404);
  t.equal((await start(api, later, { titleId, assetId })).statusCode, 400, 'one of them');
  t.equal((await start(api, later, {})).statusCode, 400);
});

t.test('staff look at what is to come, and at videos without a title', async (t) => {
  const api = await startControlApi(t);
  const [manager, viewer] = [await api.as('content_manager'), await api.as('viewer')];
  const { titleId } = await movieToCome(api);
  t.equal((await start(api, manager.authorization, { titleId })).statusCode, 201);
  const { assetId } = await api.rows.title({ ...ready, published: false });
  t.equal((await start(api, manager.authorization, { assetId })).statusCode, 201);
  t.equal((await start(api, viewer.authorization, { assetId })).statusCode, 404);
  t.equal((await start(api, manager.authorization, { titleId: newId('title') })).statusCode, 404);
});

t.test('nothing above the limit of a profile, nothing that is no video yet', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  await api.rows.profile({ account_id: viewer.id, maturity_limit: 12 });
  const { assetId } = await api.rows.title(ready);
  t.equal((await start(api, viewer.authorization, { assetId })).statusCode, 201);
  await api.db.updateTable('titles').set({ effective_maturity: 16 }).where('asset_id', '=', assetId).execute();
  t.equal((await start(api, viewer.authorization, { assetId })).statusCode, 404);

  const { titleId } = {
    titleId: await api.rows.publish((await api.rows.title({ ...ready, published: false })).assetId),
  };
  await api.db.updateTable('titles').set({ asset_id: null }).where('id', '=', titleId).execute();
  t.equal(codeOf(await start(api, viewer.authorization, { titleId })), 'asset_not_playable');
});

t.test('guests watch what is free', async (t) => {
  const api = await startControlApi(t);
  const guest = await api.as('guest');
  const { assetId } = await api.rows.title(ready);
  t.match((await start(api, guest.authorization, { assetId })).json(), {
    code: 'not_entitled',
    reason: 'sign_up_needed',
  });
  await api.db.updateTable('titles').set({ free_episodes: 1 }).where('asset_id', '=', assetId).execute();
  t.equal((await start(api, guest.authorization, { assetId })).statusCode, 201);
});

t.test('of a series its first episodes are free', async (t) => {
  const api = await startControlApi(t);
  const guest = await api.as('guest');
  const series = await api.rows.catalogueTitle({ state: 'published', free_episodes: 2 });
  const watch = async (season: number, episode: number) => {
    const { assetId } = await api.rows.title({ ...ready, published: false });
    const found = await api.db
      .selectFrom('titles')
      .select('id')
      .where('parent_id', '=', series.id)
      .where('number', '=', season)
      .executeTakeFirst();
    const below = { root_id: series.id, state: 'published' as const };
    const { id: parent_id } =
      found ?? (await api.rows.catalogueTitle({ ...below, kind: 'season', parent_id: series.id, number: season }));
    const given = { ...below, kind: 'episode' as const, parent_id, number: episode, asset_id: assetId };
    const { id: title_id } = await api.rows.catalogueTitle(given);
    await api.db
      .insertInto('title_windows')
      .values({ title_id, region: '*', kind: 'episode', opens_at: 0, closes_at: null })
      .execute();
    return (await start(api, guest.authorization, { titleId: title_id })).statusCode;
  };
  t.equal(await watch(1, 1), 201);
  t.equal(await watch(1, 2), 201);
  t.equal(await watch(1, 3), 403);
  t.equal(await watch(2, 1), 403);
  t.equal(await watch(0, 1), 403, 'a special');
});

t.test('streams end when their title is taken away', async (t) => {
  const api = await startControlApi(t);
  await api.controlApi.background.start();
  const [viewer, manager] = [await api.as('viewer'), await api.as('content_manager')];
  const { assetId } = await api.rows.title(ready);
  const { id } = await api.db
    .selectFrom('titles')
    .select('id')
    .where('asset_id', '=', assetId)
    .executeTakeFirstOrThrow();
  await start(api, viewer.authorization, { titleId: id });
  t.equal((await api.sessions.list({ accountId: viewer.id })).length, 1);
  const withdrawn = await api.app.inject({
    method: 'POST',
    url: '/api/v1/catalogue/steps',
    headers: { authorization: manager.authorization },
    body: { step: 'withdraw', titles: [id] },
  });
  t.equal(withdrawn.statusCode, 204);
  await until('its stream ends', async () => (await api.sessions.list({ accountId: viewer.id })).length === 0);
  t.equal((await start(api, viewer.authorization, { titleId: id })).statusCode, 404);
});
