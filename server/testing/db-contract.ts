import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Test } from 'tap';
import { isUniqueViolation, type Connection, type Database, type OpenDatabase } from '../db/port.ts';
import { Rows } from './rows.ts';

/** An empty database that can be opened several times. */
export interface DatabaseFixture {
  readonly kind: 'sqlite' | 'postgres';
  /** File or URL. */
  readonly location: string;
  /** A new connection, as another process would have; the suite closes it. */
  open(): OpenDatabase;
}

/** Migrates in a process of its own once told to; returns what it applied. */
async function migrateInChild(fixture: DatabaseFixture): Promise<{ go(): Promise<readonly string[]> }> {
  const child = fork(path.join(import.meta.dirname, 'migrating-process.ts'), [fixture.kind, fixture.location]);
  const ended = once(child, 'exit');
  // Not its end itself, which can be told before its last word is read.
  const silent = once(child, 'disconnect').then(() => ended);
  const answer = () =>
    Promise.race([
      once(child, 'message') as Promise<unknown[]>,
      silent.then(([code, signal]) => {
        throw new Error(`The migrating process ended with ${code ?? signal} and said nothing`);
      }),
    ]);
  await answer();
  return {
    async go() {
      const answered = answer();
      child.send('go');
      const [result] = (await answered) as [{ applied?: readonly string[]; error?: string }];
      await ended;
      if (!result.applied) throw new Error(`The migrating process failed: ${result.error}`);
      return result.applied;
    },
  };
}

const insertAccount = async (db: Connection, email: string): Promise<string> =>
  (await new Rows(db).account({ email })).id;

