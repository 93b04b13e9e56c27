import { join } from 'node:path';
import t from 'tap';
import { Rows } from '../testing/rows.ts';
import { up } from './migrations/2026-11-29-07-rendition-channels.ts';
import { openSqlite } from './sqlite.ts';

t.test('renditions from before channels were written down have them from their plan', async (t) => {
  const { db, migrate, close } = openSqlite({ path: join(t.testdir(), 'dramabox.db') });
  t.teardown(() => close());
  await migrate();
  const rows = new Rows(db);
  const renditions = [
    { name: 'a0-128', channels: 2 },
    { name: 'a0-384', channels: 6 },
  ];
  const planned = await rows.title({ plan: { audio: [{ renditions }] } });
  const unplanned = await rows.title();
  for (const { versionId } of [planned, unplanned])
    for (const name of ['v360-700', 'a0-128', 'a0-384'])
      await rows.rendition({ version_id: versionId, name, kind: name.startsWith('a') ? 'audio' : 'video' });
  // As it was before.
  await db.schema.alterTable('renditions').dropColumn('channels').execute();
  await up(db as never);
  const found = await db.selectFrom('renditions').select(['version_id', 'name', 'channels']).orderBy('name').execute();
  t.same(
    found.filter((row) => row.version_id === planned.versionId).map(({ name, channels }) => [name, channels]),
    [
      ['a0-128', 2],
      ['a0-384', 6],
      ['v360-700', null],
    ],
  );
  t.ok(found.filter((row) => row.version_id === unplanned.versionId).every(({ channels }) => channels === null));
});
