import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import t, { type Test } from 'tap';
import { dataCopiesOf } from '../../server/assets/storage-keys.ts';
import { DatabaseQueue } from '../../server/queue/database.ts';
import { openFixture } from '../../server/testing/open-fixture.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { until } from '../../server/testing/until.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { addKnownPerson, tablesWith } from './testing/household.ts';

type Place = readonly [kind: 'sqlite' | 'postgres', location: string, folder: string];

async function start(t: Test, [kind, location, folder]: Place): Promise<Harness> {
  return startControlApi(t, {
    folder,
    database: openFixture(kind, location),
    queue: (parts) => new DatabaseQueue({ ...parts, pollMs: 20 }),
  });
}

/** Another process, which waits for a word. */
async function beside(t: Test, place: Place, task: 'erase' | 'copy', how: 'go' | 'hang'): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'testing', 'beside-process.ts'), [...place, task, how]);
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child, 'message');
  return child;
}

async function killHalfWay(child: ChildProcess): Promise<void> {
  const halfWay = once(child, 'message');
  child.send('go');
  if ((await halfWay)[0] !== 'half-way') throw new Error('It did not come to the storage');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const askForCopy = (api: Harness, authorization: string) =>
  api.app.inject({ method: 'POST', url: '/api/v1/accounts/me/data-copies', headers: { authorization } });

async function readyCopies(api: Harness): Promise<readonly { readonly storage_key: string | null }[]> {
  return api.db.selectFrom('data_copies').select('storage_key').where('state', '=', 'ready').execute();
}

async function check(t: Test, place: Place): Promise<void> {
  await t.test('a process that is killed half-way leaves nothing undone, and nothing is done twice', async (t) => {
    const api = await start(t, place);
    const person = await addKnownPerson(api);
    const killed = await beside(t, place, 'erase', 'hang');
    await api.db
      .updateTable('accounts')
      .set({ deletion_requested_at: 1, deletion_by: 'owner', deletion_ends_at: 2 })
      .where('id', '=', person.id)
      .execute();
    await api.storage.put(`${dataCopiesOf(person.id)}copy_x/file.json`, '{}');
    await killHalfWay(killed);
    const row = await api.db.selectFrom('accounts').select('status').where('id', '=', person.id).executeTakeFirst();
    t.match(row, { status: 'disabled' }, 'shut, and not gone');

    const accounts = await Promise.all(Array.from({ length: 20 }, () => api.addAccount('viewer')));
    await api.db
      .updateTable('accounts')
      .set({ deletion_requested_at: 1, deletion_by: 'owner', deletion_ends_at: 2 })
      .where('role', '=', 'viewer')
      .execute();
    const other = await beside(t, place, 'erase', 'go');
    const told = once(other, 'message');
    other.send('go');
    const [ended, endedThere] = [await api.upkeep<number>('personal-data.erase'), ((await told) as [number])[0]];
    t.equal(ended + endedThere, 21, 'each by one of the two');
    t.same(
      [...(await api.recorded('account.erased'))].sort(),
      [person.id, ...accounts.map(({ id }) => id)].sort(),
      'each once',
    );
    const log = await api.db.selectFrom('audit_log').select('subject').where('event', '=', 'account.erased').execute();
    t.equal(log.length, 21);
    t.same(
      (await tablesWith(api, [person.id, person.email])).filter((name) => !name.startsWith('outbox')),
      ['audit_log'],
    );
    t.equal(await api.storage.stat(`${dataCopiesOf(person.id)}copy_x/file.json`), undefined);
    await api.stop();
  });

  await t.test('a copy is made once, whoever is killed', async (t) => {
    const api = await start(t, place);
    const viewer = await api.as('viewer');
    const killed = await beside(t, place, 'copy', 'hang');
    t.equal((await askForCopy(api, viewer.authorization)).statusCode, 202);
    await killHalfWay(killed);
    const other = await beside(t, place, 'copy', 'go');
    other.send('go');
    await api.controlApi.background.start();
    t.same(await readyCopies(api), [], 'the lease of who was killed still holds');
    // More than a lease: the clock of the other process began later than this one.
    api.clock.advance(120_000);
    await until('it is made', async () => (await readyCopies(api)).length === 1);
    const second = await api.as('viewer');
    await askForCopy(api, second.authorization);
    await until('the other one is made', async () => (await readyCopies(api)).length === 2);
    t.same(
      [...(await api.recorded('account.data-copy-ready'))].sort(),
      [viewer.id, second.id].sort(),
      'and told once each',
    );
    for (const { storage_key } of await readyCopies(api)) t.ok(await api.storage.stat(storage_key as string));
    await api.stop();
  });
}

t.test('on SQLite', async (t) => {
  const folder = t.testdir();
  await check(t, ['sqlite', path.join(folder, 'dramabox.db'), folder]);
});

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  await check(t, ['postgres', await server.createDatabase(), t.testdir()]);
});
