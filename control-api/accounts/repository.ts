import type { Insertable, Selectable, Transaction } from 'kysely';
import type { AccountsTable } from '../../server/db/tables/accounts.ts';
import type { Database, Tables } from '../../server/db/port.ts';
import type { RefreshTokensTable } from '../../server/db/tables/sign-in.ts';
import type { Role } from '../../server/kit/permissions.ts';

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
  return db
    .selectFrom('accounts')
    .selectAll()
    .where('role', '=', 'super_admin')
    .where('status', '=', 'active')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** Newest first, one more than `limit` when there are more. */
export async function listAccounts(
  db: Connection,
  page: { readonly cursor: string | undefined; readonly limit: number },
): Promise<AccountRow[]> {
  let query = db
    .selectFrom('accounts')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('id', '<', page.cursor);
  return query.execute();
}

/** False when the e-mail is taken. */
export async function insertAccount(db: Connection, row: Insertable<AccountsTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('accounts')
    .values(row)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateAccount(
  db: Connection,
  id: string,
  change: Partial<Pick<AccountsTable, 'role' | 'status' | 'password_hash'>> & { updated_at: number },
): Promise<void> {
  await db.updateTable('accounts').set(change).where('id', '=', id).execute();
}

/**
 * Holds the account's row until the transaction ends, and answers it as it is now. Whoever gives or revokes refresh
 * tokens, or changes what they depend on, takes it first: PostgreSQL shows a revocation only the rows that were there
 * when it began, and the successor that a refresh in flight inserts would outlive it.
 */
export async function lockAccount(tx: Transaction<Tables>, id: string): Promise<AccountRow | undefined> {
  await tx
    .updateTable('accounts')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .execute();
  return findAccount(tx, id);
}

/**
 * The same for an account whose password was just verified, which takes long: undefined when the password is another
 * one since, or the account is not active.
 */
export async function lockVerifiedAccount(
  tx: Transaction<Tables>,
  verified: AccountRow,
): Promise<AccountRow | undefined> {
  const account = await lockAccount(tx, verified.id);
  return account?.status === 'active' && account.password_hash === verified.password_hash ? account : undefined;
}

/**
 * Holds every super admin's row until the transaction ends, so that two of them cannot demote each other at once.
 * One after the other in a fixed order, so that two who do so never wait for each other.
 */
export async function lockSuperAdmins(tx: Transaction<Tables>): Promise<void> {
  const admins = await tx.selectFrom('accounts').select('id').where('role', '=', 'super_admin').orderBy('id').execute();
  for (const { id } of admins) await lockAccount(tx, id);
}

export async function countOtherActiveSuperAdmins(db: Connection, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('accounts')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('role', '=', 'super_admin')
    .where('status', '=', 'active')
    .where('id', '!=', id)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertRefreshToken(db: Connection, row: Insertable<RefreshTokensTable>): Promise<void> {
  await db.insertInto('refresh_tokens').values(row).execute();
}

export async function findRefreshToken(
  db: Connection,
  tokenHash: string,
): Promise<Selectable<RefreshTokensTable> | undefined> {
  return db.selectFrom('refresh_tokens').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** The following change tokens: their account must be held (`lockAccount`). */
export async function spendRefreshToken(tx: Transaction<Tables>, id: string, now: number): Promise<void> {
  await tx.updateTable('refresh_tokens').set({ used_at: now }).where('id', '=', id).execute();
}

/** Revokes what was given for a token and was never used; false when there is nothing of the kind. */
export async function revokeUnusedSuccessor(
  tx: Transaction<Tables>,
  parent: { readonly id: string; readonly family_id: string },
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('refresh_tokens')
    .set({ revoked_at: now })
    .where('family_id', '=', parent.family_id)
    .where('parent_id', '=', parent.id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False when nothing was left to revoke. */
export async function revokeFamily(tx: Transaction<Tables>, familyId: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('refresh_tokens')
    .set({ revoked_at: now })
    .where('family_id', '=', familyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function revokeAccountFamilies(tx: Transaction<Tables>, accountId: string, now: number): Promise<void> {
  await tx
    .updateTable('refresh_tokens')
    .set({ revoked_at: now })
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Of all accounts; answers how many. */
export async function deleteExpiredRefreshTokens(db: Connection, now: number): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('refresh_tokens').where('expires_at', '<', now).executeTakeFirst();
  return Number(numDeletedRows);
}

/** The role of an active account whose sign-in is still good: neither signed out, revoked nor expired. */
export async function findSignedIn(
  db: Connection,
  accountId: string,
  familyId: string,
  now: number,
): Promise<{ role: Role } | undefined> {
  return db
    .selectFrom('accounts')
    .select('role')
    .where('id', '=', accountId)
    .where('status', '=', 'active')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('refresh_tokens')
          .select('refresh_tokens.id')
          .where('family_id', '=', familyId)
          .where('account_id', '=', accountId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now),
      ),
    )
    .executeTakeFirst();
}
