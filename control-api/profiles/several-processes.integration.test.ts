import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import t, { type Test } from 'tap';
import { openFixture } from '../../server/testing/open-fixture.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { Rows } from '../../server/testing/rows.ts';

/** Makes profiles in a process of its own, once told to; resolves with ids, and codes of refusals. */
async function startMaking(t: Test, ...args: readonly string[]): Promise<() => Promise<readonly string[]>> {
  const child = fork(path.join(import.meta.dirname, 'testing', 'household-process.ts'), args);
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill();
    await ended;
  });
  await once(child, 'message');
  return async () => {
    const answered = once(child, 'message');
    child.send('go');
    return ((await answered) as [readonly string[]])[0];
  };
}

async function check(t: Test, kind: 'sqlite' | 'postgres', location: string): Promise<void> {
  const opened = openFixture(kind, location);
  t.teardown(() => opened.close());
  await opened.migrate();
  const { id } = await new Rows(opened.db).account();
  const processes = await Promise.all([1, 2].map(() => startMaking(t, kind, location, id, '4')));
  const made = (await Promise.all(processes.map((make) => make()))).flat();
  const profiles = await opened.db.selectFrom('profiles').select(['id', 'is_main']).execute();
  t.equal(profiles.filter(({ is_main }) => is_main === 1).length, 1, 'one of them made the main profile');
  t.equal(profiles.length, 5);
  t.same(
    made.filter((each) => each.startsWith('profile_')).sort(),
    profiles.flatMap((profile) => (profile.is_main === 1 ? [] : [profile.id])).sort(),
  );
  t.same(
    made.filter((each) => !each.startsWith('profile_')),
    ['too_many_profiles', 'too_many_profiles', 'too_many_profiles', 'too_many_profiles'],
  );
}

t.test('two processes make the profiles of one account on SQLite', async (t) => {
  await check(t, 'sqlite', path.join(t.testdir(), 'dramabox.db'));
});

t.test('two processes make the profiles of one account on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  await check(t, 'postgres', await server.createDatabase());
});
