import type { Transaction } from '../../../server/db/port.ts';
import type { AccountRow } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import { requireAWayIn } from './factor-settings.ts';
import { deleteSecondFactors, findTotp, listPasskeys } from './repository.ts';

/**
 * Takes every second factor from an account whose row the transaction holds, for an owner who has lost theirs: staff do
 * it. Every sign-in ends, and the owner is told, with a link that locks the account in case somebody else has asked.
 * @returns false when it has none
 * @throws ProblemError last_way_in
 */
export async function resetSecondFactor(
  tx: Transaction,
  account: AccountRow,
  changes: AccountChanges,
): Promise<boolean> {
  const hasTotp = Boolean((await findTotp(tx, account.id))?.confirmed_at);
  if (!hasTotp && (await listPasskeys(tx, account.id)).length === 0) return false;
  await deleteSecondFactors(tx, account.id);
  await requireAWayIn(tx, account);
  // Whose network address it was is nothing for the owner: not an owner's change, but one of those who run the service.
  await changes.record(tx, account, 'account.second-factor-changed', { address: null });
  return true;
}
