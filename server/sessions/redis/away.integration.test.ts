import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import t, { type Test } from 'tap';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { startRedis } from '../../testing/redis.ts';
import { newSession, openSessions, unlimited } from '../../testing/redis-sessions.ts';
import { until } from '../../testing/until.ts';

const limit = { perAccount: 2, policy: 'refuse', idleAfterMs: 60_000 } as const;
const away = { code: 'sessions_unavailable', status: 503, extras: { retryAfterSeconds: 5 } };

t.test('while Redis is away', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const open = async (t: Test, prefix: string, options: Parameters<typeof openSessions>[2] = {}) => {
    const changes: boolean[] = [];
    const each = await openSessions(server.url, prefix, { onChange: (isThere) => changes.push(isThere), ...options });
    t.teardown(() => each.close());
    const isBack = () => until('it is back', () => each.sessions.list().catch(() => undefined));
    return { ...each, changes, isBack };
  };

  t.test('who plays goes on, who was ended does not, and the rest is refused in words', async (t) => {
    const prefix = `${ulid()}:`;
    const { sessions, changes, isBack } = await open(t, prefix);
    const playing = newSession('account_1');
    const ended = newSession('account_1');
    const toEnd = newSession('account_2');
    for (const each of [playing, ended, toEnd]) await sessions.start(each, limit);
    await sessions.end(ended.id);
    await server.stop();
    t.notOk(sessions.isDenied(playing.id));
    t.ok(sessions.isDenied(ended.id));
    await t.rejects(sessions.start(newSession('account_1'), limit), away);
    await t.rejects(sessions.list(), away, 'no empty list');
    await t.rejects(sessions.get(playing.id), away);
    await t.rejects(sessions.end(playing.id), away);
    await t.rejects(sessions.endAll({ accountId: 'account_2' }), away);
    const seen = [{ sessionId: playing.id, lastSeenAt: Date.now() + 5, bytes: 7 }];
    await t.rejects(sessions.touch(seen), away, 'the caller keeps it');
    await t.rejects(open(t, prefix), /./, 'who does not know who is denied does not serve');
    t.same(changes.at(-1), false);
    await server.start();
    await isBack();
    t.same(changes.at(-1), true);
    await sessions.touch(seen);
    await until('what was to end has ended', () => sessions.isDenied(toEnd.id));
    t.match(await sessions.list(), [{ id: playing.id, lastSeenAt: seen[0]?.lastSeenAt, bytes: 7 }]);
    t.ok(sessions.isDenied(ended.id));
    t.match(await sessions.start(newSession('account_1'), limit), { started: true });
    t.match(await sessions.start(newSession('account_1'), limit), { started: false, active: 2 });
  });

  t.test('new ones are let in where that is wished, and counted later', async (t) => {
    const prefix = `${ulid()}:`;
    const { sessions, isBack } = await open(t, prefix, { whenAway: 'admit' });
    const other = await open(t, prefix);
    await server.stop();
    const admitted = Array.from({ length: 4 }, () => newSession('account_1'));
    for (const each of admitted) t.same(await sessions.start(each, limit), { started: true, evicted: [] });
    const [one, two] = admitted as [(typeof admitted)[0], (typeof admitted)[0]];
    t.equal(await sessions.end(one.id), true, 'and can be ended by who let it in');
    t.ok(sessions.isDenied(one.id));
    t.match(await sessions.get(two.id), { id: two.id, bytes: 0 });
    await t.rejects(sessions.start(one, limit), away, 'an ended one is not let in again');
    await server.start();
    await isBack();
    await other.isBack();
    await until('all are counted', async () => (await other.sessions.list()).length === 3);
    t.match(await other.sessions.start(newSession('account_1'), limit), { started: false, active: 3 });
    await until('the ended one is denied everywhere', () => other.sessions.isDenied(one.id));
    t.equal(await other.sessions.end(two.id), true);
    await until('as any other', () => sessions.isDenied(two.id));
  });

  t.test('nobody counts as idle only because nothing could be reported', async (t) => {
    const clock = createFakeClock();
    const { sessions, isBack } = await open(t, `${ulid()}:`, { clock });
    const times = () => ({ startedAt: clock.now(), expiresAt: clock.now() + 3_600_000 });
    const [one, two] = [newSession('account_1', times()), newSession('account_1', times())] as const;
    for (const each of [one, two]) await sessions.start(each, limit);
    await server.stop();
    clock.advance(120_000);
    await server.start();
    await isBack();
    t.match(await sessions.start(newSession('account_1', times()), limit), { started: false, active: 2 });
    clock.advance(59_000);
    await sessions.touch([{ sessionId: one.id, lastSeenAt: clock.now(), bytes: 1 }]);
    clock.advance(1000);
    t.match(await sessions.start(newSession('account_1', times()), limit), { started: true, evicted: [two.id] });
  });

  t.test('a Redis that hangs is away, and what was asked of it does not stay', async (t) => {
    const prefix = `${ulid()}:`;
    const { sessions, isBack } = await open(t, prefix, { commandMs: 1000 });
    const lost = newSession('account_1');
    server.freeze();
    await t.rejects(sessions.start(lost, limit), away);
    t.equal(sessions.figures.find(({ name }) => name.endsWith('_away'))?.read(), 1);
    await t.rejects(sessions.start(newSession('account_1'), limit), away, 'the next ones do not wait');
    server.thaw();
    await isBack();
    await until('it is gone', async () => (await sessions.list()).length === 0);
    t.ok(sessions.isDenied(lost.id), 'nobody got its address');
    t.match(await sessions.start(newSession('account_1'), limit), { started: true });
    t.match(await sessions.start(newSession('account_1'), limit), { started: true }, 'it takes nobody’s place');
  });

  for (const how of ['killed and started with its data', 'killed and started without', 'emptied under way']) {
    t.test(`${how}: nobody who was ended comes back, nobody who plays is cut off`, async (t) => {
      const prefix = `${ulid()}:`;
      // One starts and ends streams, one serves them; the third serves nothing.
      const control = await open(t, prefix, { lookEveryMs: 100 });
      const origin = await open(t, prefix, { lookEveryMs: 100 });
      const playing = [newSession('account_1'), newSession('account_1')] as const;
      const ended = [newSession('account_1'), newSession('account_2', { assetId: 'asset_2' })] as const;
      for (const each of [...ended, ...playing]) await control.sessions.start(each, unlimited);
      const report = () =>
        [...playing, ...ended].map(({ id }) => ({ sessionId: id, lastSeenAt: Date.now(), bytes: 10 }));
      await origin.sessions.touch(report());
      for (const { id } of ended) await control.sessions.end(id);
      await until('they are denied', () => ended.every(({ id }) => origin.sessions.isDenied(id)));
      // Only who serves them still knows: control APIs are restarted, too.
      await control.close();
      if (how === 'emptied under way') await origin.commands.flushall();
      else {
        await server.kill();
        await server.start({ withoutData: how.endsWith('without') });
      }
      await origin.isBack();
      const later = await open(t, prefix);
      t.ok(ended.every(({ id }) => origin.sessions.isDenied(id)));
      await until('who starts now is told', () => ended.every(({ id }) => later.sessions.isDenied(id)));
      await origin.sessions.touch(report());
      await until('who plays is known', async () => (await later.sessions.list()).length === 2);
      t.same((await later.sessions.list()).map(({ id }) => id).sort(), playing.map(({ id }) => id).sort());
      t.match(await later.sessions.start(newSession('account_1'), limit), { started: false, active: 2 });
      t.equal(await later.sessions.end(playing[0].id), true, 'and can be ended');
      await until('at once', () => origin.sessions.isDenied(playing[0].id));
      await t.rejects(later.sessions.start(ended[1], unlimited), 'an ended one is not started again');
    });
  }

  t.test('who started a stream tells of it, should nobody have been served yet', async (t) => {
    const { sessions, commands } = await open(t, `${ulid()}:`, { lookEveryMs: 50 });
    const session = newSession('account_1');
    await sessions.start(session, unlimited);
    await commands.flushall();
    await until('it is known again', async () => (await sessions.list().catch(() => []))[0]?.id === session.id);
    t.match(await sessions.start(newSession('account_1'), { ...limit, perAccount: 1 }), { started: false });
  });

  t.test('one that is let in while data settles is counted afterwards', async (t) => {
    const prefix = `${ulid()}:`;
    const options = { lookEveryMs: 50, settleMs: 1000, whenAway: 'admit' } as const;
    const { sessions, commands } = await open(t, prefix, options);
    await commands.flushall();
    await until('it has told what it knows', () => commands.exists(`${prefix}sessions:state`));
    const session = newSession('account_1');
    t.match(await sessions.start(session, limit), { started: true });
    await until('it is counted', async () => (await sessions.list().catch(() => []))[0]?.id === session.id);
  });

  t.test('data that is new is not asked before all have told what they know', async (t) => {
    const prefix = `${ulid()}:`;
    const settleMs = 2000;
    const slow = await open(t, prefix);
    const session = newSession('account_1');
    await slow.sessions.start(session, unlimited);
    await slow.sessions.end(session.id);
    for (const each of [slow.commands, slow.subscriber]) each.disconnect();
    await server.kill();
    await server.start({ withoutData: true });
    // Comes to Redis while nobody has told it anything.
    const opening = open(t, prefix, { settleMs, lookEveryMs: 100 });
    const probe = new Redis(server.url);
    t.teardown(() => probe.disconnect());
    await until('it has come', () => probe.exists(`${prefix}sessions:state`));
    for (const each of [slow.commands, slow.subscriber]) await each.connect();
    const early = await opening;
    t.ok(early.sessions.isDenied(session.id), 'it knows who is denied before it serves');
    await probe.flushall();
    await until('the loss is noticed', () => early.changes.at(-1) === false);
    await until('it has told what it knows', () => probe.exists(`${prefix}sessions:state`));
    await t.rejects(early.sessions.start(newSession('account_1'), limit), away, 'nor are streams counted too early');
    await t.rejects(early.sessions.end(session.id), away);
    await early.isBack();
    t.match(await early.sessions.start(newSession('account_1'), limit), { started: true });
  });
});
