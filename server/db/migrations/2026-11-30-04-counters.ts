import type { Kysely } from 'kysely';

/** Counters that outlive the process. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('counters')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('used', 'bigint', (c) => c.notNull())
    .addColumn('times', 'bigint', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('counters_once', ['name', 'key'])
    .execute();
  await db.schema.createIndex('counters_by_end').on('counters').column('ends_at').execute();
}
