import { sql, type Kysely } from 'kysely';

/** Categories, tags and people, which of them titles have, and what comes first on the home page. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('terms')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('original_language', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('terms_by_place').on('terms').columns(['kind', 'position', 'id']).execute();

  await db.schema
    .createTable('term_texts')
    .addColumn('term_id', 'text', (c) => c.notNull().references('terms.id').onDelete('cascade'))
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_folded', 'text', (c) => c.notNull())
    .addColumn('name_order', 'text', (c) => c.notNull())
    .addColumn('about', 'text')
    .addPrimaryKeyConstraint('term_texts_key', ['term_id', 'language'])
    .execute();

  await db.schema
    .createTable('title_terms')
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addColumn('term_id', 'text', (c) => c.notNull().references('terms.id').onDelete('cascade'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('part', 'text')
    .addColumn('position', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('title_terms_key', ['title_id', 'term_id', 'role'])
    .execute();
  await sql`create index title_terms_by_term on title_terms (term_id, title_id)`.execute(db);

  await db.schema
    .createTable('featured_titles')
    .addColumn('title_id', 'text', (c) => c.primaryKey().references('titles.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .execute();
}
