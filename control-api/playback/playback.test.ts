import t from 'tap';
import { verifyPlaybackToken } from '../../server/assets/playback-token.ts';
import { newId } from '../../server/kit/ids.ts';
import { everyTitle } from '../../server/kit/title-scope.ts';
import { until } from '../../server/testing/until.ts';
import { setPassword } from '../sign-in/passwords/set-password.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { findPlayable } from '../catalog/viewers/playable.ts';
import type { Entitlement, EntitlementQuestion } from './entitlement.ts';
import { PlaybackService } from './service.ts';

interface Started {
  sessionId: string;
  hls: string;
  dash: string;
  expiresAt: string;
}
const play = (api: Harness, authorization: string, assetId: string, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/playback/sessions',
    headers: { authorization, ...headers },
    body: { assetId },
  });
const sessions = (api: Harness, authorization: string, query = '') =>
  api.app.inject({ url: `/api/v1/playback/sessions${query}`, headers: { authorization } });
const end = (api: Harness, authorization: string, id: string) =>
  api.app.inject({ method: 'DELETE', url: `/api/v1/playback/sessions/${id}`, headers: { authorization } });

t.test('a stream has a signed place', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  const { assetId, versionId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
  const response = await play(api, viewer.authorization, assetId, { host: 'tv.example:8080' });
  t.equal(response.statusCode, 201);
  t.equal(response.headers['cache-control'], 'no-store');
  const started = response.json<Started>();
  const [, token = '', rest] = /^http:\/\/tv\.example:8080\/s\/([^/]+)\/(.*)$/.exec(started.hls) ?? [];
  t.equal(rest, `${assetId}/${versionId}/master.m3u8`);
  t.equal(started.dash, started.hls.replace('master.m3u8', 'manifest.mpd'));
  t.match(verifyPlaybackToken(token, api.playbackKeyring), {
    assetId,
    versionId,
    sessionId: started.sessionId,
    expiresAt: Date.parse(started.expiresAt) / 1000,
  });
  t.equal(
    Date.parse(started.expiresAt),
    Math.floor(api.clock.now() / 1000) * 1000 + api.config.playback.tokenSeconds * 1000,
  );
  t.equal(verifyPlaybackToken(token, api.accessKeyring), undefined, 'the two kinds of tokens have keys of their own');
  t.notOk(
    api.logs.some((line) => line.includes(token)),
    'and it is not logged',
  );
  t.equal((await play(api, viewer.authorization, assetId, { host: 'evil"><script>' })).statusCode, 400);
});

t.test('a stream that begins while its account is disabled ends with the others', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  const { authorization } = await api.as('super_admin');
  const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
  const start = api.sessions.start.bind(api.sessions);
  const late: typeof start = async (session, limit) => {
    const url = `/api/v1/accounts/${viewer.id}`;
    await api.app.inject({ method: 'PATCH', url, headers: { authorization }, body: { status: 'disabled' } });
    return start(session, limit);
  };
  Object.assign(api.sessions, { start: late });
  t.equal((await play(api, viewer.authorization, assetId)).statusCode, 401);
  t.same(await api.sessions.list({ accountId: viewer.id }), []);
});

t.test('what cannot be played', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  for (const [asset, version] of [
    ['processing', 'encoding'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ] as const) {
    const { assetId } = await api.rows.title({ ownerId: viewer.id, asset, version });
    t.equal((await play(api, viewer.authorization, assetId)).json().code, 'asset_not_playable', asset);
  }
  const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'deleted', version: 'complete' });
  t.equal((await play(api, viewer.authorization, assetId)).statusCode, 404);
  t.equal((await play(api, viewer.authorization, newId('asset'))).statusCode, 404);
  t.equal((await play(api, viewer.authorization, '%')).statusCode, 400);
  const growing = await api.rows.title({ ownerId: viewer.id, asset: 'playable', version: 'playable' });
  t.equal((await play(api, viewer.authorization, growing.assetId)).statusCode, 201);
});

