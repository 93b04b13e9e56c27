import type { Kysely } from 'kysely';

/** How far the rounds are that look for what nothing in the storage refers to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('collection_marks')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('after', 'text', (column) => column.notNull())
    .execute();
}
