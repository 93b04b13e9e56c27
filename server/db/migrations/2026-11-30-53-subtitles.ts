import type { Kysely } from 'kysely';

/** Subtitles of titles, which tracks viewers get, and which of that the manifests of a version say. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('subtitles')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('label', 'text')
    .addColumn('is_forced', 'integer', (c) => c.notNull())
    .addColumn('is_sdh', 'integer', (c) => c.notNull())
    .addColumn('is_on', 'integer', (c) => c.notNull())
    .addColumn('timed_for_asset_id', 'text')
    .addColumn('cues', 'integer', (c) => c.notNull())
    .addColumn('next_cue', 'integer', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('subtitles_by_title').on('subtitles').columns(['title_id', 'id']).execute();

  await db.schema
    .createTable('subtitle_cues')
    .addColumn('subtitles_id', 'text', (c) => c.notNull().references('subtitles.id').onDelete('cascade'))
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('start_ms', 'integer', (c) => c.notNull())
    .addColumn('end_ms', 'integer', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('settings', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('subtitle_cues_key', ['subtitles_id', 'number'])
    .execute();
  await db.schema
    .createIndex('subtitle_cues_by_time')
    .on('subtitle_cues')
    .columns(['subtitles_id', 'start_ms', 'number'])
    .execute();

  await db.schema
    .createTable('audio_off')
    .addColumn('asset_id', 'text', (c) => c.notNull().references('assets.id').onDelete('cascade'))
    .addColumn('track', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('audio_off_key', ['asset_id', 'track'])
    .execute();

  for (const table of ['assets', 'versions'])
    await db.schema
      .alterTable(table)
      .addColumn('tracks_revision', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
}
