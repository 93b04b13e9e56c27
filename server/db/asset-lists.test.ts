import { join } from 'node:path';
import t from 'tap';
import { mediaInfo, Rows } from '../testing/rows.ts';
import { up } from './migrations/2026-11-29-03-asset-lists.ts';
import { openSqlite } from './sqlite.ts';

t.test('assets from before lists were sorted get what they are sorted by', async (t) => {
  const { db, migrate, close } = openSqlite({ path: join(t.testdir(), 'dramabox.db') });
  t.teardown(() => close());
  await migrate();
  const rows = new Rows(db);
  const probed = await rows.title({ name: 'Épisode 2' });
  const unprobed = await rows.title({ name: 'Other' });
  await db
    .updateTable('assets')
    .set({ media_info: JSON.stringify({ ...mediaInfo, titleMs: 41_500.4 }) })
    .where('id', '=', probed.assetId)
    .execute();
  // As it was before.
  for (const column of ['title_folded', 'title_order', 'duration_ms', 'source_bytes', 'owner_id'])
    await db.schema.dropIndex(`assets_by_${column}`).execute();
  for (const column of ['title_folded', 'title_order', 'duration_ms'])
    await db.schema.alterTable('assets').dropColumn(column).execute();
  await up(db as never);
  t.same(
    await db.selectFrom('assets').select(['id', 'title_folded', 'title_order', 'duration_ms']).orderBy('id').execute(),
    [
      { id: probed.assetId, title_folded: 'episode 2', title_order: 'episode 00000002', duration_ms: 41_500 },
      { id: unprobed.assetId, title_folded: 'other', title_order: 'other', duration_ms: 0 },
    ],
  );
});
