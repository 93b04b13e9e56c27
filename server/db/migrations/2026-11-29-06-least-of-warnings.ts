import type { Kysely } from 'kysely';

/** What is not added up over the parts of a title, but the least of it shown: when the first damage is seen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('warnings').addColumn('least', 'bigint').execute();
}
