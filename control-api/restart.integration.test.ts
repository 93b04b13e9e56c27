import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../server/db/postgres.ts';
import { DatabaseQueue } from '../server/queue/database.ts';
import { change, openTwo, testTables, untilHandled } from '../server/testing/outbox-contract/fixture.ts';
import { startPostgres } from '../server/testing/postgres.ts';
import type { TestJobs } from '../server/testing/queue-contract.ts';
import { until } from '../server/testing/until.ts';
import { DatabaseOutbox } from '../server/outbox/database.ts';
import { MemoryEvents } from '../server/events/memory.ts';
import { MemoryLimits } from '../server/limits/memory.ts';
import { startControlApi } from './testing/harness.ts';

const logger = pino({ level: 'silent' });

/** PostgreSQL is restarted twice while everything writes: what was acknowledged is there, once, and all goes on. */
t.test('a restart of PostgreSQL under load', async (t) => {
  const server = await startPostgres(t, { own: true });
  if (!server) return;
  const url = await server.createDatabase();
  const open = () => openPostgres({ url, logger, maxConnections: 6, retryMs: 60_000 });
  const settings = { uploads: { maxPerDay: 0 } };
  const one = await startControlApi(t, { database: open(), settings });
  const two = await startControlApi(t, {
    database: open(),
    settings,
    folder: one.config.dataDir,
    limits: one.limits,
    keyrings: one.keyrings,
  });
  const account = await one.as('super_admin');
  const { authorization } = account;

  let isOver = false;
  const failures: string[] = [];
  /** Does something again and again, until the second restart is over; what fails is noted and not done again. */
  const load = async (work: (n: number) => Promise<void>): Promise<void> => {
    for (let n = 0; !isOver; n += 1) {
      await work(n).catch((error: unknown) => failures.push(String(error)));
      // Work is made no faster than it is done.
      await delay(20);
    }
  };

  const uploaded: string[] = [];
  const upload = (api: typeof one) => async () => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/api/v1/uploads',
      headers: {
        authorization,
        'tus-resumable': '1.0.0',
        'upload-length': '3',
        'content-type': 'application/offset+octet-stream',
      },
      payload: Buffer.from('abc'),
    });
    if (answer.statusCode !== 201) throw new Error(`upload: ${answer.statusCode} ${answer.body}`);
    uploaded.push(String(answer.headers['dramabox-asset']));
  };

  const renamed = new Map<string, string[]>();
  const rename = async (api: typeof one) => {
    const { assetId } = await one.rows.title({ ownerId: account.id });
    const titles: string[] = [];
    renamed.set(assetId, titles);
    return async (n: number) => {
      const answer = await api.app.inject({
        method: 'PATCH',
        url: `/api/v1/assets/${assetId}`,
        headers: { authorization },
        body: { title: `title ${n}` },
      });
      if (answer.statusCode !== 200) throw new Error(`rename: ${answer.statusCode} ${answer.body}`);
      titles.push(`title ${n}`);
    };
  };

  const queues = [one, two].map(({ db }) => new DatabaseQueue<TestJobs>({ db, logger, pollMs: 50, retryBaseMs: 1 }));
  t.teardown(() => Promise.all(queues.map((queue) => queue.close())));
  const worked = new Set<number>();
  const acknowledged: number[] = [];
  for (const queue of queues)
    queue.work('test.count', { concurrency: 4, leaseMs: 2000 }, async ({ payload }) => {
      worked.add(payload.chunk);
    });
  const enqueue = (queue: (typeof queues)[0], first: number) => async (n: number) => {
    const chunk = first + 2 * n;
    await queue.enqueue('test.count', { subject: 'load', chunk }, { dedupeKey: `load-${chunk}`, maxAttempts: 10 });
    acknowledged.push(chunk);
  };

  // Relays as processes of their own, which nobody tells of the restart. In a database beside: what they do with an
  // event is made for those of the suite alone.
  const outboxUrl = await server.createDatabase();
  const openOutbox = () => {
    const database = openPostgres({ url: outboxUrl, logger, maxConnections: 4, retryMs: 60_000 });
    t.teardown(() => database.close());
    const { db } = database;
    const events = new MemoryEvents({ logger });
    return {
      db,
      migrate: database.migrate,
      outbox: new DatabaseOutbox({ db, leases: new MemoryLimits().leases, events, logger, pollMs: 20 }),
    };
  };
  const forked = () =>
    fork(path.join(import.meta.dirname, '..', 'server', 'testing', 'relaying-process.ts'), ['postgres', outboxUrl]);
  const [first, second] = [openOutbox(), openOutbox()];
  await first.migrate();
  const unopened = [second, first];
  const outboxes = await openTwo(t, async () => ({ open: () => unopened.pop() ?? openOutbox(), fork: forked }));
  const relays = [forked(), forked()];
  t.teardown(() =>
    Promise.all(
      relays.map(async (relay) => {
        const ended = once(relay, 'exit');
        relay.kill('SIGKILL');
        await ended;
      }),
    ),
  );
  await until('the relays are known', async () => {
    const known = await first.db.selectFrom('outbox_consumers').select('consumer').execute();
    return ['test.apply', 'test.deliver'].every((name) => known.some(({ consumer }) => consumer === name));
  });
  const changes: number[] = [];
  const record = (opened: typeof outboxes.one) => async () => {
    changes.push(await change(opened, 'load'));
  };

  const loads = [
    load(upload(one)),
    load(upload(two)),
    load(await rename(one)),
    load(await rename(two)),
    load(enqueue(queues[0]!, 0)),
    load(enqueue(queues[1]!, 1)),
    load(record(outboxes.one)),
    load(record(outboxes.two)),
  ];
  const done = () => [uploaded, ...renamed.values(), acknowledged, changes].map(({ length }) => length);
  /** Everything has gone on since. */
  const untilMore = async (what: string): Promise<void> => {
    const before = done();
    await until(what, () => done().every((count, at) => count > before[at]! + 2));
  };
  await untilMore('everything writes');
  await server.restart('fast');
  await untilMore('everything goes on after a restart');
  await server.restart('immediate');
  await untilMore('everything goes on after a crash');
  isOver = true;
  await Promise.all(loads);
  t.comment(`done: ${done().join(', ')}; failed: ${failures.length}`);
  for (const failure of failures) t.comment(failure);
  for (const failure of failures)
    t.match(failure, /OutcomeUnknown|500/, 'nothing fails but writes of which nobody knows whether they were done');
  t.ok(failures.length <= 2 * 6 * 2, `${failures.length} of them: what was under way in the moment of a restart`);

  const assets = await one.db.selectFrom('assets').select(['id', 'title', 'upload_id']).execute();
  t.same(
    uploaded.filter((id) => assets.filter((asset) => asset.id === id).length !== 1),
    [],
    'every upload is there',
  );
  t.equal(new Set(assets.map((asset) => asset.upload_id)).size, assets.length, 'and is one asset');
  for (const [id, titles] of renamed) {
    const records = await one.db
      .selectFrom('audit_log')
      .select('after')
      .where('subject', '=', id)
      .where('event', '=', 'asset.renamed')
      .execute();
    const written = records.map(({ after }) => (JSON.parse(after ?? '{}') as { title: string }).title);
    t.same(
      titles.filter((title) => written.filter((each) => each === title).length !== 1),
      [],
      'every change is in the audit log, once',
    );
    t.equal(new Set(written).size, written.length);
  }

  await until('the queue is empty', async () => {
    const counts = await queues[0]!.counts();
    return Object.values(counts).every(({ waiting, active }) => waiting + active === 0);
  });
  t.same(
    acknowledged.filter((chunk) => !worked.has(chunk)),
    [],
    'every job was done',
  );
  t.same(await one.db.selectFrom('jobs').select('id').where('state', '=', 'failed').execute(), []);

  for (const name of ['test.apply', 'test.deliver']) await untilHandled(outboxes.one, name);
  const { changes: last } = await testTables(first.db)
    .selectFrom('test_subjects')
    .select('changes')
    .executeTakeFirstOrThrow();
  t.equal(new Set(changes).size, changes.length, 'no change was made twice');
  const effects = await testTables(first.db).selectFrom('test_effects').select(['consumer', 'number']).execute();
  const applied = effects.filter(({ consumer }) => consumer === 'test.apply').map(({ number }) => number);
  t.same(
    applied.sort((a, b) => a - b),
    Array.from({ length: last }, (_, at) => at + 1),
    'every event took effect once',
  );
  t.same(
    relays.map(({ exitCode }) => exitCode),
    [null, null],
    'in the processes that were there before',
  );
});
