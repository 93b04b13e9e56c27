import { sql, type Kysely } from 'kysely';
import { isPostgres } from '../dialect.ts';

const states = sql`status in ('active', 'disabled', 'locked')`;

/**
 * Accounts without an address (guests; people whom Facebook knows by their phone) and without a password (a code by
 * mail, Google, a passkey), and the time at which an address was proven. An account can be locked by its owner.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  if (isPostgres(db)) {
    await db.schema
      .alterTable('accounts')
      .alterColumn('email', (c) => c.dropNotNull())
      .alterColumn('password_hash', (c) => c.dropNotNull())
      .addColumn('email_proven_at', 'bigint')
      .execute();
    await db.schema.alterTable('accounts').dropConstraint('accounts_status_check').execute();
    await db.schema.alterTable('accounts').addCheckConstraint('accounts_status_check', states).execute();
    return;
  }
  // SQLite changes no column: the table is made anew (https://www.sqlite.org/lang_altertable.html#otheralter). The
  // migrator has foreign keys switched off, else dropping the old one would delete what belongs to accounts.
  await db.schema
    .createTable('accounts_new')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.unique())
    .addColumn('email_proven_at', 'bigint')
    .addColumn('password_hash', 'text')
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull().check(states))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into accounts_new (id, email, password_hash, role, status, created_at, updated_at)
    select id, email, password_hash, role, status, created_at, updated_at from accounts`.execute(db);
  await db.schema.dropTable('accounts').execute();
  await db.schema.alterTable('accounts_new').renameTo('accounts').execute();
  await db.schema.createIndex('accounts_by_role').on('accounts').columns(['role', 'id']).execute();
  const { rows } = await sql`pragma foreign_key_check`.execute(db);
  if (rows.length > 0) throw new Error(`${rows.length} rows belong to accounts that there are not`);
}
