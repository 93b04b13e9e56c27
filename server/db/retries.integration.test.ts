import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { CuttingProxy } from '../testing/cutting-proxy.ts';
import { startPostgres } from '../testing/postgres.ts';
import { Rows } from '../testing/rows.ts';
import { until } from '../testing/until.ts';
import { DatabaseUnavailable, isUnavailable, OutcomeUnknown } from './port.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';

const logger = pino({ level: 'silent' });

t.test('connections that break, limits, and others in the way', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;

  const open = async (t: Test, options: Partial<PostgresOptions> = {}) => {
    const url = await server.createDatabase();
    const proxy = await new CuttingProxy(new URL(url.replace('@/', '@x/')).searchParams.get('host') ?? '').listen(t);
    const opened = openPostgres({ url: proxy.through(url), logger, maxConnections: 4, ...options });
    t.teardown(() => opened.close());
    await opened.migrate();
    const count = async () => {
      const { n } = await opened.db
        .selectFrom('accounts')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return n;
    };
    return { proxy, count, ...opened };
  };
  /** Cuts the next message that has this in it, once. */
  const cutOnce = (proxy: CuttingProxy, pattern: RegExp, cut: 'before' | 'after') => {
    let isDone = false;
    proxy.cut = (text) => {
      if (isDone || !pattern.test(text)) return undefined;
      isDone = true;
      return cut;
    };
  };

  for (const [what, pattern, cut] of [
    ['the beginning', /begin;/, 'before'],
    ['a statement that the server did', /insert into "accounts"/, 'after'],
    ['a COMMIT that the server never got', /commit/, 'before'],
    ['a COMMIT that the server did', /commit/, 'after'],
  ] as const) {
    await t.test(`a transaction whose connection is lost at ${what} is applied once`, async (t) => {
      const { db, proxy, count, figures } = await open(t);
      cutOnce(proxy, pattern, cut);
      let tries = 0;
      const result = await db.transaction().execute(async (tx) => {
        tries += 1;
        await new Rows(tx).account({ email: 'once@example.com' });
        return tries;
      });
      t.equal(proxy.cuts, 1);
      t.equal(result, what === 'a COMMIT that the server did' ? 1 : tries);
      t.equal(tries, ['the beginning', 'a COMMIT that the server did'].includes(what) ? 1 : 2);
      t.equal(await count(), 1);
      t.equal(figures().busy, 0, 'nothing is kept');
    });
  }

  await t.test('what nobody can tell is not told as success or failure, and not tried again', async (t) => {
    const { db, proxy, count } = await open(t, { retryMs: 300 });
    let isAway = false;
    proxy.cut = (text) => {
      if (isAway) return 'before';
      if (!text.includes('commit')) return undefined;
      isAway = true;
      return 'after';
    };
    let tries = 0;
    await t.rejects(
      db.transaction().execute((tx) => {
        tries += 1;
        return new Rows(tx).account();
      }),
      OutcomeUnknown,
    );
    t.equal(tries, 1);
    proxy.cut = () => undefined;
    t.equal(await count(), 1, 'this time it was done');
  });

  await t.test('a read is tried again, a write alone is not when its answer is lost', async (t) => {
    const { db, proxy, count } = await open(t);
    cutOnce(proxy, /select count/, 'after');
    t.equal(await count(), 0);
    t.equal(proxy.cuts, 1);
    cutOnce(proxy, /insert into "accounts"/, 'after');
    await t.rejects(new Rows(db).account(), OutcomeUnknown);
    t.equal(await count(), 1, 'done, and not twice');
  });

  await t.test('a write on a connection that is known to be dead takes another one', async (t) => {
    const { db, proxy, count } = await open(t);
    await Promise.all([count(), count()]);
    proxy.cutAll();
    await until('the pool has heard of it', () => db.selectNoFrom((e) => e.val(1).as('one')).execute());
    await new Rows(db).account();
    t.equal(await count(), 1);
  });

  await t.test('serialisation failures and deadlocks are tried again', async (t) => {
    const { db } = await open(t);
    const rows = new Rows(db);
    const [one, two] = [await rows.account({ updated_at: 0 }), await rows.account({ updated_at: 0 })];
    const add = (level: 'read committed' | 'serializable', ids: readonly string[]) =>
      db
        .transaction()
        .setIsolationLevel(level)
        .execute(async (tx) => {
          for (const id of ids) {
            const read = tx.selectFrom('accounts').select('updated_at').where('id', '=', id);
            const { updated_at: value } = await read.executeTakeFirstOrThrow();
            await delay(20);
            const set = level === 'serializable' ? value + 1 : sql<number>`updated_at + 1`;
            await tx.updateTable('accounts').set({ updated_at: set }).where('id', '=', id).execute();
          }
        });
    await Promise.all([1, 2, 3].map(() => add('serializable', [one.id])));
    await Promise.all([add('read committed', [one.id, two.id]), add('read committed', [two.id, one.id])]);
    t.strictSame(
      (await db.selectFrom('accounts').select(['id', 'updated_at']).execute()).sort(
        (a, b) => a.updated_at - b.updated_at,
      ),
      [
        { id: two.id, updated_at: 2 },
        { id: one.id, updated_at: 5 },
      ],
    );
  });

  await t.test('a mistake is not tried again', async (t) => {
    const { db, figures } = await open(t);
    let tries = 0;
    await t.rejects(
      db.transaction().execute(async (tx) => {
        tries += 1;
        await sql`select * from nowhere`.execute(tx);
      }),
      /nowhere/,
    );
    t.equal(tries, 1);
    t.strictSame([figures().retries, figures().busy], [0, 0]);
  });

  await t.test('nobody waits for a free connection for ever', async (t) => {
    const { db, figures, check } = await open(t, { maxConnections: 1, waitMs: 100 });
    const release = Promise.withResolvers<void>();
    const holding = db.transaction().execute(() => release.promise);
    await until('it is taken', () => figures().busy === 1);
    const late: unknown = await new Rows(db).account().catch((error: unknown) => error);
    t.ok(late instanceof DatabaseUnavailable, String(late));
    t.match(late, { message: 'None of the 1 database connections became free within 100 ms' });
    await t.rejects(check(), DatabaseUnavailable, 'and the health says so');
    const next = new Rows(db).account();
    await until('the next one waits', () => figures().waiting === 1);
    release.resolve();
    await Promise.all([holding, next]);
    t.strictSame([figures().busy, figures().waiting], [0, 0]);
  });

  await t.test('limits of time', async (t) => {
    const { db } = await open(t, { statementMs: 300, lockMs: 100, retryMs: 0 });
    await t.rejects(sql`select pg_sleep(30)`.execute(db), /took too long.*statement timeout/, 'a statement');
    const { id } = await new Rows(db).account();
    const change = (connection: typeof db) =>
      connection.updateTable('accounts').set({ updated_at: 7 }).where('id', '=', id).execute();
    await db.transaction().execute(async (tx) => {
      await change(tx as unknown as typeof db);
      const error: unknown = await change(db).catch((reason: unknown) => reason);
      t.match(error, { message: /took too long.*lock timeout/ }, 'a lock');
      t.ok(isUnavailable(error));
    });
    const { db: impatient } = await open(t, { idleInTransactionMs: 200, retryMs: 0 });
    await t.rejects(
      impatient.transaction().execute(async (tx) => {
        await new Rows(tx as unknown as typeof db).account();
        await delay(600);
        await new Rows(tx as unknown as typeof db).account();
      }),
      DatabaseUnavailable,
      'a transaction that stands still',
    );
    t.match(
      await db.selectFrom('accounts').select('updated_at').where('id', '=', id).execute(),
      [{ updated_at: 7 }],
      'what was changed before is',
    );
    t.same(await impatient.selectFrom('accounts').select('id').execute(), [], 'and the connections work again');
  });

  await t.test('a server that hangs', async (t) => {
    const { proxy, check, count } = await open(t);
    await count();
    proxy.isDeaf = true;
    const began = performance.now();
    await t.rejects(check(), { message: 'The database did not answer within 1500 ms' });
    t.ok(performance.now() - began < 30_000);
    proxy.isDeaf = false;
    proxy.cutAll();
    t.equal(await count(), 0);
  });

  await t.test('who closes while work waits for the database', async (t) => {
    const { db, proxy, close } = await open(t, { retryMs: 60_000 });
    proxy.cut = () => 'before';
    const waiting = new Rows(db).account().catch((error: unknown) => error);
    await until('it has been tried', () => proxy.cuts > 1);
    await close();
    t.type(await waiting, Error, 'it ends');
  });
});
