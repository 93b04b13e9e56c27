import type { Kysely } from 'kysely';
import { titleKeys } from '../../assets/title-keys.ts';

/** What migrations of a later date may have changed is not known here: only the columns that are read and written. */
interface Rows {
  assets: {
    id: string;
    title: string;
    media_info: string | null;
    title_folded: string;
    title_order: string;
    duration_ms: number;
  };
}

const rowsAtOnce = 500;

function lengthOf(mediaInfo: string | null): number {
  const { titleMs } = JSON.parse(mediaInfo ?? '{}') as { titleMs?: unknown };
  return typeof titleMs === 'number' ? Math.round(titleMs) : 0;
}

/** What lists of assets are searched and sorted by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('assets')
    .addColumn('title_folded', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('assets')
    .addColumn('title_order', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('assets')
    .addColumn('duration_ms', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();

  const rows = db as Kysely<Rows>;
  for (let after = ''; ;) {
    const page = await rows
      .selectFrom('assets')
      .select(['id', 'title', 'media_info'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(rowsAtOnce)
      .execute();
    for (const { id, title, media_info } of page)
      await rows
        .updateTable('assets')
        .set({ ...titleKeys(title), duration_ms: lengthOf(media_info) })
        .where('id', '=', id)
        .execute();
    const last = page.at(-1);
    if (!last) break;
    after = last.id;
  }

  for (const column of ['title_folded', 'title_order', 'duration_ms', 'source_bytes', 'owner_id'])
    await db.schema.createIndex(`assets_by_${column}`).on('assets').columns([column, 'id']).execute();
}
