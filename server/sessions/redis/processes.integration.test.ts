import { ulid } from 'ulid';
import t from 'tap';
import { startRedis } from '../../testing/redis.ts';
import { forkSessions, newSession } from '../../testing/redis-sessions.ts';
import { until } from '../../testing/until.ts';

t.test('a hundred starts at the same time in two processes', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const prefix = `${ulid()}:`;
  const [here, there] = await Promise.all([1, 2].map(() => forkSessions(t, server.url, prefix)));
  if (!here || !there) throw new Error('unreachable');
  for (const policy of ['refuse', 'evict-oldest'] as const) {
    const limit = { perAccount: 2, policy, idleAfterMs: 60_000 };
    const accountId = `account_${policy}`;
    const sessions = Array.from({ length: 100 }, () => newSession(accountId));
    const results = await Promise.all(
      sessions.map((session, i) => (i % 2 ? here : there).call('start', session, limit)),
    );
    const live = (await here.call('list', { accountId })).map(({ id }) => id);
    t.equal(live.length, 2, policy);
    const started = results.filter((result) => result.started);
    t.equal(started.length, policy === 'refuse' ? 2 : 100, policy);
    const evicted = new Set(started.flatMap((result) => result.evicted));
    t.equal(evicted.size, policy === 'refuse' ? 0 : 98, 'each is evicted once');
    await until('who was evicted is denied in both, and nobody else', async () => {
      const denied = await Promise.all(
        sessions.flatMap(({ id }) => [here, there].map(async (each) => [id, await each.call('isDenied', id)] as const)),
      );
      return denied.every(([id, isDenied]) => isDenied === evicted.has(id));
    });
  }

  t.test('a killed process leaves its streams to the others', async (t) => {
    const session = newSession('account_killed');
    await here.call('start', session, { perAccount: 1, policy: 'refuse', idleAfterMs: 60_000 });
    await here.kill();
    t.match(await there.call('get', session.id), { id: session.id });
    t.equal(await there.call('end', session.id), true);
  });
});
