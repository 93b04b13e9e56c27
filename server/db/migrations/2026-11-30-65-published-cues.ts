import type { Kysely } from 'kysely';

/** What viewers get of subtitles while somebody works on them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('published_cues')
    .addColumn('subtitles_id', 'text', (c) => c.primaryKey().references('subtitles.id').onDelete('cascade'))
    .addColumn('cues', 'text', (c) => c.notNull())
    .execute();
}
