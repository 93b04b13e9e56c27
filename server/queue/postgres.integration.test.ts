import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../db/postgres.ts';
import { databaseQueueFixture, lateStatements } from '../testing/database-queue.ts';
import { startPostgres } from '../testing/postgres.ts';
import { queueContract, testJobNames, type TestJobs } from '../testing/queue-contract.ts';
import { until } from '../testing/until.ts';
import { DatabaseQueue } from './database.ts';

const logger = pino({ level: 'silent' });

t.test('contract on PostgreSQL', async (t) => {
  const server = await startPostgres(t, { own: true });
  if (!server) return;
  await t.test('suite', (t) => {
    queueContract(t, async (t) => {
      const url = await server.createDatabase();
      return databaseQueueFixture(t, 'postgres', url, () => openPostgres({ url, logger, maxConnections: 4 }));
    });
    t.end();
  });

  await t.test('late words of a lost job', async (t) => {
    const opened = openPostgres({ url: await server.createDatabase(), logger });
    t.teardown(() => opened.close());
    await opened.migrate();
    await lateStatements(t, opened.db);
  });

  await t.test('the database goes away and comes back', async (t) => {
    const url = await server.createDatabase();
    const opened = openPostgres({ url, logger });
    await opened.migrate();
    const lines = new PassThrough();
    let log = '';
    lines.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const queue = new DatabaseQueue<TestJobs>({
      db: opened.db,
      declared: testJobNames,
      logger: pino(lines),
      pollMs: 20,
      retryBaseMs: 1,
    });
    t.teardown(async () => {
      await queue.close();
      await opened.close();
    });
    const { promise: proceed, resolve } = Promise.withResolvers<void>();
    const attempts: number[] = [];
    queue.work('test.count', { concurrency: 2, leaseMs: 60_000 }, async (job) => {
      attempts.push(job.attempt);
      if (job.payload.chunk === 1) await proceed;
    });
    await queue.enqueue('test.count', { subject: 'one', chunk: 1 });
    await until('it runs', () => attempts.length === 1);
    const restarting = server.restart();
    await until('the polls fail', () => log.includes('the job table cannot be read'));
    resolve();
    await restarting;
    await until('the finished job is gone', async () => (await queue.counts())['test.count']?.active === 0);
    await queue.enqueue('test.count', { subject: 'one', chunk: 2 });
    await until('work goes on', () => attempts.length === 2);
    t.strictSame(attempts, [1, 1], 'the job in hand was not done twice');
    t.equal(log.split('the job table cannot be read').length, 2, 'an outage is told once');
    await until('its end is told', () => log.includes('can be read again'));
  });
});
