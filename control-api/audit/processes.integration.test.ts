import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import t, { type Test } from 'tap';
import { openFixture } from '../../server/testing/open-fixture.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { Rows } from '../../server/testing/rows.ts';
import { chainRecords } from './chaining.ts';
import { walkChain } from './checking.ts';
import { chainedRecords } from './testing/log.ts';

const [processes, rounds] = [3, 60];
/** Two of three are kept. */
const kept = (rounds / 3) * 2;

async function writeTogether(t: Test, kind: string, location: string): Promise<void> {
  const { db, migrate, close } = openFixture(kind, location);
  t.teardown(() => close());
  await migrate();
  const rows = new Rows(db);
  for (const id of ['account_shared', 'account_other']) await rows.account({ id });
  const names = Array.from({ length: processes }, (_, n) => `process-${n}`);
  const children = names.map((name) =>
    fork(path.join(import.meta.dirname, 'testing', 'writing-process.ts'), [kind, location, name, String(rounds)]),
  );
  const ended = Promise.all(children.map((child) => once(child, 'exit') as Promise<[number | null]>));
  await Promise.all(children.map((child) => once(child, 'message')));
  for (const child of children) child.send('go');
  t.same(
    (await ended).map(([code]) => code),
    names.map(() => 0),
    'nobody had to give up',
  );

  await chainRecords(db, Number.MAX_SAFE_INTEGER, new AbortController().signal);
  const records = await chainedRecords(db);
  t.same(
    records.map(({ sequence }) => sequence),
    records.map((_, index) => index + 1),
    'without gaps',
  );
  t.match(await walkChain(db), { checked: records.length, breaks: 0 });
  for (const name of names) {
    const written = records.filter(({ subject }) => subject === name).map(({ after }) => after);
    t.equal(written.length, kept, `${name}: what was taken back is not there, and nothing else is missing`);
    t.same(
      written,
      Array.from({ length: rounds }, (_, round) => JSON.stringify({ round })).filter((_, round) => round % 3 > 0),
      `${name}: in order`,
    );
  }
  const failures = records.filter(({ event }) => event === 'sign-in.failed');
  const times = failures.map(({ after }) => (JSON.parse(after ?? '') as { times: number }).times);
  t.equal(
    times.reduce((sum, each) => sum + each, 0),
    processes * kept,
    'each wrong password is counted in one record, also while its hour was closed',
  );
  t.ok(failures.length >= rounds / 10, 'there was more than one hour');
}

t.test('processes that write and chain at the same time make one chain, on SQLite', async (t) => {
  await writeTogether(t, 'sqlite', path.join(t.testdir(), 'dramabox.db'));
});

t.test('processes that write and chain at the same time make one chain, on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (server) await writeTogether(t, 'postgres', await server.createDatabase());
});
