import type { Test } from 'tap';
import { newId } from '../kit/ids.ts';
import { mostListed, type PlaybackSession, type SessionStore, type StreamLimit } from '../sessions/port.ts';
import { until } from './until.ts';

/** An empty store as two processes see it (in one process: the same twice), and the time it goes by. */
export interface SessionsFixture {
  readonly here: SessionStore;
  readonly there: SessionStore;
  now(): number;
  advance(milliseconds: number): void;
}

const hour = 3_600_000;
const unlimited: StreamLimit = { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 };

/** What every session store promises. The suite closes both ends. */
export function sessionsContract(t: Test, createFixture: (t: Test) => Promise<SessionsFixture>): void {
  const open = async (t: Test) => {
    const fixture = await createFixture(t);
    t.teardown(() => Promise.all([fixture.here.close(), fixture.there.close()]));
    const session = (accountId: string, more: Partial<PlaybackSession> = {}): PlaybackSession => ({
      id: newId('session'),
      accountId,
      assetId: 'asset_1',
      versionId: 'version_1',
      startedAt: fixture.now(),
      expiresAt: fixture.now() + hour,
      ...more,
    });
    /** Starts one a second after the last, so that which is the oldest is certain. */
    const start = async (accountId: string, limit: StreamLimit, more: Partial<PlaybackSession> = {}) => {
      fixture.advance(1000);
      const started = session(accountId, more);
      return { id: started.id, result: await fixture.here.start(started, limit) };
    };
    return { ...fixture, session, start };
  };

  t.test('a session is known everywhere until it ends', async (t) => {
    const { here, there, session, now, advance } = await open(t);
    const one = session('account_1');
    t.strictSame(await here.start(one, unlimited), { started: true, evicted: [] });
    t.strictSame(await there.get(one.id), { ...one, lastSeenAt: now(), bytes: 0 });
    t.notOk(here.isDenied(one.id));
    advance(5000);
    await here.touch([
      { sessionId: one.id, lastSeenAt: now(), bytes: 1000 },
      { sessionId: 'session_unknown', lastSeenAt: now(), bytes: 5 },
    ]);
    await there.touch([{ sessionId: one.id, lastSeenAt: now() - 2000, bytes: 24 }]);
    t.match(await here.get(one.id), { lastSeenAt: now(), bytes: 1024 }, 'bytes add up, the last sight is the latest');
    t.equal(await there.end(one.id), true);
    await until('it is denied everywhere', () => here.isDenied(one.id) && there.isDenied(one.id));
    t.equal(await here.get(one.id), undefined);
    t.strictSame(await here.list(), []);
    t.equal(await here.end(one.id), false, 'a second end has nothing to end');
    await here.touch([{ sessionId: one.id, lastSeenAt: now(), bytes: 1 }]);
    t.equal(await here.get(one.id), undefined, 'late activity does not bring it back');
    await t.rejects(here.start(one, unlimited), 'nor does a second start');
    t.equal(await here.end('session_unknown'), false);
    t.notOk(here.isDenied('session_unknown'));
    t.equal(await here.get('session_unknown'), undefined);
  });

  t.test('lists the newest first, by account, asset and version', async (t) => {
    const { here, start, now } = await open(t);
    const a = await start('account_1', unlimited);
    const b = await start('account_2', unlimited, { assetId: 'asset_2' });
    const c = await start('account_1', unlimited, { assetId: 'asset_2' });
    const ids = async (filter?: Parameters<SessionStore['list']>[0]) =>
      (await here.list(filter)).map((session) => session.id);
    t.strictSame(await ids(), [c.id, b.id, a.id]);
    t.strictSame(await ids({ accountId: 'account_1' }), [c.id, a.id]);
    t.strictSame(await ids({ assetId: 'asset_2' }), [c.id, b.id]);
    t.strictSame(await ids({ accountId: 'account_2', assetId: 'asset_1' }), []);
    t.strictSame(await ids({ versionId: 'version_1' }), [c.id, b.id, a.id]);
    t.strictSame(await ids({ versionId: 'version_2' }), []);
    t.match((await here.list())[0], {
      id: c.id,
      accountId: 'account_1',
      assetId: 'asset_2',
      versionId: 'version_1',
      startedAt: now(),
      bytes: 0,
    });
  });

  t.test('lists as many as asked for, and those that had started by some time', async (t) => {
    const { here, start, now } = await open(t);
    const many: string[] = [];
    for (let i = 0; i < 5; i++) many.unshift((await start('account_1', unlimited, { assetId: `asset_${i % 2}` })).id);
    const ids = async (...query: Parameters<SessionStore['list']>) => (await here.list(...query)).map(({ id }) => id);
    t.strictSame(await ids({}, 2), many.slice(0, 2));
    t.strictSame(await ids({ accountId: 'account_1', assetId: 'asset_0' }, 2), [many[0], many[2]]);
    t.strictSame(await ids({ startedUntil: now() - 2000 }), many.slice(2), 'the third one included');
    t.strictSame(await ids({ accountId: 'account_1', startedUntil: now() - 2001 }, 1), [many[3]]);
    t.equal(await here.endAll({ accountId: 'account_1', startedUntil: now() - 3000 }), 2);
    t.strictSame(await ids(), many.slice(0, 3));
    t.ok(many.slice(3).every((id) => here.isDenied(id)) && !here.isDenied(many[2] as string));
    await t.rejects(here.endAll({ startedUntil: now() }), TypeError, 'a time alone is everybody');
  });

  t.test('more than anybody would list at once are found, and ended', async (t) => {
    const { here, there, session } = await open(t);
    const theirs = Array.from({ length: 2100 }, (_, i) => session('account_1', { assetId: `asset_${i % 2}` }));
    const others = Array.from({ length: 20 }, () => session('account_2'));
    const all = [...theirs, ...others];
    while (all.length > 0) await Promise.all(all.splice(0, 100).map((each) => here.start(each, unlimited)));
    t.equal((await there.list()).length, mostListed);
    t.equal((await there.list({ accountId: 'account_1' }, 5000)).length, 2100, 'all of the same millisecond');
    t.equal(await there.endAll({ accountId: 'account_1', assetId: 'asset_1' }), 1050);
    t.equal((await there.list({ accountId: 'account_1' }, 5000)).length, 1050);
    t.equal(await there.endAll({ accountId: 'account_1' }), 1050);
    await until('all are denied everywhere', () => theirs.every(({ id }) => here.isDenied(id) && there.isDenied(id)));
    t.same(
      (await here.list()).map(({ id }) => id).sort(),
      others.map(({ id }) => id),
    );
  });

  t.test('ends all of an account, an asset or a version', async (t) => {
    const { here, there, start } = await open(t);
    const a = await start('account_1', unlimited);
    const b = await start('account_1', unlimited, { assetId: 'asset_2', versionId: 'version_2' });
    const c = await start('account_2', unlimited);
    const d = await start('account_2', unlimited, { versionId: 'version_3' });
    const left = async () => (await here.list()).map(({ id }) => id);
    t.equal(await there.endAll({ assetId: 'asset_1', versionId: 'version_3' }), 1, 'all that is named has to fit');
    await until('it is denied everywhere', () => here.isDenied(d.id) && there.isDenied(d.id));
    t.strictSame(await left(), [c.id, b.id, a.id]);
    t.equal(await here.endAll({ accountId: 'account_1' }), 2);
    await until('they are denied everywhere', () => [a, b].every(({ id }) => here.isDenied(id) && there.isDenied(id)));
    t.strictSame(await left(), [c.id]);
    t.equal(await here.endAll({ accountId: 'account_1' }), 0, 'a second end has nothing to end');
    t.match((await start('account_1', unlimited)).result, { started: true }, 'what starts later is not its concern');
    t.equal(await here.endAll({ assetId: 'asset_1' }), 2);
    t.strictSame(await left(), []);
    await t.rejects(here.endAll({}), TypeError, 'not everybody, by a filter that is empty');
  });

  t.test('one stream too many is refused', async (t) => {
    const { here, start } = await open(t);
    const limit: StreamLimit = { perAccount: 2, policy: 'refuse', idleAfterMs: 60_000 };
    const first = await start('account_1', limit);
    await start('account_1', limit);
    const third = await start('account_1', limit);
    t.strictSame(third.result, { started: false, active: 2 });
    t.equal(await here.get(third.id), undefined);
    t.notOk(here.isDenied(third.id));
    t.match((await start('account_2', limit)).result, { started: true }, 'another account has its own');
    t.equal((await here.list()).length, 3);
    await here.end(first.id);
    t.match((await start('account_1', limit)).result, { started: true }, 'an ended one makes room');
    t.match((await start('account_1', unlimited)).result, { started: true }, '0 is no limit');
  });

  t.test('or the oldest gives way', async (t) => {
    const { here, there, start } = await open(t);
    const limit: StreamLimit = { perAccount: 2, policy: 'evict-oldest', idleAfterMs: 60_000 };
    const first = await start('account_1', limit);
    const other = await start('account_2', limit);
    const second = await start('account_1', limit);
    const third = await start('account_1', limit);
    t.strictSame(third.result, { started: true, evicted: [first.id] });
    await until('its token is denied everywhere', () => here.isDenied(first.id) && there.isDenied(first.id));
    t.equal(await here.get(first.id), undefined);
    const lowered = await start('account_1', { ...limit, perAccount: 1 });
    t.strictSame(lowered.result, { started: true, evicted: [second.id, third.id] }, 'a lowered limit is met');
    t.strictSame(
      (await here.list()).map((session) => session.id),
      [lowered.id, other.id],
    );
  });

  t.test('only as many as allowed start at the same time', async (t) => {
    const { here, there, session } = await open(t);
    const limit: StreamLimit = { perAccount: 3, policy: 'refuse', idleAfterMs: 60_000 };
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? here : there).start(session('account_1'), limit)),
    );
    t.equal(results.filter((result) => result.started).length, 3);
    t.equal((await here.list({ accountId: 'account_1' })).length, 3);
  });

  t.test('an idle stream gives way, but only to another', async (t) => {
    const { here, there, start, advance, now } = await open(t);
    const limit: StreamLimit = { perAccount: 2, policy: 'refuse', idleAfterMs: 60_000 };
    const watching = await start('account_1', limit);
    const paused = await start('account_1', limit);
    advance(57_000);
    await here.touch([{ sessionId: watching.id, lastSeenAt: now(), bytes: 1 }]);
    t.match((await start('account_1', limit)).result, { started: false, active: 2 }, 'not idle yet');
    advance(2000);
    t.match((await start('account_1', { ...limit, perAccount: 1 })).result, { started: false, active: 1 });
    t.match(await here.get(paused.id), { id: paused.id }, 'a refused one takes nobody’s place');
    t.strictSame(
      (await start('account_1', limit)).result,
      { started: true, evicted: [paused.id] },
      'idle for a minute',
    );
    await until('its token is denied everywhere', () => here.isDenied(paused.id) && there.isDenied(paused.id));
    t.notOk(here.isDenied(watching.id), 'the other one goes on, though it is the older one');
  });

  t.test('waiting does not gather more streams than allowed', async (t) => {
    const { here, start, advance } = await open(t);
    const limit: StreamLimit = { perAccount: 3, policy: 'refuse', idleAfterMs: 60_000 };
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) {
      ids.push((await start('account_1', limit)).id);
      advance(60_000);
    }
    t.strictSame(
      (await here.list({ accountId: 'account_1' })).map((session) => session.id),
      ids.slice(-3).reverse(),
      'the longest unseen have gone',
    );
  });

  t.test('sessions and denials end with their token', async (t) => {
    const { here, session, advance, start } = await open(t);
    const limit: StreamLimit = { perAccount: 2, policy: 'refuse', idleAfterMs: 10 * hour };
    const short = session('account_1', { expiresAt: session('x').startedAt + 5000 });
    const ended = session('account_1');
    await here.start(short, limit);
    await here.start(ended, limit);
    await here.end(ended.id);
    advance(5000);
    t.equal(await here.get(short.id), undefined);
    t.equal(await here.end(short.id), false);
    t.strictSame(await here.list(), []);
    await start('account_1', limit);
    t.match((await start('account_1', limit)).result, { started: true }, 'an expired one does not count');
    t.ok(here.isDenied(ended.id), "the ended one's token would still be valid");
    advance(hour - 8000);
    t.ok(here.isDenied(ended.id), 'to its last second');
    advance(2 * hour);
    t.notOk(here.isDenied(ended.id), 'then it is forgotten');
  });
}
