import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { PasskeysTable, TotpFactorsTable } from '../../../server/db/tables/ways-in.ts';

export type PasskeyRow = Selectable<PasskeysTable>;

export async function findTotp(db: Connection, accountId: string): Promise<Selectable<TotpFactorsTable> | undefined> {
  return db.selectFrom('totp_factors').selectAll().where('account_id', '=', accountId).executeTakeFirst();
}

/** Puts a secret that is being set up in the place of another such one. The account must be held. */
export async function putUnconfirmedTotp(tx: Transaction, row: Insertable<TotpFactorsTable>): Promise<void> {
  await tx.deleteFrom('totp_factors').where('account_id', '=', row.account_id).execute();
  await tx.insertInto('totp_factors').values(row).execute();
}

/** False when a code of this step, or of a later one, was used already. */
export async function useTotpStep(db: Connection, accountId: string, step: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('totp_factors')
    .set({ last_step: step })
    .where('account_id', '=', accountId)
    .where('last_step', '<', step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function confirmTotp(tx: Transaction, accountId: string, now: number): Promise<void> {
  await tx.updateTable('totp_factors').set({ confirmed_at: now }).where('account_id', '=', accountId).execute();
}

/** False when there was none. */
export async function deleteTotp(tx: Transaction, accountId: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('totp_factors').where('account_id', '=', accountId).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** In the place of all earlier ones; none when `hashes` is empty. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  accountId: string,
  hashes: readonly string[],
  now: number,
): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute();
  if (hashes.length === 0) return;
  const rows = hashes.map((code_hash) => ({ account_id: accountId, code_hash, created_at: now, used_at: null }));
  await tx.insertInto('recovery_codes').values(rows).execute();
}

/** False when there is no such code, or it was used. */
export async function useRecoveryCode(db: Connection, accountId: string, hash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('account_id', '=', accountId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function countRecoveryCodes(db: Connection, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_codes')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function listPasskeys(db: Connection, accountId: string): Promise<PasskeyRow[]> {
  return db.selectFrom('passkeys').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

export async function findPasskey(db: Connection, credentialId: string): Promise<PasskeyRow | undefined> {
  return db.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId).executeTakeFirst();
}

/** False when the credential is known already. */
export async function insertPasskey(tx: Transaction, row: Insertable<PasskeysTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('passkeys')
    .values(row)
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Notes a use, unless its count was seen already: then somebody copied it. Those that do not count stay at 0. */
export async function notePasskeyUse(
  db: Connection,
  id: string,
  use: { readonly counter: number; readonly isSynced: boolean; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ counter: use.counter, is_synced: use.isSynced ? 1 : 0, used_at: use.now })
    .where('id', '=', id)
    .where('counter', use.counter === 0 ? '=' : '<', use.counter)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function renamePasskey(db: Connection, accountId: string, id: string, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ name })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function deletePasskey(tx: Transaction, accountId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Authenticator app, recovery codes and passkeys. */
export async function deleteSecondFactors(tx: Transaction, accountId: string): Promise<void> {
  for (const table of ['totp_factors', 'recovery_codes', 'passkeys'] as const)
    await tx.deleteFrom(table).where('account_id', '=', accountId).execute();
}

/** Everything that an account signs in with, but for its password. */
export async function deleteWaysIn(tx: Transaction, accountId: string): Promise<void> {
  for (const table of ['totp_factors', 'recovery_codes', 'passkeys', 'identities'] as const)
    await tx.deleteFrom(table).where('account_id', '=', accountId).execute();
}
