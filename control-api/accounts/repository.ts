import type { Connection, Transaction } from '../../server/db/port.ts';
import { rolesWith } from '../../server/kit/permissions.ts';
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
 * Holds the row of everybody who may manage accounts until the transaction ends, so that two of them cannot demote each other at once.
 * One after the other in a fixed order, so that two who do so never wait for each other.
 */
export async function lockAdministrators(tx: Transaction): Promise<void> {
  const admins = await tx
    .selectFrom('accounts')
    .select('id')
    .where('role', 'in', rolesWith('accounts.manage'))
    .orderBy('id')
    .execute();
  for (const { id } of admins) await lockAccount(tx, id);
}

/** Active accounts besides this one that may manage accounts. */
export async function countOtherAdministrators(db: Connection, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('accounts')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('role', 'in', rolesWith('accounts.manage'))
    .where('status', '=', 'active')
    .where('id', '!=', id)
    .executeTakeFirstOrThrow();
  return Number(count);
}
