import { fork } from 'node:child_process';
import path from 'node:path';
import { pino } from 'pino';
import type { Test } from 'tap';
import type { Database, OpenDatabase } from '../db/port.ts';
import { DatabaseQueue } from '../queue/database.ts';
import { JobsStatements } from '../queue/jobs-table.ts';
import { testJobNames, type QueueFixture, type TestJobs } from './queue-contract.ts';

const logger = pino({ level: 'silent' });

/**
 * The queue's contract on a database, opened again for each user of it.
 * @param location what `working-process.ts` opens: the file of SQLite, the URL of PostgreSQL
 */
export async function databaseQueueFixture(
  t: Test,
  kind: string,
  location: string,
  openDatabase: () => OpenDatabase,
): Promise<QueueFixture> {
  const opened: OpenDatabase[] = [];
  const open = () => {
    const database = openDatabase();
    opened.push(database);
    return database;
  };
  t.teardown(() => Promise.all(opened.map((database) => database.close())));
  await open().migrate();
  return {
    open: () =>
      new DatabaseQueue<TestJobs>({ db: open().db, logger, declared: testJobNames, pollMs: 20, retryBaseMs: 1 }),
    fork: (leaseMs) => fork(path.join(import.meta.dirname, 'working-process.ts'), [kind, location, String(leaseMs)]),
  };
}

/** What a worker does that has lost its job and does not know it yet. */
export async function lateStatements(t: Test, db: Database): Promise<void> {
  const statements = new JobsStatements(db);
  await statements.insert('test.count', '{"subject":"one","chunk":1}', { maxAttempts: 2 }, 0);
  const first = await statements.claim('test.count', 'first', 0, 1000);
  t.match(first, { state: 'active', attempts: 1, lease_owner: 'first', lease_until: 1000 });
  t.equal(await statements.claim('test.count', 'second', 999, 5000), undefined);
  await statements.releaseExpired('test.count', 999);
  t.equal(await statements.claim('test.count', 'second', 999, 5000), undefined, 'held to the last millisecond');
  await statements.releaseExpired('test.count', 1000);
  const second = await statements.claim('test.count', 'second', 1000, 5000);
  t.match(second, { attempts: 2, lease_owner: 'second' });
  const late = { jobId: first?.id ?? '', owner: 'first' };
  const error = new Error('late');
  t.strictSame(
    [
      await statements.extend(late, 99_000),
      await statements.complete(late),
      await statements.retry(late, 0, error),
      await statements.handBack(late),
      await statements.exhaust(late, error),
      await statements.fail(late),
    ],
    Array.from({ length: 6 }, () => false),
    'every late word is refused',
  );
  t.strictSame(await db.selectFrom('jobs').selectAll().execute(), [second], 'and changes nothing');
  t.equal(await statements.complete({ ...late, owner: 'second' }), true);
  t.strictSame(await db.selectFrom('jobs').selectAll().execute(), []);
}
