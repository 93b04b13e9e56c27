import type { Kysely } from 'kysely';

/**
 * Staff who work on some titles. That they are narrowed stands beside the account or the invitation and not in the
 * titles, which may all be removed: that must not give them everything.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await scopes(db, { of: 'accounts', table: 'staff_scopes', column: 'account_id' });
  await scopes(db, { of: 'invitations', table: 'invitation_scopes', column: 'invitation_id' });
}

async function scopes(
  db: Kysely<unknown>,
  { of, table, column }: { readonly of: string; readonly table: string; readonly column: string },
): Promise<void> {
  await db.schema
    .alterTable(of)
    .addColumn('is_narrowed', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable(table)
    .addColumn(column, 'text', (c) => c.notNull().references(`${of}.id`).onDelete('cascade'))
    .addColumn('title_id', 'text', (c) => c.notNull().references('titles.id').onDelete('cascade'))
    .addPrimaryKeyConstraint(`${table}_key`, [column, 'title_id'])
    .execute();
  // Removing a title looks for them.
  await db.schema.createIndex(`${table}_by_title`).on(table).column('title_id').execute();
}
