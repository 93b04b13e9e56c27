import type { Kysely } from 'kysely';

/** Files that are meant for a title, and what came of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('title_uploads')
    .addColumn('upload_id', 'text', (c) => c.primaryKey().references('uploads.id').onDelete('cascade'))
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('replaces_asset_id', 'text')
    .addColumn('asset_id', 'text')
    .addColumn('problem', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('settled_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('title_uploads_by_title')
    .on('title_uploads')
    .columns(['title_id', 'upload_id'])
    .execute();
}
