import type { Kysely } from 'kysely';

/** Which refresh token another one replaced, and a way to find the expired ones without reading all. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('refresh_tokens').addColumn('parent_id', 'text').execute();
  await db.schema.createIndex('refresh_tokens_by_expiry').on('refresh_tokens').column('expires_at').execute();
}
