import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../server/db/port.ts';
import type { RefreshTokensTable, SignInsTable } from '../../server/db/tables/sign-in.ts';
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

export async function insertSignIn(db: Connection, row: Insertable<SignInsTable>): Promise<void> {
  await db.insertInto('sign_ins').values(row).execute();
}

export async function insertRefreshToken(db: Connection, row: Insertable<RefreshTokensTable>): Promise<void> {
  await db.insertInto('refresh_tokens').values(row).execute();
}

/** A refresh token with what its sign-in says. */
export async function findRefreshToken(
  db: Connection,
  tokenHash: string,
): Promise<(Selectable<RefreshTokensTable> & Pick<SignInsTable, 'proofs' | 'ended_at'>) | undefined> {
  return db
    .selectFrom('refresh_tokens')
    .innerJoin('sign_ins', 'sign_ins.id', 'refresh_tokens.family_id')
    .selectAll('refresh_tokens')
    .select(['sign_ins.proofs', 'sign_ins.ended_at'])
    .where('refresh_tokens.token_hash', '=', tokenHash)
    .executeTakeFirst();
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

/** What a refresh tells of the device. */
export async function noteRefresh(
  tx: Transaction,
  id: string,
  seen: Pick<SignInsTable, 'user_agent' | 'address' | 'country' | 'seen_at' | 'expires_at'>,
): Promise<void> {
  await tx.updateTable('sign_ins').set(seen).where('id', '=', id).execute();
}

/** False when it had ended. */
export async function endSignIn(tx: Transaction, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_ins')
    .set({ ended_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends every sign-in of an account, but for one (`except`); returns how many. */
export async function endSignInsOf(tx: Transaction, accountId: string, now: number, except?: string): Promise<number> {
  let query = tx
    .updateTable('sign_ins')
    .set({ ended_at: now })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null);
  if (except !== undefined) query = query.where('id', '!=', except);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Of all accounts, with their refresh tokens; returns how many there were. */
export async function deleteExpiredSignIns(db: Connection, now: number): Promise<number> {
  await db.deleteFrom('refresh_tokens').where('expires_at', '<', now).execute();
  const { numDeletedRows } = await db.deleteFrom('sign_ins').where('expires_at', '<', now).executeTakeFirst();
  return Number(numDeletedRows);
}

/** What an active account is signed in as; undefined when its sign-in was ended or has expired. */
export async function findSignedIn(
  db: Connection,
  accountId: string,
  familyId: string,
  now: number,
): Promise<{ role: Role; is_narrowed: number; authenticated_at: number; proofs: string } | undefined> {
  return db
    .selectFrom('sign_ins')
    .innerJoin('accounts', 'accounts.id', 'sign_ins.account_id')
    .select(['accounts.role', 'accounts.is_narrowed', 'sign_ins.authenticated_at', 'sign_ins.proofs'])
    .where('sign_ins.id', '=', familyId)
    .where('sign_ins.ended_at', 'is', null)
    .where('sign_ins.expires_at', '>', now)
    .where('accounts.id', '=', accountId)
    .where('accounts.status', '=', 'active')
    .executeTakeFirst();
}

/** The sign-ins of an account that go on, the latest first. */
export async function listSignIns(db: Connection, accountId: string, now: number): Promise<Selectable<SignInsTable>[]> {
  return db
    .selectFrom('sign_ins')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('seen_at', 'desc')
    .limit(100)
    .execute();
}

/** From where an account signed in lately, ended sign-ins included; the latest first. */
export async function findEarlierDevices(
  db: Connection,
  accountId: string,
): Promise<Pick<Selectable<SignInsTable>, 'user_agent' | 'address'>[]> {
  return db
    .selectFrom('sign_ins')
    .select(['user_agent', 'address'])
    .where('account_id', '=', accountId)
    .where('address', 'is not', null)
    .orderBy('seen_at', 'desc')
    .limit(50)
    .execute();
}

/** Notes how the person who signed in has proved again who they are. False when the sign-in has ended. */
export async function confirmSignIn(tx: Transaction, id: string, proofs: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_ins')
    .set({ authenticated_at: now, proofs })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
