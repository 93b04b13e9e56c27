import t from 'tap';
import { startRedis } from '../../server/testing/redis.ts';
import { openSessions } from '../../server/testing/redis-sessions.ts';
import { until } from '../../server/testing/until.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';

const url = '/api/v1/playback/sessions';
const play = (api: Harness, authorization: string, assetId: string) =>
  api.app.inject({ method: 'POST', url, headers: { authorization }, body: { assetId } });

t.test('while the session store is away', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  for (const whenAway of ['refuse', 'admit'] as const) {
    const { sessions, close } = await openSessions(server.url, `${whenAway}:`, { whenAway });
    t.teardown(close);
    const api = await startControlApi(t, { sessions, folder: t.testdir({ [whenAway]: {} }) + `/${whenAway}` });
    const admin = await api.as('super_admin');
    const viewer = await api.as('viewer');
    const theirs = { authorization: viewer.authorization };
    const { assetId } = await api.rows.title({ ownerId: viewer.id, asset: 'ready', version: 'complete' });
    const { sessionId } = (await play(api, viewer.authorization, assetId)).json<{ sessionId: string }>();
    const watched = await api.rows.title({
      ownerId: admin.id,
      asset: 'ready',
      version: 'complete',
      // A video that a title has is not deleted.
      published: false,
    });
    const other = (await play(api, admin.authorization, watched.assetId)).json<{ sessionId: string }>();

    await server.stop();
    const answers = {
      start: await play(api, viewer.authorization, assetId),
      list: await api.app.inject({ url, headers: theirs }),
      end: await api.app.inject({ method: 'DELETE', url: `${url}/${sessionId}`, headers: theirs }),
    };
    if (whenAway === 'admit') t.equal(answers.start.statusCode, 201, 'a stream is let in');
    for (const [what, answer] of Object.entries(answers)) {
      if (whenAway === 'admit' && what === 'start') continue;
      t.equal(answer.statusCode, 503, what);
      t.equal(answer.headers['retry-after'], '5', what);
      t.match(answer.json(), { code: 'sessions_unavailable', retryAfterSeconds: 5 }, what);
    }
    const deleted = await api.app.inject({
      method: 'DELETE',
      url: `/api/v1/assets/${watched.assetId}`,
      headers: { authorization: admin.authorization },
    });
    t.equal(deleted.statusCode, 204, 'what was changed is no failure');

    await server.start();
    await until('its streams end then', () => sessions.isDenied(other.sessionId));
    const list = await until('streams are listed again', async () => {
      const answer = await api.app.inject({ url, headers: theirs });
      return answer.statusCode === 200 ? answer.json<{ items: { id: string }[] }>().items : undefined;
    });
    t.equal(list.length, whenAway === 'admit' ? 2 : 1);
    t.equal(list.at(-1)?.id, sessionId);
    const ended = await api.app.inject({ method: 'DELETE', url: `${url}/${sessionId}`, headers: theirs });
    t.equal(ended.statusCode, 204);
  }
});