t.test('configured addresses win over the Host header', async (t) => {
  for (const [settings, base] of [
    [{ server: { publicUrl: 'https://video.example.com/' } }, 'https://video.example.com/s/'],
    [
      { server: { publicUrl: 'https://video.example.com' }, origin: { publicUrl: 'https://cdn.example.com/edge' } },
      'https://cdn.example.com/edge/s/',
    ],
  ] as const) {
    const api = await startControlApi(t, { settings, folder: t.testdir() });
    const viewer = await api.as('viewer');
    const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
    t.ok(
      (await play(api, viewer.authorization, assetId, { host: 'evil.example' })).json<Started>().hls.startsWith(base),
      base,
    );
    await api.stop();
  }
});

t.test('limits, lists and ends', async (t) => {
  const api = await startControlApi(t, { settings: { playback: { streamsPerAccount: 2 } } });
  const [viewer, other, admin] = [await api.as('viewer'), await api.as('viewer'), await api.as('super_admin')];
  const { assetId } = await api.rows.title({ ownerId: admin.id, asset: 'ready', version: 'complete' });
  const first = (await play(api, viewer.authorization, assetId)).json<Started>();
  await play(api, viewer.authorization, assetId);
  t.match((await play(api, viewer.authorization, assetId)).json(), {
    status: 409,
    code: 'too_many_streams',
    active: 2,
    limit: 2,
  });

  t.equal((await sessions(api, viewer.authorization)).json<{ items: object[] }>().items.length, 2);
  t.same((await sessions(api, other.authorization)).json(), { items: [] });
  t.equal((await sessions(api, other.authorization, `?accountId=${viewer.id}`)).statusCode, 403);
  t.equal((await sessions(api, viewer.authorization, `?accountId=${viewer.id}`)).statusCode, 200);
  t.equal(
    (await sessions(api, admin.authorization, `?accountId=${viewer.id}`)).json<{ items: object[] }>().items.length,
    2,
  );

  t.equal((await end(api, other.authorization, first.sessionId)).statusCode, 404, 'somebody else’s is not there');
  t.notOk(api.sessions.isDenied(first.sessionId));
  t.equal((await end(api, viewer.authorization, first.sessionId)).statusCode, 204);
  t.ok(api.sessions.isDenied(first.sessionId));
  t.equal((await end(api, viewer.authorization, first.sessionId)).statusCode, 404);
  const again = (await play(api, viewer.authorization, assetId)).json<Started>();
  t.equal((await end(api, admin.authorization, again.sessionId)).statusCode, 204);
});

t.test('streams of a version that ended early are stopped, the others are not', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.as('viewer');
  const growing = await api.rows.title({ ownerId: viewer.id, asset: 'playable', version: 'playable' });
  const other = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
  const [lost, kept] = [
    await play(api, viewer.authorization, growing.assetId),
    await play(api, viewer.authorization, other.assetId),
  ].map((response) => response.json<Started>().sessionId);
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  await api.lifecycle.cancel(growing.assetId);
  await until('the stream is stopped', () => api.sessions.isDenied(lost ?? ''));
  t.notOk(api.sessions.isDenied(kept ?? ''));
});

