import { sql, type Kysely } from 'kysely';

/**
 * Profiles, which of them a sign-in has chosen, and what is set for all of an account. An account's first profile is
 * made when somebody asks for it, whether the account was there before or not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('profiles')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('is_main', 'integer', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('picture', 'text', (c) => c.notNull())
    .addColumn('colour', 'text', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('maturity_limit', 'integer')
    .addColumn('is_kids', 'integer', (c) => c.notNull())
    .addColumn('pin_hash', 'text')
    .addColumn('preferences', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('profiles_main_is_no_kids', sql`is_main = 0 or is_kids = 0`)
    .execute();
  await db.schema.createIndex('profiles_by_account').on('profiles').columns(['account_id', 'id']).execute();
  await sql`create unique index profiles_main on profiles (account_id) where is_main = 1`.execute(db);

  await db.schema
    .createTable('chosen_profiles')
    .addColumn('family_id', 'text', (c) => c.primaryKey().references('sign_ins.id').onDelete('cascade'))
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('profile_id', 'text', (c) => c.references('profiles.id').onDelete('set null'))
    .execute();
  await db.schema.createIndex('chosen_profiles_by_account').on('chosen_profiles').column('account_id').execute();
  await db.schema.createIndex('chosen_profiles_by_profile').on('chosen_profiles').column('profile_id').execute();

  await db.schema
    .createTable('profile_settings')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('accounts.id').onDelete('cascade'))
    .addColumn('pin_to_leave_kids', 'integer', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
}
