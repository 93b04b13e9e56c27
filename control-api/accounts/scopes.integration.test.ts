import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import t, { type Test } from 'tap';
import { openFixture } from '../../server/testing/open-fixture.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { startControlApi } from '../testing/harness.ts';
import { addSeries } from '../testing/two-series.ts';

/** What one process says of somebody's titles counts in another one with the next request. */
async function check(t: Test, kind: 'sqlite' | 'postgres', location: string): Promise<void> {
  const api = await startControlApi(t, { database: openFixture(kind, location) });
  const child = fork(path.join(import.meta.dirname, 'testing', 'narrowing-process.ts'), [kind, location]);
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill();
    await ended;
  });
  await once(child, 'message');
  const [admin, manager] = [await api.addAccount('super_admin'), await api.as('content_manager')];
  const [one, other] = [await addSeries(api, 1), await addSeries(api, 2)];
  const say = async (titles: readonly string[] | null) => {
    const answered = once(child, 'message');
    child.send({ asker: admin.id, account: manager.id, titles });
    t.same(await answered, ['done', undefined]);
  };
  const seen = async () => {
    const url = '/api/v1/catalogue/titles?isRoot=true';
    const answer = await api.app.inject({ url, headers: { authorization: manager.authorization } });
    return answer
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id)
      .sort();
  };
  t.same(await seen(), [one.series, other.series].sort());
  for (let round = 0; round < 10; round += 1)
    for (const [titles, expected] of [
      [[one.series], [one.series]],
      [[other.series], [other.series]],
      [[], []],
      [null, [one.series, other.series].sort()],
    ] as const) {
      await say(titles);
      t.same(await seen(), expected);
    }
}

t.test('another process narrows somebody on SQLite', async (t) => {
  await check(t, 'sqlite', path.join(t.testdir(), 'dramabox.db'));
});

t.test('another process narrows somebody on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  await check(t, 'postgres', await server.createDatabase());
});
