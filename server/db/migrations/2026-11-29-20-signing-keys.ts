import { sql, type Kysely } from 'kysely';

/** Signing keys that all processes see. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('signing_keys')
    .addColumn('ring', 'text', (c) => c.notNull())
    .addColumn('kid', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('signs_from', 'bigint', (c) => c.notNull())
    .addColumn('replaced_at', 'bigint')
    .addPrimaryKeyConstraint('signing_keys_once', ['ring', 'kid'])
    .execute();
  // Two processes that both want to make the newest key: one of them does.
  await sql`create unique index signing_keys_newest on signing_keys (ring) where replaced_at is null`.execute(db);
}