t.test('a kill between signing an account out and ending its streams lets none of them live', async (t) => {
  const api = await startControlApi(t);
  const [viewer, other] = [await api.as('viewer'), await api.as('viewer')];
  const { authorization } = await api.as('super_admin');
  const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
  const [lost, kept] = await Promise.all(
    [viewer, other].map(async (each) => (await play(api, each.authorization, assetId)).json<Started>().sessionId),
  );
  api.clock.advance(1);
  // As an earlier process leaves it: what is recorded is kept for this consumer.
  await api.outbox.makeKnown({ name: 'playback.end-streams-of-account', events: ['account.signed-out'] });
  const { endAll } = api.sessions;
  Object.assign(api.sessions, { endAll: () => Promise.reject(new Error('killed')) });
  const change = (status: string) =>
    api.app.inject({
      method: 'PATCH',
      url: `/api/v1/accounts/${viewer.id}`,
      headers: { authorization },
      body: { status },
    });
  t.equal((await change('disabled')).statusCode, 500);
  Object.assign(api.sessions, { endAll });
  t.notOk(api.sessions.isDenied(lost ?? ''));
  api.clock.advance(1);
  t.equal((await change('active')).statusCode, 200);
  const since = (await play(api, await api.signIn(viewer), assetId)).json<Started>().sessionId;
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  await until('the stream is stopped', () => api.sessions.isDenied(lost ?? ''));
  t.notOk(api.sessions.isDenied(kept ?? ''), 'of others none');
  t.notOk(api.sessions.isDenied(since), 'nor what began later');
});

t.test('a password that an operator sets ends the streams of its account', async (t) => {
  const api = await startControlApi(t);
  const [viewer, other] = [await api.as('viewer'), await api.as('viewer')];
  const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
  const [stolen, kept] = await Promise.all(
    [viewer, other].map(async (each) => (await play(api, each.authorization, assetId)).json<Started>().sessionId),
  );
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  await setPassword(api.db, { email: viewer.email, outbox: api.outbox, clock: api.clock });
  api.outbox.wake();
  await until('the stream is stopped', () => api.sessions.isDenied(stolen ?? ''));
  t.notOk(api.sessions.isDenied(kept ?? ''), 'of others none');
});

t.test('starting and ending over and over is slowed down', async (t) => {
  const api = await startControlApi(t, { settings: { playback: { startsPerMinute: 3 } } });
  const [viewer, other] = [await api.as('viewer'), await api.as('viewer')];
  const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
  for (let i = 0; i < 3; i++)
    await end(api, viewer.authorization, (await play(api, viewer.authorization, assetId)).json<Started>().sessionId);
  const refused = await play(api, viewer.authorization, assetId);
  t.match(refused.json(), { status: 429, code: 'too_many_requests' });
  t.ok(Number(refused.headers['retry-after']) >= 1);
  t.equal((await play(api, other.authorization, assetId)).statusCode, 201, 'nobody else is');
});

t.test('a limited stream has the manifests of its rung, and a token that names it', async (t) => {
  for (const [topRung, expected] of [
    [0, undefined],
    [1080, undefined],
    [720, undefined],
    [719, 360],
    [360, 360],
    [100, 360],
  ] as const) {
    const api = await startControlApi(t, { settings: { playback: { topRung } }, folder: t.testdir() });
    const viewer = await api.as('viewer');
    const { assetId, versionId } = await api.rows.title({ asset: 'playable', version: 'playable' });
    await api.rows.plan(versionId);
    const { hls, dash } = (await play(api, viewer.authorization, assetId)).json<Started>();
    const [, token = '', rest] = /\/s\/([^/]+)\/(.*)$/.exec(hls) ?? [];
    const suffix = expected === undefined ? '' : `-${expected}`;
    t.equal(rest, `${assetId}/${versionId}/master${suffix}.m3u8`, `${topRung}`);
    t.equal(dash, hls.replace(/master[^/]*$/, `manifest${suffix}.mpd`));
    t.equal(verifyPlaybackToken(token, api.playbackKeyring)?.topRung, expected);
    await api.stop();
  }
});

