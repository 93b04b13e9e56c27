import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import type { OpenDatabase } from '../db/port.ts';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import { OperatorError } from '../kit/errors.ts';
import { createLogger } from '../kit/logger.ts';
import { keyringContract } from '../testing/keyring-contract.ts';
import { startPostgres } from '../testing/postgres.ts';
import { until } from '../testing/until.ts';
import { DatabaseKeyring, type DatabaseKeyringOptions } from './database.ts';
import { createSeal } from './seal.ts';

const day = 86_400_000;
const restMs = 5000;
const secret = 'a secret of thirty-two characters';
const seal = createSeal(secret);

let rings = 0;

/** Opens keyrings on a ring of its own. @param openDatabase a database that is up to date, as another process would */
async function setting(t: Test, openDatabase: () => OpenDatabase) {
  rings += 1;
  const ring = `ring-${rings}`;
  const time = { now: 1_800_000_000_000 };
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'info', destination });
  const database = () => {
    const opened = openDatabase();
    t.teardown(() => opened.close());
    return opened;
  };
  const { db } = database();
  const rows = () => db.selectFrom('signing_keys').selectAll().where('ring', '=', ring).execute();
  const remove = () => db.deleteFrom('signing_keys').where('ring', '=', ring).execute();
  const open = async (options: Partial<DatabaseKeyringOptions> = {}) => {
    const keyring = await DatabaseKeyring.open({
      db: database().db,
      ring,
      seal,
      rotateAfterMs: 30 * day,
      keepAfterMs: day / 2,
      clock: { now: () => time.now },
      logger,
      lookAgainMs: 20,
      ...options,
    });
    t.teardown(() => keyring.close());
    return keyring;
  };
  return { time, lines, open, db, ring, rows, remove, restMs };
}

