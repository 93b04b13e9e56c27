import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { IdentitiesTable } from '../../../server/db/tables/ways-in.ts';

export type IdentityRow = Selectable<IdentitiesTable>;

export async function findIdentity(
  db: Connection,
  { provider, subject }: Pick<IdentityRow, 'provider' | 'subject'>,
): Promise<IdentityRow | undefined> {
  return db
    .selectFrom('identities')
    .selectAll()
    .where('provider', '=', provider)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

export async function listIdentities(db: Connection, accountId: string): Promise<IdentityRow[]> {
  return db.selectFrom('identities').selectAll().where('account_id', '=', accountId).orderBy('provider').execute();
}

/** False when it is somebody's already, or the account has one of this provider. */
export async function insertIdentity(tx: Transaction, row: Insertable<IdentitiesTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('identities')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Notes that somebody signed in with it, and what the provider says of them now. */
export async function noteIdentityUse(
  db: Connection,
  id: string,
  now: Partial<Pick<IdentitiesTable, 'email' | 'name' | 'sealed_grant'>> & Pick<IdentitiesTable, 'used_at'>,
): Promise<void> {
  await db.updateTable('identities').set(now).where('id', '=', id).execute();
}

/** Undefined when the account has none of this id. */
export async function deleteIdentity(tx: Transaction, accountId: string, id: string): Promise<IdentityRow | undefined> {
  return tx
    .deleteFrom('identities')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returningAll()
    .executeTakeFirst();
}