t.test('the decision is asked for with all that is known, and what it says is done', async (t) => {
  const api = await startControlApi(t);
  const { assetId, versionId } = await api.rows.title({ asset: 'ready', version: 'complete' });
  await api.rows.plan(versionId);
  const account = await api.rows.account({ role: 'viewer' });
  const profile = { id: 'profile_1', maturityLimit: 12 };
  const asked: object[] = [];
  let decision: Entitlement = { granted: true, reason: 'grant', streams: 1, topRung: 500 };
  const playback = new PlaybackService({
    db: api.db,
    config: {
      ...api.config,
      server: { ...api.config.server, trustProxy: true },
      playback: { ...api.config.playback, regionHeader: 'x-country', topRung: 0, streamsPerAccount: 5 },
    },
    sessions: api.sessions,
    entitlements: {
      decide: async (question: Omit<EntitlementQuestion, 'grants'>) => {
        asked.push(question);
        return decision;
      },
    },
    titles: { playable: async (wanted, onlooker) => findPlayable(api.db, wanted, onlooker) },
    profiles: { current: async (signIn) => (signIn.familyId === 'family_1' ? profile : undefined) },
    keyring: api.playbackKeyring,
    clock: api.clock,
  });
  const start = (id = assetId) =>
    playback.start({
      identity: { accountId: account.id, familyId: 'family_1', role: 'viewer', scope: everyTitle },
      wanted: { assetId: id },
      requestUrl: 'http://127.0.0.1',
      headers: { 'x-country': 'DE' },
      isStillAllowed: () => Promise.resolve(true),
    });
  const { id: titleId } = await api.db
    .selectFrom('titles')
    .select('id')
    .where('asset_id', '=', assetId)
    .executeTakeFirstOrThrow();
  t.match((await start()).hls, /master-360\.m3u8$/);
  t.strictSame(asked, [
    {
      account: { id: account.id, role: 'viewer' },
      profile,
      title: { id: titleId, isFree: false, topRung: undefined },
      asset: { id: assetId, state: 'ready', versionId },
      region: 'DE',
      now: api.clock.now(),
    },
  ]);
  await t.rejects(start(), { code: 'too_many_streams' }, 'one stream, not the five of the configuration');

  decision = { granted: false, reason: 'not_signed_in', parameters: { plan: 'none' } };
  await t.rejects(start(), { code: 'not_entitled', status: 403, extras: { reason: 'not_signed_in', plan: 'none' } });
  decision = { granted: false, reason: 'profile_not_chosen', parameters: {} };
  await t.rejects(start(), { code: 'profile_not_chosen', status: 403 });
  decision = { granted: false, reason: 'asset_not_playable', parameters: { assetState: 'failed' } };
  await t.rejects(start(), { code: 'asset_not_playable', extras: { assetState: 'failed' } });

  asked.length = 0;
  await t.rejects(start(newId('asset')), { code: 'not_found' });
  t.same(asked, [], 'of what is not there nothing is decided');
});

t.test('what ends while a stream of it starts leaves no stream behind', async (t) => {
  const api = await startControlApi(t);
  const account = await api.rows.account({ role: 'viewer' });
  for (const ending of ['cancel', 'delete'] as const) {
    const { assetId } = await api.rows.title({ asset: 'playable', version: 'playable' });
    const playback = new PlaybackService({
      db: api.db,
      config: api.config,
      sessions: api.sessions,
      entitlements: {
        decide: async (): Promise<Entitlement> => {
          await api.lifecycle[ending](assetId);
          return { granted: true, reason: 'grant', streams: 1, topRung: undefined };
        },
      },
      titles: { playable: async (wanted, onlooker) => findPlayable(api.db, wanted, onlooker) },
      profiles: { current: async () => undefined },
      keyring: api.playbackKeyring,
      clock: api.clock,
    });
    const start = playback.start({
      identity: { accountId: account.id, familyId: 'family_1', role: 'viewer', scope: everyTitle },
      wanted: { assetId },
      requestUrl: 'http://127.0.0.1',
      headers: {},
      isStillAllowed: () => Promise.resolve(true),
    });
    await t.rejects(start, { code: 'asset_not_playable' }, ending);
    t.same(await api.sessions.list({ accountId: account.id }), []);
  }
});
