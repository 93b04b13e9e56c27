import { fork } from 'node:child_process';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import type { OpenDatabase } from '../db/port.ts';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import { MemoryEvents } from '../events/memory.ts';
import { MemoryLimits, MemoryLimitsState } from '../limits/memory.ts';
import { outboxContract, type OutboxFixture } from '../testing/outbox-contract.ts';
import { startPostgres } from '../testing/postgres.ts';
import { until } from '../testing/until.ts';
import { DatabaseOutbox } from './database.ts';
import { pauseAfter } from './relay.ts';

const logger = pino({ level: 'silent' });
const forever = 3_600_000;

async function fixture(
  t: Test,
  kind: string,
  location: string,
  openDatabase: () => OpenDatabase,
): Promise<OutboxFixture> {
  const opened: OpenDatabase[] = [];
  const open = () => {
    // Two connections to the embedded database within one process would wait for each other on the same thread.
    const shared = kind === 'sqlite' ? opened[0] : undefined;
    if (shared) return shared;
    const database = openDatabase();
    opened.push(database);
    return database;
  };
  const [leases, events] = [new MemoryLimitsState(), new MemoryEvents({ logger })];
  t.teardown(async () => {
    await events.close();
    await Promise.all(opened.map((database) => database.close()));
  });
  await open().migrate();
  return {
    open({ alone } = { alone: false }) {
      const { db } = open();
      const limits = new MemoryLimits(alone ? undefined : leases);
      return {
        db,
        outbox: new DatabaseOutbox({ db, leases: limits.leases, events, logger, pollMs: 20, retryBaseMs: 5 }),
      };
    },
    fork: () => fork(path.join(import.meta.dirname, '..', 'testing', 'relaying-process.ts'), [kind, location]),
  };
}

t.test('contract on SQLite', (t) => {
  outboxContract(t, (t) => {
    const file = path.join(t.testdir(), 'dramabox.db');
    return fixture(t, 'sqlite', file, () => openSqlite({ path: file }));
  });
  t.end();
});

t.test('contract on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  await t.test('as on SQLite', (t) => {
    outboxContract(t, async (t) => {
      const url = await server.createDatabase();
      return fixture(t, 'postgres', url, () => openPostgres({ url, logger, maxConnections: 6 }));
    });
    t.end();
  });
});

async function embedded(t: Test, options: { readonly log?: PassThrough; readonly pollMs?: number } = {}) {
  const database = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
  await database.migrate();
  const events = new MemoryEvents({ logger });
  const outbox = new DatabaseOutbox({
    db: database.db,
    leases: new MemoryLimits().leases,
    events,
    logger: options.log ? pino(options.log) : logger,
    pollMs: options.pollMs ?? forever,
  });
  t.teardown(async () => {
    await outbox.close();
    await events.close();
    await database.close();
  });
  return { database, db: database.db, outbox };
}

t.test('what is woken for is delivered at once, not at the next poll', async (t) => {
  const { db, outbox } = await embedded(t);
  const heard: string[] = [];
  await outbox.consume({
    name: 'test.a',
    events: ['version.queued'],
    async deliver({ subject }) {
      heard.push(subject);
    },
  });
  for (const subject of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await db
      .transaction()
      .execute((tx) => outbox.record(tx, 'version.queued', subject, { assetId: '', versionId: '' }));
    outbox.wake();
    await until(`${subject} is there`, () => heard.includes(subject));
  }
});

t.test('a look at an outbox in which nothing is due reads one place of an index', async (t) => {
  const { db } = await embedded(t);
  const plan = await db
    .selectFrom('outbox_deliveries as d')
    .innerJoin('outbox_events as e', 'e.id', 'd.event_id')
    .select('d.event_id')
    .where('d.consumer', '=', 'x')
    .where('d.set_aside_at', 'is', null)
    .where('d.due_at', '<=', 1)
    .orderBy('d.due_at')
    .orderBy('d.event_id')
    .limit(4)
    .explain<{ readonly detail: string }>(undefined, sql`query plan`);
  const steps = plan.map(({ detail }) => detail).join('; ');
  t.match(steps, /SEARCH d USING (COVERING )?INDEX outbox_deliveries_due/);
  t.notMatch(steps, /TEMP B-TREE|SCAN/);
});

t.test('pauses between tries double, up to five minutes', (t) => {
  t.strictSame(
    [1, 2, 3, 9, 10, 100].map((attempt) => pauseAfter(attempt, 1000)),
    [1000, 2000, 4000, 256_000, 300_000, 300_000],
  );
  t.end();
});

t.test('a database that is away is told once', async (t) => {
  const log = new PassThrough({ encoding: 'utf8' });
  let text = '';
  log.on('data', (line: string) => {
    text += line;
  });
  const { database, outbox } = await embedded(t, { log, pollMs: 5 });
  let looks = 0;
  await outbox.consume({ name: 'test.a', events: ['version.queued'], deliver: async () => undefined });
  await database.close();
  await until('it is told', () => text.includes('cannot be read'));
  await until('it has looked again', () => ++looks > 20);
  t.equal(text.split('the outbox cannot be read').length, 2);
});

t.test(
  'what cannot be written, for the disk is full say, is tried at the next poll and not without a pause',
  async (t) => {
    const log = new PassThrough({ encoding: 'utf8' });
    let text = '';
    log.on('data', (line: string) => {
      text += line;
    });
    const { db, outbox } = await embedded(t, { log, pollMs: 50 });
    const heard: string[] = [];
    await outbox.consume({
      name: 'test.a',
      events: ['version.queued'],
      async deliver({ subject }) {
        heard.push(subject);
      },
    });
    await sql`create trigger full before update on outbox_deliveries begin select raise(fail, 'full'); end`.execute(db);
    await db.transaction().execute((tx) => outbox.record(tx, 'version.queued', 'a', { assetId: '', versionId: '' }));
    outbox.wake();
    const tries = () => text.split('could not be written').length - 1;
    const begun = performance.now();
    await until('it was tried several times', () => tries() > 5);
    t.ok(performance.now() - begun > 120, 'all but the first two at polls');
    await sql`drop trigger full`.execute(db);
    await until('it is delivered', () => heard.length === 1);
  },
);
