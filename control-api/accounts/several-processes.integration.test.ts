import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import t, { type Test } from 'tap';
import { openFixture } from '../../server/testing/open-fixture.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { Rows } from '../../server/testing/rows.ts';

const rounds = 20;

async function startDemoting(t: Test, ...args: readonly string[]): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'testing', 'demoting-process.ts'), args);
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill();
    await ended;
  });
  await once(child, 'message');
  return child;
}

async function ask(child: ChildProcess, asker: string, target: string): Promise<string> {
  const answered = once(child, 'message');
  child.send({ asker, target });
  return String((await answered)[0]);
}

async function check(t: Test, kind: 'sqlite' | 'postgres', location: string): Promise<void> {
  const opened = openFixture(kind, location);
  t.teardown(() => opened.close());
  await opened.migrate();
  const { db } = opened;
  const rows = new Rows(db);
  const [one, two] = [await rows.account({ role: 'super_admin' }), await rows.account({ role: 'super_admin' })];
  const [first, second] = [await startDemoting(t, kind, location), await startDemoting(t, kind, location)];
  for (let round = 0; round < rounds; round += 1) {
    const answers = await Promise.all([ask(first, one.id, two.id), ask(second, two.id, one.id)]);
    t.same(answers.sort(), ['done', 'not_found'], 'one of the two demotes the other');
    const left = await db.selectFrom('accounts').select('id').where('role', '=', 'super_admin').execute();
    t.equal(left.length, 1);
    await db.updateTable('accounts').set({ role: 'super_admin' }).execute();
  }
}

t.test('two processes demote two super admins by one another at once on SQLite', async (t) => {
  await check(t, 'sqlite', path.join(t.testdir(), 'dramabox.db'));
});

t.test('two processes demote two super admins by one another at once on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  await check(t, 'postgres', await server.createDatabase());
});
