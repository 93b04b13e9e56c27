import type { Transaction } from '../server/db/port.ts';
import type { Caller } from '../server/http/writes/audit.ts';
import { ProblemError } from '../server/kit/errors.ts';
import { mayToAccount, type AccountAction } from '../server/kit/policy.ts';
import { lockAccounts, type AccountRow } from './account.ts';
import { deletedAccountId } from './personal-data.ts';

/**
 * Holds the rows of who asks and of the account that it is about, and asks the policy: who was demoted a moment ago does
 * nothing to anybody.
 * @throws ProblemError own_account, not_found (also for accounts that they may not read), forbidden
 */
export async function holdForStaff(
  tx: Transaction,
  caller: Caller,
  action: AccountAction,
  id: string,
): Promise<AccountRow> {
  if (caller.accountId === id) throw new ProblemError('own_account');
  const held = await lockAccounts(tx, [caller.accountId, id]);
  const [asker, account] = [held.get(caller.accountId), held.get(id)];
  if (asker?.status !== 'active') throw new ProblemError('unauthenticated');
  const who = { accountId: asker.id, role: asker.role };
  const whose = account && { accountId: account.id, role: account.role };
  if (!account || !whose || isNobody(id) || !mayToAccount(who, 'account.read', whose))
    throw new ProblemError('not_found', 'There is no such account.');
  if (!mayToAccount(who, action, whose)) throw new ProblemError('forbidden');
  return account;
}

/** Whether it is the account that stands for deleted ones: to people it is not there. */
export function isNobody(id: string): boolean {
  return id === deletedAccountId;
}
