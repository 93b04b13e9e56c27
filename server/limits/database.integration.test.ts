import path from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import type { OpenDatabase } from '../db/port.ts';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { countersContract } from '../testing/limits-contract.ts';
import { startPostgres } from '../testing/postgres.ts';
import { DatabaseCounters } from './database.ts';

const minute = 60_000;

function cases(t: Test, open: (t: Test) => Promise<OpenDatabase>): void {
  countersContract(t, async (t) => {
    const { db } = await open(t);
    const clock = { now: () => Date.now() };
    return { here: new DatabaseCounters({ db, clock }), there: new DatabaseCounters({ db, clock }) };
  });

  t.test('who uses up one window after the other waits longer each time', async (t) => {
    const { db } = await open(t);
    const clock = createFakeClock(Date.now());
    const counters = () =>
      new DatabaseCounters({ db, clock }).counter('guesses', { points: 2, seconds: 60, grows: true });
    const useUp = async () => {
      // Each with a counter of its own: a restart forgets nothing.
      await counters().consume('a');
      await counters().consume('a');
      const { allowed, resetMs } = await counters().consume('a');
      t.notOk(allowed);
      t.equal((await counters().consume('a')).resetMs, resetMs, 'further ones make it no longer');
      clock.advance(resetMs);
      return resetMs;
    };
    const waits: number[] = [];
    for (let n = 0; n < 9; n += 1) waits.push((await useUp()) / minute);
    t.same(waits, [1, 2, 4, 8, 16, 32, 64, 64, 64]);
    t.match(await counters().consume('b'), { used: 1, resetMs: minute }, 'another key');
    t.match(await counters().consume('a'), { used: 1, allowed: true, resetMs: minute }, 'the first ones cost nothing');
    clock.advance(minute + 86_400_000);
    t.equal(await useUp(), minute, 'a day without any begins anew');
    await counters().consume('a');
    await counters().forget('a');
    t.equal(await useUp(), minute, 'so does what is forgotten');
  });

  t.test('what no longer counts is removed', async (t) => {
    const { db } = await open(t);
    const clock = createFakeClock(Date.now());
    const counters = new DatabaseCounters({ db, clock });
    await counters.counter('x', { points: 1, seconds: 60 }).consume('a');
    clock.advance(86_400_000);
    await counters.counter('x', { points: 1, seconds: 60 }).consume('b');
    t.equal(await counters.forgetEnded(), 0, 'not within a day: it may grow');
    clock.advance(minute);
    t.equal(await counters.forgetEnded(), 1);
    t.match(await counters.counter('x', { points: 1, seconds: 60 }).consume('a'), { used: 1 });
  });

  t.test('windows that cannot be are refused', async (t) => {
    const { db } = await open(t);
    const counters = new DatabaseCounters({ db, clock: createFakeClock(Date.now()) });
    t.throws(() => counters.counter('x', { points: 1, seconds: 0 }), RangeError);
    t.throws(() => counters.counter('x', { points: 1, seconds: 30 * 86_400 }), RangeError);
  });
}

t.test('on SQLite', (t) => {
  cases(t, async (t) => {
    const opened = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
    t.teardown(() => opened.close());
    await opened.migrate();
    return opened;
  });
  t.end();
});

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  cases(t, async (t) => {
    const opened = openPostgres({ url: await server.createDatabase(), logger: pino({ level: 'silent' }) });
    t.teardown(() => opened.close());
    await opened.migrate();
    return opened;
  });
});
