import path from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { openSqlite } from '../db/sqlite.ts';
import type { OpenDatabase } from '../db/port.ts';
import { databaseQueueFixture, lateStatements } from '../testing/database-queue.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { queueContract, testJobNames, type TestJobs } from '../testing/queue-contract.ts';
import { until } from '../testing/until.ts';
import { DatabaseQueue } from './database.ts';
import { retryDelay } from './held-job.ts';

const logger = pino({ level: 'silent' });
const forever = 3_600_000;

t.test('late words of a lost job, on SQLite', async (t) => {
  const { db } = await embedded(t);
  await lateStatements(t, db);
});

t.test('contract on SQLite', (t) => {
  queueContract(t, (t) => {
    const file = path.join(t.testdir(), 'dramabox.db');
    return databaseQueueFixture(t, 'sqlite', file, () => openSqlite({ path: file }));
  });
  t.end();
});

async function embedded(t: Test): Promise<OpenDatabase> {
  const opened = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
  t.teardown(() => opened.close());
  await opened.migrate();
  return opened;
}

t.test('jobs of the same process start at once, not at the next poll', async (t) => {
  const { db } = await embedded(t);
  const queue = new DatabaseQueue<TestJobs>({ db, declared: testJobNames, logger, pollMs: forever });
  t.teardown(() => queue.close());
  const done: number[] = [];
  queue.work('test.count', { concurrency: 1, leaseMs: 1000 }, (job) => {
    done.push(job.payload.chunk);
    return Promise.resolve();
  });
  for (let chunk = 0; chunk < 20; chunk++) await queue.enqueue('test.count', { subject: 'one', chunk });
  await until('all are done', () => done.length === 20);
  await queue.enqueue('test.count', { subject: 'one', chunk: 20 });
  await until('also when the worker had nothing to do', () => done.length === 21);
});

t.test('pauses between tries double, up to a minute', (t) => {
  t.strictSame(
    [1, 2, 3, 4, 5, 6, 100].map((attempt) => retryDelay(attempt, 2000)),
    [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
  );
  t.end();
});

t.test('times come from the clock', async (t) => {
  const { db } = await embedded(t);
  const clock = createFakeClock();
  const queue = new DatabaseQueue<TestJobs>({
    db,
    declared: testJobNames,
    logger,
    clock,
    pollMs: 5,
    retryBaseMs: 1000,
  });
  t.teardown(() => queue.close());
  const row = () => db.selectFrom('jobs').selectAll().executeTakeFirst();
  const attempts: number[] = [];
  queue.work('test.count', { concurrency: 1, leaseMs: forever }, async (job) => {
    attempts.push(job.attempt);
    if (attempts.length === 1) t.equal((await row())?.lease_until, clock.now() + forever);
    throw new Error('no');
  });
  await queue.enqueue('test.count', { subject: 'one', chunk: 1 }, { delayMs: 5000 });
  t.match(await row(), { state: 'waiting', created_at: clock.now(), run_at: clock.now() + 5000, attempts: 0 });
  clock.advance(5000);
  await until('the first try failed', async () => (await row())?.last_error === 'no');
  t.match(await row(), {
    state: 'waiting',
    run_at: clock.now() + 1000,
    attempts: 1,
    lease_owner: null,
    lease_until: null,
  });
  clock.advance(1000);
  await until('the second try failed', async () => (await row())?.run_at === clock.now() + 2000);
  clock.advance(1999);
  await queue.enqueue('test.say', { text: 'another' });
  t.equal(attempts.length, 2, 'not a millisecond early');
  clock.advance(1);
  await until('the third was the last', async () => (await queue.counts())['test.count']?.failed === 1);
  t.match(await db.selectFrom('jobs').selectAll().where('state', '=', 'failed').executeTakeFirst(), {
    attempts: 3,
    last_error: 'no',
    lease_owner: null,
  });
});

t.test('a heartbeat that cannot be written until the lease ended aborts the job', async (t) => {
  const opened = await embedded(t);
  const queue = new DatabaseQueue<TestJobs>({ db: opened.db, declared: testJobNames, logger, pollMs: forever });
  let reason: unknown;
  const worker = queue.work('test.count', { concurrency: 1, leaseMs: 150 }, async (job) => {
    await opened.close();
    await new Promise((resolve) => {
      job.signal.addEventListener('abort', resolve);
    });
    reason = job.signal.reason;
  });
  await queue.enqueue('test.count', { subject: 'one', chunk: 1 });
  await until('it was aborted', () => reason);
  t.match(reason, { name: 'JobAborted', message: /queue was not reached/ });
  await worker.stop();
});

t.test('leaves no timer behind', async (t) => {
  const { db } = await embedded(t);
  const { setInterval: set, clearInterval: clear } = globalThis;
  const timers = new Set<unknown>();
  globalThis.setInterval = ((...args: Parameters<typeof set>) => {
    const timer = set(...args);
    timers.add(timer);
    return timer;
  }) as typeof set;
  globalThis.clearInterval = (timer) => {
    timers.delete(timer);
    clear(timer);
  };
  t.teardown(() => Object.assign(globalThis, { setInterval: set, clearInterval: clear }));
  const queue = new DatabaseQueue<TestJobs>({ db, declared: testJobNames, logger });
  let most = 0;
  const handler = () => {
    most = Math.max(most, timers.size);
    return Promise.resolve();
  };
  queue.work('test.count', { concurrency: 1, leaseMs: 1000 }, handler);
  const stopped = queue.work('test.say', { concurrency: 1, leaseMs: 1000 }, handler);
  for (let chunk = 0; chunk < 3; chunk++) await queue.enqueue('test.count', { subject: 'one', chunk });
  await until('all are done', async () => (await queue.counts())['test.count']?.waiting === 0);
  await stopped.stop();
  await queue.close();
  t.equal(most, 3, 'two polls and a heartbeat');
  t.equal(timers.size, 0);
});