function cases(t: Test, openSetting: (t: Test) => ReturnType<typeof setting>): void {
  keyringContract(t, openSetting);

  t.test('rings do not mix', async (t) => {
    const { open } = await openSetting(t);
    const [playback, access] = [await open(), await open({ ring: `access-${rings}` })];
    t.not(playback.current.kid, access.current.kid);
    t.equal(access.find(playback.current.kid), undefined);
  });

  t.test('no key is in the database as it is', async (t) => {
    const { open, rows } = await openSetting(t);
    const { current } = await open();
    const kept = JSON.stringify(await rows());
    for (const encoding of ['base64url', 'base64', 'hex'] as const)
      t.notMatch(kept, current.secret.toString(encoding).slice(0, 12));
  });

  t.test('another secret is refused at a start in words, and changes nothing', async (t) => {
    const { open, rows, lines } = await openSetting(t);
    const first = await open();
    const before = await rows();
    const wrong = 'this is not the secret of before!';
    const error: unknown = await open({ seal: createSeal(wrong) }).catch((reason: unknown) => reason);
    t.ok(error instanceof OperatorError);
    t.match(error, { message: /were not locked with this keys\.secret.*DRAMABOX_KEYS_SECRET/ });
    const words = JSON.stringify(error, Object.getOwnPropertyNames(error)) + lines.join('');
    for (const quoted of [secret, wrong, before[0]!.sealed, first.current.secret.toString('base64url')])
      t.notOk(words.includes(quoted.slice(0, 12)));
    t.same(await rows(), before);
  });

  t.test('a key that was taken out verifies nothing any more', async (t) => {
    const { open, db } = await openSetting(t);
    const keyring = await open();
    const old = keyring.current.kid;
    await keyring.rotate();
    await db.deleteFrom('signing_keys').where('kid', '=', old).execute();
    await until('it is forgotten', () => keyring.find(old) === undefined);
    t.ok(keyring.current);
  });

  t.test('rows that were spoilt while it runs are said once; the keys in memory stay', async (t) => {
    const { open, db, ring, rows, remove, lines } = await openSetting(t);
    const keyring = await open();
    const { current } = keyring;
    const before = await rows();
    for (const spoil of [
      () => db.updateTable('signing_keys').set({ sealed: 'v1.nonsense' }).where('ring', '=', ring).execute(),
      remove,
    ]) {
      lines.length = 0;
      await spoil();
      await until('it is said', () => lines.some((line) => line.includes('stay in force')));
      t.equal(keyring.current, current);
      t.equal(keyring.find(current.kid), current);
      await t.rejects(keyring.rotate(), OperatorError, 'nothing is written over it');
      await remove();
      await db.insertInto('signing_keys').values(before).execute();
      await until('it is read again', () => lines.some((line) => line.includes('can be read again')));
      t.equal(lines.filter((line) => line.includes('stay in force')).length, 1);
    }
    t.equal(keyring.current.kid, current.kid);
  });

  t.test('made-up ids do not become questions to the database', async (t) => {
    const { open, db } = await openSetting(t);
    let asked = 0;
    const counted = db.withPlugin({
      transformQuery: ({ node }) => {
        asked += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const keyring = await open({ db: counted, lookAgainMs: 3_600_000 });
    const other = await open();
    const { kid } = await other.rotate();
    asked = 0;
    for (let n = 0; n < 10_000; n += 1) keyring.find(`made-up-${n}`);
    await until('the new key was found by the way', () => keyring.find(kid));
    t.ok(asked >= 1 && asked <= 3, `${asked} questions`);
  });
}

t.test('on SQLite', async (t) => {
  // One connection, as a process has: two of one process would wait for each other.
  const opened = openSqlite({ path: path.join(t.testdir(), 'dramabox.db') });
  t.teardown(() => opened.close());
  await opened.migrate();
  // Closed once, in the end.
  cases(t, (t) => setting(t, () => ({ ...opened, close: async () => undefined })));
});

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t, { own: true });
  if (!server) return;
  const url = await server.createDatabase();
  const open = () => openPostgres({ url, logger: pino({ level: 'silent' }), maxConnections: 2, retryMs: 200 });
  const first = open();
  await first.migrate();
  await first.close();
  cases(t, (t) => setting(t, open));
  await t.test('processes that start and rotate at the same time', (t) => processes(t, url, open));
  await t.test('a database that is away', async (t) => {
    const { open: openKeys, time, lines } = await setting(t, open);
    const keyring = await openKeys({ onReplaced: () => t.fail('nothing can be replaced now') });
    const { current } = keyring;
    await server.stop();
    await until('it is said', () => lines.some((line) => line.includes('stay in force')));
    t.equal(keyring.find(current.kid), current, 'those in memory go on');
    time.now += 31 * day;
    t.equal(keyring.current, current, 'also past their time');
    await until('the rotation was tried', () => lines.some((line) => line.includes('could not be rotated')));
    await server.start();
    await until('it is read again', () => lines.some((line) => line.includes('can be read again')));
    t.equal(keyring.current.kid, current.kid);
  });
});

async function processes(t: Test, url: string, openDatabase: () => OpenDatabase): Promise<void> {
  const { open, ring, rows } = await setting(t, openDatabase);
  const children = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = fork(path.join(import.meta.dirname, '..', 'testing', 'keyring-process.ts'), [
        'postgres',
        url,
        ring,
        secret,
      ]);
      const ended = once(child, 'exit');
      await once(child, 'message');
      return async () => {
        const answered = once(child, 'message');
        child.send('go');
        const [said] = (await answered) as [{ first: string; made: string[] }];
        await ended;
        return said;
      };
    }),
  );
  const said = await Promise.all(children.map((go) => go()));
  t.equal(new Set(said.map(({ first }) => first)).size, 1, 'one of them made the first key');
  const keyring = await open({ clock: Date, keepAfterMs: 1e12 });
  t.same(
    said.flatMap(({ first, made }) => [first, ...made]).filter((kid) => !keyring.find(kid)),
    [],
    'no key is lost',
  );
  const kept = await rows();
  t.equal(kept.length, 7);
  t.equal(kept.filter(({ replaced_at: at }) => at === null).length, 1, 'one is the newest');
}
