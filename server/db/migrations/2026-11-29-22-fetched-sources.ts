import type { Kysely } from 'kysely';

/** How much of a version's source the worker that examines it has fetched. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('versions').addColumn('fetched_permille', 'integer').execute();
  await db.schema.alterTable('versions').addColumn('fetching_until', 'bigint').execute();
}
