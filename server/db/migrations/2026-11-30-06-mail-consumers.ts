import { sql, type Kysely } from 'kysely';

/** Who told owners of a new password tells them of everything about their account: what waits for it is kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['outbox_consumers', 'outbox_deliveries'])
    await sql`update ${sql.table(table)} set consumer = 'mail.tell-owners'
      where consumer = 'mail.tell-of-password-change'`.execute(db);
}
