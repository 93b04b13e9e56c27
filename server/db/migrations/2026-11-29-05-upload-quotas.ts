import type { Kysely } from 'kysely';

/** When bytes came last, how many had come when an upload ended without becoming an asset, and quick sums by owner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('uploads')
    .addColumn('active_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('uploads').addColumn('received_bytes', 'bigint').execute();
  await db.schema.createIndex('uploads_by_beginning').on('uploads').columns(['owner_id', 'created_at']).execute();
  await db.schema.createIndex('assets_by_owner').on('assets').columns(['owner_id', 'state', 'source_bytes']).execute();
}
