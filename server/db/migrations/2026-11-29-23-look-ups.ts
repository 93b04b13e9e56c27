import { sql, type Kysely } from 'kysely';

/** What was looked for by reading a whole table: administrators among viewers, ended uploads to clear, events set aside. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('accounts_by_role').on('accounts').columns(['role', 'id']).execute();
  await db.schema.createIndex('uploads_by_end').on('uploads').columns(['state', 'finished_at']).execute();
  await sql`create index outbox_deliveries_set_aside on outbox_deliveries (set_aside_at, event_id) where set_aside_at is not null`.execute(
    db,
  );
}
