import type { Kysely } from 'kysely';

/** Text tracks of videos that are made subtitles of titles, and what came of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('text_extractions')
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('asset_id', 'text', (c) => c.notNull().references('assets.id').onDelete('cascade'))
    .addColumn('stream', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('text_extractions_key', ['title_id', 'asset_id', 'stream'])
    .execute();
  await db.schema
    .createIndex('text_extractions_by_state')
    .on('text_extractions')
    .columns(['state', 'asset_id'])
    .execute();

  await db.schema.alterTable('subtitles').addColumn('taken_from_asset_id', 'text').execute();
  await db.schema.alterTable('subtitles').addColumn('taken_from_stream', 'integer').execute();
  // Those from files have neither, and nulls are never alike.
  await db.schema
    .createIndex('subtitles_by_source')
    .unique()
    .on('subtitles')
    .columns(['title_id', 'taken_from_asset_id', 'taken_from_stream'])
    .execute();
}
