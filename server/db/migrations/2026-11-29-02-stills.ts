import type { Kysely } from 'kysely';

/** Pictures of titles. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stills')
    .addColumn('version_id', 'text', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('chunk', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('width', 'integer', (c) => c.notNull())
    .addColumn('height', 'integer', (c) => c.notNull())
    .addColumn('score', 'integer', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('stills_once', ['version_id', 'chunk'])
    .execute();
}
