import { sql } from 'kysely';
import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../db/postgres.ts';
import { OperatorError } from '../kit/errors.ts';
import { startPostgres } from '../testing/postgres.ts';
import { foldWords } from './fold.ts';

const logger = pino({ level: 'silent' });

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t, { own: true });
  if (!server) return;

  t.test('a user who may not create the extension is told what to do', async (t) => {
    const url = new URL((await server.createDatabase()).replace('@/', '@socket/'));
    const as = (user: string) => {
      url.username = user;
      const opened = openPostgres({ url: url.href.replace('@socket/', '@/'), logger });
      t.teardown(() => opened.close());
      return opened;
    };
    const administrator = as('postgres');
    await sql`create role plain login`.execute(administrator.db);
    await sql`grant all on schema public to plain`.execute(administrator.db);
    const plain = as('plain');
    const refused = await plain.migrate().then(
      () => undefined,
      (error: unknown) => error,
    );
    t.type(refused, OperatorError);
    t.match(refused, { message: /pg_trgm.*database\.url may not create it.*run "create extension pg_trgm"/ });
    t.ok((await plain.pending()).length > 0, 'nothing was done');

    await sql`create schema extensions`.execute(administrator.db);
    await sql`create extension pg_trgm schema extensions`.execute(administrator.db);
    await sql`grant usage on schema extensions to plain`.execute(administrator.db);
    await plain.migrate();
    t.same(await plain.pending(), [], 'where it is there, in whatever schema, nothing more is needed');
  });

  t.test('letters are folded as the extension unaccent does it, which is not needed', async (t) => {
    const { db, close } = openPostgres({ url: await server.createDatabase(), logger });
    t.teardown(() => close());
    await sql`create extension unaccent`.execute(db);
    const blocks = [
      [0xc0, 0x17f],
      [0x1cd, 0x1dc],
      [0x1e00, 0x1eff],
      [0xff21, 0xff5a],
    ] as const;
    const letters = blocks.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, n) => String.fromCodePoint(first + n)),
    );
    const fold = (text: string) => foldWords(text).map((word) => word.text);
    const { rows } = await sql<{ readonly letter: string; readonly plain: string }>`
      select letter, unaccent(letter) as plain from unnest(${letters.filter((each) => /\p{L}/u.test(each))}::text[]) as letter`.execute(
      db,
    );
    t.ok(rows.length > 400);
    for (const { letter, plain } of rows) t.same(fold(letter), fold(plain), letter);
  });
});
