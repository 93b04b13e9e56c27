import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../server/db/port.ts';
import type { RefreshTokensTable } from '../../server/db/tables/sign-in.ts';
import { rolesWith, type Role } from '../../server/kit/permissions.ts';
import { lockAccount, type AccountRow } from '../account.ts';

/** The oldest active account that may manage accounts. */
export async function findActiveAdministrator(db: Connection): Promise<AccountRow | undefined> {
  return db
    .selectFrom('accounts')
    .selectAll()
    .where('role', 'in', rolesWith('accounts.manage'))
    .where('status', '=', 'active')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/**
 * The same for an account whose password was just verified, which takes long: undefined when the password is another
 * one since, or the account is not active.
 */
export async function lockVerifiedAccount(tx: Transaction, verified: AccountRow): Promise<AccountRow | undefined> {
  const account = await lockAccount(tx, verified.id);
  return account?.status === 'active' && account.password_hash === verified.password_hash ? account : undefined;
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
export async function spendRefreshToken(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.updateTable('refresh_tokens').set({ used_at: now }).where('id', '=', id).execute();
}

/** Revokes what was given for a token and was never used; false when there is nothing of the kind. */
export async function revokeUnusedSuccessor(
  tx: Transaction,
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
export async function revokeFamily(tx: Transaction, familyId: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('refresh_tokens')
    .set({ revoked_at: now })
    .where('family_id', '=', familyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function revokeAccountFamilies(tx: Transaction, accountId: string, now: number): Promise<void> {
  await tx
    .updateTable('refresh_tokens')
    .set({ revoked_at: now })
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Of all accounts; returns how many. */
export async function deleteExpiredRefreshTokens(db: Connection, now: number): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('refresh_tokens').where('expires_at', '<', now).executeTakeFirst();
  return Number(numDeletedRows);
}

/** What an active account is signed in as; undefined when its sign-in was ended, revoked, or has expired. */
export async function findSignedIn(
  db: Connection,
  accountId: string,
  familyId: string,
  now: number,
): Promise<{ role: Role; authenticated_at: number; strength: RefreshTokensTable['strength'] } | undefined> {
  return db
    .selectFrom('refresh_tokens')
    .innerJoin('accounts', 'accounts.id', 'refresh_tokens.account_id')
    .select(['accounts.role', 'refresh_tokens.authenticated_at', 'refresh_tokens.strength'])
    .where('accounts.id', '=', accountId)
    .where('accounts.status', '=', 'active')
    .where('refresh_tokens.family_id', '=', familyId)
    .where('refresh_tokens.revoked_at', 'is', null)
    .where('refresh_tokens.expires_at', '>', now)
    .limit(1)
    .executeTakeFirst();
}

/** Notes that the person who signed in has proved again who they are. False when the sign-in has ended. */
export async function confirmFamily(tx: Transaction, familyId: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('refresh_tokens')
    .set({ authenticated_at: now, strength: 'password' })
    .where('family_id', '=', familyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
