import { sql, type Kysely } from 'kysely';

/** Titles, what they are called, their addresses, and when they are there for viewers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('titles')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('parent_id', 'text', (c) => c.references('titles.id'))
    .addColumn('root_id', 'text', (c) => c.notNull().references('titles.id'))
    .addColumn('number', 'integer')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('asset_id', 'text', (c) => c.references('assets.id'))
    .addColumn('original_language', 'text', (c) => c.notNull())
    .addColumn('maturity', 'integer')
    .addColumn('effective_maturity', 'integer', (c) => c.notNull())
    .addColumn('year', 'integer')
    .addColumn('top_rung', 'integer')
    .addColumn('free_episodes', 'integer')
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('published_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addCheckConstraint('titles_have_a_parent_or_are_roots', sql`(parent_id is null) = (root_id = id)`)
    .addCheckConstraint('titles_have_a_number_or_are_roots', sql`(parent_id is null) = (number is null)`)
    .execute();
  // What is deleted keeps its number for the day that it comes back, if the number is still free then.
  await sql`create unique index titles_by_number on titles (parent_id, kind, number) where deleted_at is null`.execute(
    db,
  );
  await db.schema.createIndex('titles_by_root').on('titles').columns(['root_id', 'id']).execute();
  await db.schema.createIndex('titles_by_kind').on('titles').columns(['kind', 'id']).execute();
  await db.schema.createIndex('titles_by_state').on('titles').columns(['state', 'id']).execute();
  await sql`create unique index titles_by_asset on titles (asset_id) where deleted_at is null`.execute(db);
  await sql`create index titles_deleted on titles (deleted_at) where deleted_at is not null`.execute(db);

  await db.schema
    .createTable('title_texts')
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_folded', 'text', (c) => c.notNull())
    .addColumn('name_order', 'text', (c) => c.notNull())
    .addColumn('tagline', 'text')
    .addColumn('synopsis', 'text')
    .addPrimaryKeyConstraint('title_texts_key', ['title_id', 'language'])
    .execute();

  await db.schema
    .createTable('slugs')
    .addColumn('of', 'text', (c) => c.notNull())
    .addColumn('slug', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('is_current', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('slugs_key', ['of', 'slug'])
    .execute();
  await sql`create unique index slugs_current on slugs (subject_id) where is_current = 1`.execute(db);

  await db.schema
    .createTable('releases')
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('region', 'text', (c) => c.notNull())
    .addColumn('opens_at', 'bigint', (c) => c.notNull())
    .addColumn('closes_at', 'bigint')
    .addColumn('time_zone', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('releases_key', ['title_id', 'region'])
    .execute();
  await db.schema.createIndex('releases_by_time').on('releases').columns(['opens_at', 'title_id']).execute();

  await db.schema
    .createTable('title_windows')
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('region', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('opens_at', 'bigint', (c) => c.notNull())
    .addColumn('closes_at', 'bigint')
    .addPrimaryKeyConstraint('title_windows_key', ['title_id', 'region'])
    .execute();
  await db.schema
    .createIndex('title_windows_by_time')
    .on('title_windows')
    .columns(['kind', 'region', 'opens_at', 'title_id'])
    .execute();
  // The next moment at which something opens or closes.
  await db.schema.createIndex('title_windows_opening').on('title_windows').column('opens_at').execute();
  await sql`create index title_windows_closing on title_windows (closes_at) where closes_at is not null`.execute(db);

  await db.schema
    .createTable('catalogue_state')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('generation', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into catalogue_state (id, generation) values ('catalogue', 0)`.execute(db);
}
