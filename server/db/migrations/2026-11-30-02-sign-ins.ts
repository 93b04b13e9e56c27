import { sql, type Kysely } from 'kysely';

/**
 * A row for each sign-in: who it is, how they proved it, from where. Its refresh tokens refer to it by `family_id`; what
 * they said of it themselves moves here.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sign_ins')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('proofs', 'text', (c) => c.notNull())
    .addColumn('authenticated_at', 'bigint', (c) => c.notNull())
    .addColumn('user_agent', 'text')
    .addColumn('address', 'text')
    .addColumn('country', 'text')
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();
  await db.schema.createIndex('sign_ins_by_account').on('sign_ins').columns(['account_id', 'seen_at']).execute();
  await db.schema.createIndex('sign_ins_by_expiry').on('sign_ins').column('expires_at').execute();
  // A family has ended when none of its tokens is left: revoking it revoked all of them.
  await sql`insert into sign_ins (id, account_id, proofs, authenticated_at, started_at, seen_at, expires_at, ended_at)
    select family_id, min(account_id), min(strength), max(authenticated_at), min(created_at), max(created_at),
      max(expires_at), case when count(*) = count(revoked_at) then max(revoked_at) end
    from refresh_tokens group by family_id`.execute(db);
  await db.schema.alterTable('refresh_tokens').dropColumn('authenticated_at').execute();
  await db.schema.alterTable('refresh_tokens').dropColumn('strength').execute();
}
