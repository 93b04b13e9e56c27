import { ulid } from 'ulid';
import t from 'tap';
import { createFakeClock } from '../testing/fake-clock.ts';
import { startRedis } from '../testing/redis.ts';
import { newSession, openSessions, unlimited, type OpenSessions } from '../testing/redis-sessions.ts';
import { sessionsContract } from '../testing/sessions-contract.ts';
import { until } from '../testing/until.ts';

t.test('sessions on Redis', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const opened: OpenSessions[] = [];
  t.teardown(() => Promise.all(opened.map((each) => each.close())));
  const open: typeof openSessions = async (...args) => {
    const each = await openSessions(...args);
    opened.push(each);
    return each;
  };

  sessionsContract(t, async () => {
    const clock = createFakeClock();
    const prefix = `${ulid()}:`;
    return {
      here: (await open(server.url, prefix, { clock })).sessions,
      there: (await open(server.url, prefix, { clock })).sessions,
      now: () => clock.now(),
      advance: (milliseconds) => {
        clock.advance(milliseconds);
      },
    };
  });

  t.test('what 500 sessions cost Redis does not depend on what they are served', async (t) => {
    // Nothing else may ask meanwhile.
    const { sessions, commands } = await open(server.url, `${ulid()}:`, { lookEveryMs: 3_600_000 });
    const ids: string[] = [];
    for (let i = 0; i < 500; i++) {
      const session = newSession(`account_${i}`);
      await sessions.start(session, { ...unlimited, perAccount: 2 });
      ids.push(session.id);
    }
    const calls = async (): Promise<number> =>
      [...(await commands.info('commandstats')).matchAll(/^cmdstat_(?!info|config)\S+?:calls=(\d+)/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    const before = await calls();
    const flushes = 6;
    for (let flush = 0; flush < flushes; flush++)
      await sessions.touch(ids.map((sessionId) => ({ sessionId, lastSeenAt: Date.now(), bytes: 5_000_000 })));
    const seconds = flushes * 10;
    const perSecond = ((await calls()) - before) / seconds / ids.length;
    // Commands within scripts count, too: three for a flush, 0.0006 a second for each session.
    t.ok(perSecond <= 0.002, `${perSecond} operations a second for each session`);
    t.equal((await sessions.get(ids[499] as string))?.bytes, flushes * 5_000_000);
  });

  t.test('what has expired leaves nothing behind', async (t) => {
    const prefix = `${ulid()}:`;
    const clock = createFakeClock();
    const { sessions, commands } = await open(server.url, prefix, { clock, lookEveryMs: 20 });
    for (let i = 0; i < 40; i++) {
      const times = { startedAt: clock.now(), expiresAt: clock.now() + 60_000 };
      const session = newSession(`account_${i}`, { assetId: `asset_${i}`, versionId: `version_${i}`, ...times });
      await sessions.start(session, unlimited);
      if (i % 2) await sessions.end(session.id);
    }
    const keys = () => commands.keys(`${prefix}*`);
    t.ok((await keys()).length > 40);
    for (const key of await keys()) t.ok((await commands.pttl(key)) > 0, `${key} ends, should nobody come by`);
    clock.advance(3 * 60_000);
    await until('it is swept', async () => (await keys()).length === 1);
    t.same(await keys(), [`${prefix}sessions:state`]);
    const figures = Object.fromEntries(sessions.figures.map(({ name, read }) => [name, read()]));
    t.match(figures, { dramabox_sessions_redis_denials: 0, dramabox_sessions_redis_known: 0 });
  });

  t.test('what another program, or a mishap, left in an index is passed over and dropped', async (t) => {
    const prefix = `${ulid()}:`;
    const { sessions, commands } = await open(server.url, prefix);
    const session = newSession('account_1');
    await sessions.start(session, unlimited);
    for (const index of ['account:account_1', 'started']) {
      await commands.zadd(`${prefix}sessions:${index}`, Date.now(), 'session_nobody');
      t.equal((await sessions.list(index === 'started' ? {} : { accountId: 'account_1' })).length, 1);
      t.equal(await commands.zcard(`${prefix}sessions:${index}`), 1);
    }
    await commands.zadd(`${prefix}sessions:account:account_1`, Date.now(), 'session_nobody');
    const limit = { perAccount: 2, policy: 'refuse', idleAfterMs: 60_000 } as const;
    t.match(await sessions.start(newSession('account_1'), limit), { started: true }, 'it does not count');
  });

  t.test('a revocation is heard in milliseconds, and read where it was not heard', async (t) => {
    const prefix = `${ulid()}:`;
    const here = await open(server.url, prefix);
    const there = await open(server.url, prefix, { lookEveryMs: 3_600_000 });
    const one = newSession('account_1');
    const two = newSession('account_1');
    for (const each of [one, two]) await here.sessions.start(each, unlimited);
    const from = performance.now();
    await here.sessions.end(one.id);
    await until('it is heard', () => there.sessions.isDenied(one.id), { everyMs: 1 });
    // It looks once an hour, so it heard.
    t.comment(`heard after ${(performance.now() - from).toFixed(1)} ms`);

    const seen = [{ sessionId: two.id, lastSeenAt: Date.now(), bytes: 1 }];
    await there.sessions.touch(seen);
    await there.subscriber.unsubscribe();
    await here.sessions.end(two.id);
    t.notOk(there.sessions.isDenied(two.id));
    await there.sessions.touch(seen);
    t.equal(await here.sessions.get(two.id), undefined, 'who has not heard of it does not bring it back');
    there.subscriber.disconnect(true);
    await until('it is read after the reconnect', () => there.sessions.isDenied(two.id));

    const deaf = await open(server.url, prefix, { lookEveryMs: 50 });
    const three = newSession('account_1');
    await here.sessions.start(three, unlimited);
    await deaf.subscriber.unsubscribe();
    await here.sessions.end(three.id);
    await until('it is read in passing', () => deaf.sessions.isDenied(three.id));
  });

  t.test('who comes later knows whom others denied', async (t) => {
    const prefix = `${ulid()}:`;
    const { sessions } = await open(server.url, prefix);
    const ended = Array.from({ length: 1500 }, () => newSession('account_1'));
    for (let from = 0; from < ended.length; from += 100)
      await Promise.all(ended.slice(from, from + 100).map((each) => sessions.start(each, unlimited)));
    await sessions.endAll({ accountId: 'account_1' });
    const later = await open(server.url, prefix);
    t.ok(
      ended.every(({ id }) => later.sessions.isDenied(id)),
      'from its first moment, and more than a page of them',
    );
  });
});
