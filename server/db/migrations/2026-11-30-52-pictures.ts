import type { Kysely } from 'kysely';

/** Pictures, and which titles and people have them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pictures')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('attempt', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('width', 'integer', (c) => c.notNull())
    .addColumn('height', 'integer', (c) => c.notNull())
    .addColumn('colour', 'text', (c) => c.notNull())
    .addColumn('kid', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('touched_at', 'bigint', (c) => c.notNull())
    .execute();
  // Those that nothing has are looked for among those that nobody touched lately.
  await db.schema.createIndex('pictures_by_touch').on('pictures').column('touched_at').execute();

  await db.schema
    .createTable('title_pictures')
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    // No cascade: a picture that something has is not removed.
    .addColumn('picture', 'text', (c) => c.notNull().references('pictures.hash'))
    .addPrimaryKeyConstraint('title_pictures_key', ['title_id', 'kind', 'language'])
    .execute();
  await db.schema.createIndex('title_pictures_by_picture').on('title_pictures').column('picture').execute();

  await db.schema
    .createTable('portraits')
    .addColumn('person_id', 'text', (c) => c.primaryKey().references('terms.id').onDelete('cascade'))
    .addColumn('picture', 'text', (c) => c.notNull().references('pictures.hash'))
    .execute();
  await db.schema.createIndex('portraits_by_picture').on('portraits').column('picture').execute();
}
