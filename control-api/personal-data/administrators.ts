import type { Transaction } from '../../server/db/port.ts';
import { isAllowed, rolesWith, type Role } from '../../server/kit/permissions.ts';
import { lockAccounts } from '../account.ts';

/**
 * Whether the service has an administrator without this account: an active one that nobody has begun to delete. Holds the
 * rows of all of them, so that of two who leave at once the second one sees that the first one is leaving.
 */
export async function hasAdministratorWithout(
  tx: Transaction,
  account: { readonly id: string; readonly role: Role },
): Promise<boolean> {
  if (!isAllowed(account.role, 'accounts.manage')) return true;
  const found = await tx
    .selectFrom('accounts')
    .select('id')
    .where('role', 'in', rolesWith('accounts.manage'))
    .execute();
  const held = await lockAccounts(
    tx,
    found.map(({ id }) => id),
  );
  return [...held.values()].some(
    ({ id, role, status, deletion_ends_at: endsAt }) =>
      id !== account.id && status === 'active' && endsAt === null && isAllowed(role, 'accounts.manage'),
  );
}
