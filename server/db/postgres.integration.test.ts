import { PassThrough } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import t from 'tap';
import { databaseContract } from '../testing/db-contract.ts';
import { startPostgres } from '../testing/postgres.ts';
import { until } from '../testing/until.ts';
import { openPostgres } from './postgres.ts';

t.test('on a real server', async (t) => {
  const server = await startPostgres(t, { own: true });
  if (!server) return;
  const logger = pino({ level: 'silent' });

  t.test('contract', (t) => {
    databaseContract(t, async () => {
      const url = await server.createDatabase();
      return { kind: 'postgres', location: url, open: () => openPostgres({ url, logger, maxConnections: 4 }) };
    });
    t.end();
  });

  t.test('an integer that a number cannot hold is an error, not a wrong number', async (t) => {
    const opened = openPostgres({ url: await server.createDatabase(), logger });
    t.teardown(() => opened.close());
    await t.rejects(sql`select 9007199254740993::int8 as n`.execute(opened.db), /too large for an exact number/);
    const { rows } = await sql`select 9007199254740991::int8 as n, 1.5::numeric as half, null::int8 as nothing`.execute(
      opened.db,
    );
    t.strictSame(rows, [{ n: Number.MAX_SAFE_INTEGER, half: 1.5, nothing: null }]);
  });

  t.test('a restart of the server ends neither the process nor the pool', async (t) => {
    const lines = new PassThrough();
    let log = '';
    lines.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const opened = openPostgres({ url: await server.createDatabase(), logger: pino(lines) });
    t.teardown(() => opened.close());
    await opened.migrate();
    await opened.check();
    await server.restart();
    await until('the loss is in the log', () => log.includes('lost a database connection'));
    t.strictSame(await opened.pending(), [], 'the next query takes a new connection');
    t.notMatch(log, 'postgres://');
  });

  t.test('a server that is not there', async (t) => {
    const opened = openPostgres({ url: 'postgres://somebody:hunter2@127.0.0.1:1/nowhere', logger });
    t.teardown(() => opened.close());
    const error = await opened.migrate().then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    t.match(error, { message: /ECONNREFUSED/ });
    t.notMatch(`${error?.stack} ${JSON.stringify(error)}`, 'hunter2', 'the password is not in the error');
  });
});
