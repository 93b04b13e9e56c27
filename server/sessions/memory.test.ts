import t from 'tap';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFakeClock } from '../testing/fake-clock.ts';
import { sessionsContract } from '../testing/sessions-contract.ts';
import { SessionJournal } from './journal.ts';
import { MemorySessions } from './memory.ts';

sessionsContract(t, () => {
  const clock = createFakeClock();
  const store = new MemorySessions({ clock });
  return Promise.resolve({
    here: store,
    there: store,
    now: () => clock.now(),
    advance: (milliseconds) => {
      clock.advance(milliseconds);
    },
  });
});

t.test('memory is bounded by what can start within the life of a token', async (t) => {
  const clock = createFakeClock();
  const store = new MemorySessions({ clock });
  const limit = { perAccount: 0, policy: 'refuse', idleAfterMs: 1000 } as const;
  let most = 0;
  for (let i = 0; i < 5000; i++) {
    const id = `session_${i}`;
    await store.start(
      {
        id,
        accountId: 'account_1',
        assetId: 'a',
        versionId: 'v',
        startedAt: clock.now(),
        expiresAt: clock.now() + 60_000,
      },
      limit,
    );
    if (i % 2) await store.end(id);
    clock.advance(1000);
    most = Math.max(most, store.size.live + store.size.denied);
  }
  t.ok(most <= 75, `${most} entries at most: 60 valid ones and what awaits the next sweep`);
  clock.advance(60_000);
  t.strictSame(store.size, { live: 0, denied: 0 });
  await store.close();
});

t.test('what is handed out is a copy', async (t) => {
  const clock = createFakeClock();
  const store = new MemorySessions({ clock });
  const session = {
    id: 'session_1',
    accountId: 'account_1',
    assetId: 'a',
    versionId: 'v',
    startedAt: clock.now(),
    expiresAt: clock.now() + 60_000,
  };
  await store.start(session, { perAccount: 0, policy: 'refuse', idleAfterMs: 1000 });
  const before = await store.get('session_1');
  await store.touch([{ sessionId: 'session_1', lastSeenAt: clock.now(), bytes: 7 }]);
  t.equal(before?.bytes, 0);
  await store.close();
});

t.test('with a journal, a restart forgets neither who is watching nor who was stopped', async (t) => {
  const clock = createFakeClock();
  const file = path.join(t.testdir(), 'data', 'sessions.jsonl');
  const open = (): MemorySessions => new MemorySessions({ clock, journal: new SessionJournal(file) });
  const session = (id: string, seconds: number) => ({
    id,
    accountId: 'account_1',
    assetId: 'a',
    versionId: 'v',
    startedAt: clock.now(),
    expiresAt: clock.now() + seconds * 1000,
  });
  const limit = { perAccount: 2, policy: 'refuse', idleAfterMs: 1000 } as const;
  const before = open();
  await before.start(session('session_1', 60), limit);
  await before.start(session('session_2', 60), limit);
  await before.end('session_1');
  // Killed, not closed: and in the middle of a line.
  appendFileSync(file, '{"ended":"sess');

  const after = open();
  t.ok(after.isDenied('session_1'), 'the session that was stopped stays so');
  t.match(await after.get('session_2'), { assetId: 'a', bytes: 0 }, 'the other one is still known');
  t.equal(await after.end('session_2'), true, 'and can be stopped');
  await after.close();
  await before.close();

  const busy = open();
  clock.advance(30_000);
  await busy.start(session('session_3', 60), limit);
  await busy.start(session('session_4', 60), limit);
  clock.advance(5000);
  const restarted = open();
  t.strictSame(
    await restarted.start(session('session_5', 60), limit),
    { started: false, active: 2 },
    'nobody counts as idle only because we were away',
  );
  await restarted.close();
  await busy.close();

  clock.advance(61_000);
  const later = open();
  t.strictSame(later.size, { live: 0, denied: 0 });
  t.equal(readFileSync(file, 'utf8'), '', 'what has expired is not kept');
  await later.close();
});

t.test('the journal does not grow without end', async (t) => {
  const clock = createFakeClock();
  const file = path.join(t.testdir(), 'sessions.jsonl');
  const store = new MemorySessions({ clock, journal: new SessionJournal(file) });
  for (let i = 0; i < 25_000; i++) {
    await store.start(
      {
        id: `session_${i}`,
        accountId: 'account_1',
        assetId: 'a',
        versionId: 'v',
        startedAt: clock.now(),
        expiresAt: clock.now() + 60_000,
      },
      { perAccount: 0, policy: 'refuse', idleAfterMs: 1000 },
    );
    clock.advance(1000);
  }
  const lines = readFileSync(file, 'utf8').split('\n').length;
  t.ok(lines < 11_000, `${lines} lines after 25,000 sessions`);
  await store.close();
});

t.test('a journal that cannot be read is no empty journal', (t) => {
  const folder = t.testdir();
  writeFileSync(path.join(folder, 'file'), 'x');
  t.throws(
    () => new MemorySessions({ journal: new SessionJournal(path.join(folder, 'file', 'sessions.jsonl')) }),
    /sessions\.jsonl/,
  );
  t.end();
});

t.test('sessions end although the disk is full', async (t) => {
  const clock = createFakeClock();
  const journal = new SessionJournal(path.join(t.testdir(), 'sessions.jsonl'));
  const store = new MemorySessions({ clock, journal });
  const ids = ['session_1', 'session_2', 'session_3'];
  for (const id of ids) {
    const times = { startedAt: clock.now(), expiresAt: clock.now() + 60_000 };
    await store.start(
      { id, accountId: 'account_1', assetId: 'a', versionId: 'v', ...times },
      { perAccount: 0, policy: 'refuse', idleAfterMs: 1000 },
    );
  }
  journal.append = () => {
    throw new Error('no space left on device');
  };
  await t.rejects(async () => store.endAll({ accountId: 'account_1' }), /no space/);
  t.ok(ids.every((id) => store.isDenied(id)));
  await store.close();
});
