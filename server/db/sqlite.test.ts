import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import t from 'tap';
import { databaseContract } from '../testing/db-contract.ts';
import { OperatorError } from '../kit/errors.ts';
import { createMigrations } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openSqlite } from './sqlite.ts';

databaseContract(t, (t) => {
  const file = path.join(t.testdir(), 'folder', 'that', 'is', 'made', 'dramabox.db');
  return Promise.resolve({ kind: 'sqlite', location: file, open: () => openSqlite({ path: file }) });
});

t.test('several processes may be the first to open the file', async (t) => {
  const [folder, processes, rounds] = [t.testdir(), 4, 30];
  const program = `
    import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
    const { openSqlite } = await import(${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)});
    for (let round = 0; round < ${rounds}; round += 1) {
      const here = ${JSON.stringify(folder)} + '/' + round;
      mkdirSync(here, { recursive: true });
      writeFileSync(here + '/' + process.pid, '');
      while (readdirSync(here).length < ${processes});
      try {
        await openSqlite({ path: here + '.db' }).close();
      } catch (error) {
        console.log(error.message);
      }
    }`;
  const run = promisify(execFile);
  const outputs = await Promise.all(
    Array.from({ length: processes }, () => run(process.execPath, ['--input-type=module', '-e', program])),
  );
  t.strictSame(
    outputs.map(({ stdout }) => stdout),
    outputs.map(() => ''),
  );
});

t.test('settings of the connection', async (t) => {
  const file = path.join(t.testdir(), 'dramabox.db');
  const opened = openSqlite({ path: file });
  t.teardown(() => opened.close());
  const pragma = async (name: string) => {
    const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(opened.db);
    return Object.values(rows[0] ?? {})[0];
  };
  t.equal(await pragma('journal_mode'), 'wal');
  t.equal(await pragma('synchronous'), 1, 'NORMAL');
  t.equal(await pragma('foreign_keys'), 1);
  t.equal(await pragma('busy_timeout'), 5000);
  await opened.migrate();
  for (const name of [file, `${file}-wal`])
    t.equal(statSync(name).mode & 0o777, 0o600, `${path.basename(name)} is its owner's alone`);
});

t.test('a transaction that reads first waits for another process instead of failing', async (t) => {
  const file = path.join(t.testdir(), 'dramabox.db');
  const [one, two] = [openSqlite({ path: file }), openSqlite({ path: file })];
  t.teardown(() => Promise.all([one.close(), two.close()]));
  await one.migrate();
  let other: Promise<unknown> | undefined;
  await one.db.transaction().execute(async (transaction) => {
    await transaction.selectFrom('jobs').selectAll().execute();
    // Were this transaction only reading so far, the write of `two` would go through and ours would then fail.
    await sql`pragma busy_timeout = 1`.execute(two.db);
    other = two.db.deleteFrom('jobs').execute();
    await t.rejects(other, { code: 'SQLITE_BUSY' }, 'the write lock is held from the first statement on');
    await transaction.deleteFrom('jobs').execute();
  });
});

t.test('a file that is no database, and a folder that cannot be made', (t) => {
  const folder = t.testdir({ 'notes.txt': 'this is not a database, it only has its place. '.repeat(100) });
  t.throws(
    () => openSqlite({ path: path.join(folder, 'notes.txt') }),
    /notes\.txt cannot be opened: file is not a database/,
  );
  t.throws(() => openSqlite({ path: path.join(folder, 'notes.txt', 'below', 'x.db') }), /x\.db cannot be opened/);
  t.end();
});

t.test('a migration that fails leaves nothing of itself, and a newer database is refused', async (t) => {
  const opened = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
  t.teardown(() => opened.close());
  await opened.migrate();
  const half = createMigrations(opened.db, {
    ...migrations,
    '9998-half': {
      async up(db) {
        await db.schema.createTable('half_made').addColumn('id', 'text').execute();
        await sql`select * from nowhere`.execute(db);
      },
    },
  });
  const failure = await half.migrate().catch((error: unknown) => error);
  t.ok(failure instanceof OperatorError && /9998-half.*nowhere/.test(failure.message), 'says which one and why');
  t.strictSame(await half.pending(), ['9998-half']);
  const tables = await opened.db.introspection.getTables();
  t.notOk(
    tables.some((table) => table.name === 'half_made'),
    'its first half was taken back',
  );

  await createMigrations(opened.db, { ...migrations, '9999-future': { up: () => Promise.resolve() } }).migrate();
  await t.rejects(opened.migrate(), /9999-future is missing/, 'an older program does not touch it');
});
