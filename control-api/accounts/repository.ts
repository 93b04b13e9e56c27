import type { Insertable, Selectable, Transaction } from 'kysely';
import type { AccountsTable, Database, RefreshTokensTable, Role, Tables } from '../../server/db/port.ts';

export type AccountRow = Selectable<AccountsTable>;
type Connection = Database | Transaction<Tables>;

export async function findAccountByEmail(db: Connection, email: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
}

export async function findAccount(db: Connection, id: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The oldest of them. */
export async function findActiveSuperAdmin(db: Connection): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('role', '=', 'super_admin').where('status', '=', 'active').orderBy('id').limit(1).executeTakeFirst();
}

/** Newest first, one more than `limit` when there are more. */
export async function listAccounts(db: Connection, page: { readonly cursor: string | undefined; readonly limit: number }): Promise<AccountRow[]> {
  let query = db.selectFrom('accounts').selectAll().orderBy('id', 'desc').limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('id', '<', page.cursor);
  return query.execute();
}

/** False when the e-mail is taken. */
export async function insertAccount(db: Connection, row: Insertable<AccountsTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db.insertInto('accounts').values(row)
    .onConflict((conflict) => conflict.column('email').doNothing()).executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateAccount(db: Connection, id: string, change: Partial<Pick<AccountsTable, 'role' | 'status' | 'password_hash'>> & { updated_at: number }): Promise<void> {
  await db.updateTable('accounts').set(change).where('id', '=', id).execute();
}

/** Holds every super admin's row until the transaction ends, so that two of them cannot demote each other at once. */
export async function lockSuperAdmins(tx: Transaction<Tables>): Promise<void> {
  await tx.updateTable('accounts').set((eb) => ({ updated_at: eb.ref('updated_at') })).where('role', '=', 'super_admin').execute();
}

export async function countOtherActiveSuperAdmins(db: Connection, id: string): Promise<number> {
  const { count } = await db.selectFrom('accounts').select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('role', '=', 'super_admin').where('status', '=', 'active').where('id', '!=', id).executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertRefreshToken(db: Connection, row: Insertable<RefreshTokensTable>): Promise<void> {
  await db.insertInto('refresh_tokens').values(row).execute();
}

export async function findRefreshToken(db: Connection, tokenHash: string): Promise<Selectable<RefreshTokensTable> | undefined> {
  return db.selectFrom('refresh_tokens').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** Spends a token. False when it was spent or revoked before, also by a request at the same time. */
export async function spendRefreshToken(db: Connection, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db.updateTable('refresh_tokens').set({ used_at: now })
    .where('id', '=', id).where('used_at', 'is', null).where('revoked_at', 'is', null).executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function revokeFamily(db: Connection, familyId: string, now: number): Promise<void> {
  await db.updateTable('refresh_tokens').set({ revoked_at: now }).where('family_id', '=', familyId).where('revoked_at', 'is', null).execute();
}

export async function revokeAccountFamilies(db: Connection, accountId: string, now: number): Promise<void> {
  await db.updateTable('refresh_tokens').set({ revoked_at: now }).where('account_id', '=', accountId).where('revoked_at', 'is', null).execute();
}

export async function deleteExpiredRefreshTokens(db: Connection, accountId: string, now: number): Promise<void> {
  await db.deleteFrom('refresh_tokens').where('account_id', '=', accountId).where('expires_at', '<', now).execute();
}

/** The role of an active account whose sign-in is still good: neither signed out, revoked nor expired. */
export async function findSignedIn(db: Connection, accountId: string, familyId: string, now: number): Promise<{ role: Role } | undefined> {
  return db.selectFrom('accounts').select('role').where('id', '=', accountId).where('status', '=', 'active')
    .where((eb) => eb.exists(eb.selectFrom('refresh_tokens').select('refresh_tokens.id')
      .where('family_id', '=', familyId).where('account_id', '=', accountId).where('revoked_at', 'is', null).where('expires_at', '>', now)))
    .executeTakeFirst();
}
