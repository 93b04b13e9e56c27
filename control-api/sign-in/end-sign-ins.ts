import type { Transaction } from '../../server/db/port.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import { dropChallenges } from './challenges/challenges.ts';
import { endSignInsOf } from './repository.ts';

/**
 * Ends every sign-in of an account whose row the transaction holds, with what was begun for it, half sign-ins say, and
 * tells of it durably, so that its streams end too. `now` in milliseconds since the epoch.
 */
export async function endSignIns(
  tx: Transaction,
  outbox: Pick<Outbox, 'record'>,
  accountId: string,
  now: number,
): Promise<void> {
  await dropChallenges(tx, accountId);
  await endSignInsOf(tx, accountId, now);
  await outbox.record(tx, 'account.signed-out', accountId, { accountId, at: now });
}
