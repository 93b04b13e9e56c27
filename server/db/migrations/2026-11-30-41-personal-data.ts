import { sql, type Kysely } from 'kysely';

/** Accounts that are to be deleted, copies of somebody's data, and what Facebook asked to be deleted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('accounts').addColumn('deletion_requested_at', 'bigint').execute();
  await schema.alterTable('accounts').addColumn('deletion_ends_at', 'bigint').execute();
  await schema.alterTable('accounts').addColumn('deletion_by', 'text').execute();
  await schema.alterTable('accounts').addColumn('deletion_reason', 'text').execute();
  await sql`create index accounts_by_deletion on accounts (deletion_ends_at) where deletion_ends_at is not null`.execute(
    db,
  );

  await schema
    .createTable('data_copies')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('storage_key', 'text')
    .addColumn('bytes', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('ready_at', 'bigint')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('data_copies_by_account').on('data_copies').columns(['account_id', 'id']).execute();
  await schema.createIndex('data_copies_by_expiry').on('data_copies').column('expires_at').execute();

  await schema
    .createTable('provider_deletions')
    .addColumn('code', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.references('accounts.id').onDelete('set null'))
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('provider_deletions_by_account').on('provider_deletions').column('account_id').execute();
}
