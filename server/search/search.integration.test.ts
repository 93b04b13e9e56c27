import path from 'node:path';
import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import { startPostgres } from '../testing/postgres.ts';
import { searchContract } from '../testing/search-contract.ts';
import { postgresSearch } from './postgres.ts';
import { sqliteSearch } from './sqlite.ts';

t.test('on SQLite', (t) => {
  searchContract(t, async (t) => {
    const { db, migrate, close } = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
    t.teardown(() => close());
    await migrate();
    return { db, search: sqliteSearch({ db }) };
  });
  t.end();
});

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  searchContract(t, async (t) => {
    const { db, migrate, close } = openPostgres({
      url: await server.createDatabase(),
      logger: pino({ level: 'silent' }),
    });
    t.teardown(() => close());
    await migrate();
    return { db, search: postgresSearch({ db }) };
  });
});
