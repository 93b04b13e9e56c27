import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { createFirstAdmin } from '../../control-api/sign-in/passwords/first-admin.ts';
import { startRedis } from '../testing/redis.ts';
import { until } from '../testing/until.ts';
import { startServer } from './server.ts';

t.test('a server with its sessions on Redis says when they are away, and stays ready', async (t) => {
  const redis = await startRedis(t);
  if (!redis) return;
  const overrides = {
    dataDir: t.testdir(),
    log: { level: 'silent' },
    server: { port: 0 },
    metrics: { listen: '127.0.0.1:0' },
    sessions: { kind: 'redis' },
    redis: { url: redis.url },
  };
  const server = await startServer(loadConfig({ overrides }));
  t.teardown(() => server.stop());
  await createFirstAdmin(server.db, { email: 'admin@example.com' });
  const grant = await server.controlApi?.signInOperator();
  const get = (url: string) =>
    fetch(url, { headers: { authorization: `Bearer ${grant?.accessToken}`, connection: 'close' } });
  const notices = async () => {
    const answer = (await (await get(`${server.url}/api/v1/operations/status`)).json()) as {
      notices: { code: string }[];
    };
    return answer.notices.map(({ code }) => code).filter((code) => code === 'sessions-away');
  };
  const isAway = async () =>
    /^dramabox_sessions_redis_away (\d)$/m.exec(await (await get(server.metricsUrl ?? '')).text())?.[1];
  const list = async () => (await get(`${server.url}/api/v1/playback/sessions`)).status;

  t.strictSame([await list(), await isAway(), await notices()], [200, '0', []]);
  await redis.stop();
  await until('it is said', async () => (await notices()).length === 1);
  t.strictSame([await list(), await isAway()], [503, '1']);
  // Streams that play go on: a balancer must not take their origins away.
  t.equal((await get(`${server.url}/health/ready`)).status, 200);
  await redis.start();
  await until('it is over', async () => (await notices()).length === 0);
  t.strictSame([await list(), await isAway()], [200, '0']);
});
