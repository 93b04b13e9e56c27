import type { Connection, Transaction } from '../../server/db/port.ts';
import { lockAccount, type AccountRow } from '../account.ts';

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

/**
 * Holds every super admin's row until the transaction ends, so that two of them cannot demote each other at once.
 * One after the other in a fixed order, so that two who do so never wait for each other.
 */
export async function lockSuperAdmins(tx: Transaction): Promise<void> {
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
