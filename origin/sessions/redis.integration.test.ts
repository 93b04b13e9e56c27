import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import t from 'tap';
import { startRedis } from '../../server/testing/redis.ts';
import { newSession, openSessions, unlimited } from '../../server/testing/redis-sessions.ts';
import { until } from '../../server/testing/until.ts';
import { startOrigin, type RunningOrigin } from '../testing/start-origin.ts';

t.test('two origins over one Redis', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const open = async () => {
    // Never looked for in passing: what is denied can only be heard.
    const each = await openSessions(server.url, 'test:', { lookEveryMs: 3_600_000 });
    t.teardown(each.close);
    return each.sessions;
  };
  // The control API is a third process.
  const control = await open();
  const origins: RunningOrigin[] = [];
  const body = randomBytes(64 * 1024 ** 2);
  for (let n = 0; n < 2; n++) {
    const config = { maxCachedObjectBytes: 1024 ** 2, cacheBytes: 64 * 1024 ** 2, reportSeconds: 0.05 };
    const origin = await startOrigin(t, config, undefined, { store: await open() });
    await origin.put('v1/00001.m4s', body.subarray(0, 100_000));
    await origin.put('v1/00002.m4s', body);
    const { sessionId, assetId, versionId } = origin.claims;
    await control.start(newSession('account_1', { id: sessionId, assetId, versionId }), unlimited);
    origins.push(origin);
  }
  const [one, two] = origins as [RunningOrigin, RunningOrigin];

  /** A segment that the client takes slowly: what was received, and how it ended. */
  const download = (origin: RunningOrigin) => {
    const taken = { received: 0, outcome: undefined as string | undefined };
    get({ host: '127.0.0.1', port: origin.port, path: origin.path('v1/00002.m4s'), agent: false }, (incoming) => {
      const slow = setInterval(() => incoming.resume(), 20);
      incoming.on('data', (chunk: Buffer) => {
        taken.received += chunk.length;
        incoming.pause();
      });
      const done = (outcome: string) => {
        clearInterval(slow);
        taken.outcome = outcome;
      };
      incoming.on('end', () => done('end'));
      incoming.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    });
    return taken;
  };

  t.test('what they serve is known to the control API', async () => {
    for (const origin of origins) {
      await origin.get('v1/00001.m4s');
      const { sessionId } = origin.claims;
      await until('it is reported', async () => ((await control.get(sessionId))?.bytes ?? 0) >= 100_000);
    }
  });

  t.test('a stream that ends elsewhere ends within a second, in the middle of a segment, too', async (t) => {
    const running = origins.map(download);
    await until('both are under way', () => running.every(({ received }) => received > 0));
    const from = performance.now();
    await control.end(one.claims.sessionId);
    await until('it is refused', async () => (await one.get('v1/00001.m4s')).status === 403, { everyMs: 1 });
    // Measured: see the comment; 344 ms with thirty programs waiting for each core.
    t.comment(`refused after ${(performance.now() - from).toFixed(0)} ms`);
    await until('what was under way is cut off', () => running[0]?.outcome);
    t.equal(running[0]?.outcome, 'ECONNRESET');
    t.ok((running[0]?.received ?? 0) < body.length, 'before its end');
    t.equal((await two.get('v1/00001.m4s')).status, 200, 'another stream goes on');
    t.equal(running[1]?.outcome, undefined);
  });

  t.test('Redis comes and goes, and streams do not notice', async (t) => {
    await server.kill();
    t.equal((await two.get('v1/00001.m4s')).status, 200);
    t.equal((await one.get('v1/00001.m4s')).status, 403);
    const before = two.claims.sessionId;
    await server.start({ withoutData: true });
    await until('who plays is listed again, with what is served since', async () => {
      const found = await control.list().catch(() => []);
      return found.some(({ id, bytes }) => id === before && bytes > 0);
    });
    t.equal((await two.get('v1/00001.m4s')).status, 200);
    t.equal((await one.get('v1/00001.m4s')).status, 403, 'nobody comes back');
  });
});