/** What every database adapter promises. `createFixture` makes an empty database for each test. */
export function databaseContract(t: Test, createFixture: (t: Test) => Promise<DatabaseFixture>): void {
  const open = (t: Test, fixture: DatabaseFixture): OpenDatabase => {
    const opened = fixture.open();
    t.teardown(() => opened.close());
    return opened;
  };
  const migrated = async (t: Test): Promise<Database> => {
    const opened = open(t, await createFixture(t));
    await opened.migrate();
    return opened.db;
  };

  t.test('migrates once and says what it did', async (t) => {
    const fixture = await createFixture(t);
    const opened = open(t, fixture);
    const all = await opened.pending();
    t.ok(all.includes('2026-11-25-01-accounts'), 'knows what is missing before anything exists');
    t.strictSame(await opened.migrate(), all, 'applies all of it, in order');
    t.strictSame(await opened.pending(), []);
    t.strictSame(await opened.migrate(), [], 'a second run has nothing to do');
    const again = open(t, fixture);
    t.strictSame(await again.pending(), [], 'and so has the next process');
  });

  t.test('a check tells whether it can be used', async (t) => {
    const opened = open(t, await createFixture(t));
    await t.rejects(opened.check(), 'there is nothing in it yet');
    await opened.migrate();
    await opened.check();
    await opened.close();
    await t.rejects(opened.check(), 'it is closed');
  });

  t.test('two processes migrate at the same time', async (t) => {
    const fixture = await createFixture(t);
    const children = await Promise.all([migrateInChild(fixture), migrateInChild(fixture), migrateInChild(fixture)]);
    const applied = await Promise.all(children.map((child) => child.go()));
    const opened = open(t, fixture);
    t.strictSame(await opened.pending(), []);
    const row = await opened.db
      .selectFrom('jobs')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    t.equal(row.n, 0, 'the tables are there');
    t.strictSame(applied.flat(), [...new Set(applied.flat())], 'each migration was applied by one of them');
    t.ok(applied.flat().includes('2026-11-25-01-accounts'));
  });

  t.test('numbers come back as numbers', async (t) => {
    const db = await migrated(t);
    const owner = await insertAccount(db, 'a@example.com');
    const terabytes = 5 * 1024 ** 4;
    for (let i = 0; i < 2; i++) {
      await new Rows(db).upload({
        owner_id: owner,
        filename: `it's "${i}" ünïcode 🎬\n.mp4`,
        bytes: terabytes,
        state: 'receiving',
        created_at: 1,
        expires_at: 2,
      });
    }
    const sums = await db
      .selectFrom('uploads')
      .select((e) => [
        e.fn.countAll<number>().as('count'),
        e.fn.sum<number>('bytes').as('sum'),
        e.fn.max('bytes').as('max'),
        e.fn.avg<number>('bytes').as('average'),
      ])
      .executeTakeFirstOrThrow();
    t.strictSame(sums, { count: 2, sum: 2 * terabytes, max: terabytes, average: terabytes });
    const upload = await db.selectFrom('uploads').selectAll().orderBy('id').executeTakeFirstOrThrow();
    t.strictSame([upload.bytes, upload.created_at, upload.finished_at], [terabytes, 1, null]);
    t.equal(upload.filename, 'it\'s "0" ünïcode 🎬\n.mp4', 'text is kept to the letter');
    const changed = await db
      .updateTable('uploads')
      .set({ state: 'expired' })
      .where('expires_at', '<=', 2)
      .executeTakeFirstOrThrow();
    t.equal(Number(changed.numUpdatedRows), 2);
  });

  t.test('unique keys are kept and told apart from other errors', async (t) => {
    const db = await migrated(t);
    const id = await insertAccount(db, 'twice@example.com');
    const duplicate = await insertAccount(db, 'twice@example.com').catch((error: unknown) => error);
    t.ok(isUniqueViolation(duplicate), 'the same e-mail');
    const sameId = await new Rows(db).account({ id }).catch((error: unknown) => error);
    t.ok(isUniqueViolation(sameId), 'the same primary key');
    const wrongStatus = await db
      .updateTable('accounts')
      .set({ status: 'asleep' as 'active' })
      .execute()
      .catch((error: unknown) => error);
    t.type(wrongStatus, Error, 'a status that does not exist is refused');
    t.notOk(isUniqueViolation(wrongStatus));
  });

  t.test('foreign keys hold and cascade', async (t) => {
    const db = await migrated(t);
    const signIn = (account: string) => new Rows(db).signIn({ account_id: account });
    await t.rejects(signIn('account_nobody'), /foreign key/i);
    const account = await insertAccount(db, 'cascade@example.com');
    await signIn(account);
    await db.deleteFrom('accounts').where('id', '=', account).execute();
    t.strictSame(await db.selectFrom('sign_ins').selectAll().execute(), []);
  });

  t.test('a transaction is all or nothing', async (t) => {
    const db = await migrated(t);
    await t.rejects(
      db.transaction().execute(async (transaction) => {
        await insertAccount(transaction, 'rolled-back@example.com');
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    t.strictSame(await db.selectFrom('accounts').selectAll().execute(), []);
  });

  t.test('read-then-write transactions of two processes do not lose updates', async (t) => {
    const fixture = await createFixture(t);
    const [one, two] = [open(t, fixture), open(t, fixture)];
    await one.migrate();
    const id = await insertAccount(one.db, 'counter@example.com');
    await one.db.updateTable('accounts').set({ updated_at: 0 }).execute();
    const increment = (db: Database) =>
      db.transaction().execute(async (transaction) => {
        // The lock is asked for in the dialects' common tongue: an update that changes nothing.
        await transaction
          .updateTable('accounts')
          .set((e) => ({ updated_at: e.ref('updated_at') }))
          .where('id', '=', id)
          .execute();
        const row = await transaction
          .selectFrom('accounts')
          .select('updated_at')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        await transaction
          .updateTable('accounts')
          .set({ updated_at: row.updated_at + 1 })
          .where('id', '=', id)
          .execute();
      });
    for (let round = 0; round < 5; round++) {
      await increment(one.db);
      await increment(two.db);
    }
    await Promise.all([increment(one.db), increment(one.db), increment(one.db)]);
    const row = await two.db.selectFrom('accounts').select('updated_at').executeTakeFirstOrThrow();
    t.equal(row.updated_at, 13);
  });

  t.test('closing twice or unused is fine', async (t) => {
    const fixture = await createFixture(t);
    const unused = fixture.open();
    await unused.close();
    await unused.close();
    const used = fixture.open();
    await used.migrate();
    await used.close();
    await used.close();
    await t.rejects(used.db.selectFrom('jobs').selectAll().execute(), 'a closed database answers nothing');
  });
}
