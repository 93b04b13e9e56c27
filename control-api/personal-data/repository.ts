import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../server/db/port.ts';
import type { DataCopiesTable } from '../../server/db/tables/personal-data.ts';

export type DataCopyRow = Selectable<DataCopiesTable>;

export async function insertCopy(tx: Transaction, row: Insertable<DataCopiesTable>): Promise<DataCopyRow> {
  return tx.insertInto('data_copies').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findCopy(db: Connection, id: string): Promise<DataCopyRow | undefined> {
  return db.selectFrom('data_copies').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Of an account, newest first. */
export async function listCopies(db: Connection, accountId: string): Promise<DataCopyRow[]> {
  return db
    .selectFrom('data_copies')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}

/** Those that are still to be made, of everybody. */
export async function listUnmade(db: Connection): Promise<DataCopyRow[]> {
  return db
    .selectFrom('data_copies')
    .selectAll()
    .where('state', 'in', ['waiting', 'working'])
    .orderBy('id')
    .limit(1000)
    .execute();
}

/** Moves a copy that is still to be made to another state. False when somebody else was faster, or it is gone. */
export async function moveCopy(
  db: Connection,
  id: string,
  change: Partial<Pick<DataCopyRow, 'storage_key' | 'bytes' | 'ready_at' | 'expires_at'>> & Pick<DataCopyRow, 'state'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('data_copies')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'working'])
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function listExpired(db: Connection, now: number): Promise<DataCopyRow[]> {
  return db
    .selectFrom('data_copies')
    .selectAll()
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(1000)
    .execute();
}

export async function deleteCopy(db: Connection, id: string): Promise<void> {
  await db.deleteFrom('data_copies').where('id', '=', id).execute();
}
