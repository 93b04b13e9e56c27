import { sql, type Kysely } from 'kysely';
import { isPostgres } from '../dialect.ts';

/** Accounts are looked up by the beginning of their address, and by their status. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('accounts_by_status').on('accounts').columns(['status', 'id']).execute();
  // What LIKE can use on each of them: SQLite's takes small and capital letters for the same, PostgreSQL's goes by bytes.
  const email = isPostgres(db) ? sql`email text_pattern_ops` : sql`email collate nocase`;
  await sql`create index accounts_by_email_prefix on accounts (${email})`.execute(db);
}
