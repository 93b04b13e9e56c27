import type { Kysely } from 'kysely';

/** On whose behalf a job is done, and whose turn it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('jobs')
    .addColumn('group_key', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema.dropIndex('jobs_to_run').execute();
  await db.schema
    .createIndex('jobs_to_run')
    .on('jobs')
    .columns(['name', 'state', 'group_key', 'priority', 'run_at'])
    .execute();
  await db.schema
    .createTable('job_turns')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('group_key', 'text', (c) => c.notNull())
    .addColumn('turn', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('job_turns_once', ['name', 'group_key'])
    .execute();
}
