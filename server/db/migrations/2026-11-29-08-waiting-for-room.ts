import type { Kysely } from 'kysely';

/** That the work on a version waits for free disk space. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('versions').addColumn('waits_for_room_until', 'bigint').execute();
}
