import type { Database } from '../../../server/db/port.ts';
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { systemClock, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { findAccountByEmail, lockAccount, normalizeEmail } from '../../account.ts';
import { auditLog } from '../../audit-log.ts';
import { endSignIns } from '../end-sign-ins.ts';
import { deleteSecondFactors } from './repository.ts';

/**
 * Removes the second factors of an account, passkeys included, and ends its sign-ins: for operators at the machine
 * itself, when somebody has lost all of them. The password stays. Streams end when the server hears of it.
 * @throws ProblemError not_found
 */
export async function removeSecondFactors(
  db: Database,
  options: { readonly email: string; readonly outbox: Pick<Outbox, 'record'>; readonly clock?: Clock },
): Promise<void> {
  const account = await findAccountByEmail(db, normalizeEmail(options.email));
  if (!account) throw new ProblemError('not_found', `There is no account ${options.email}.`);
  const clock = options.clock ?? systemClock;
  const audit = auditWithoutRequest(auditLog(clock));
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    await lockAccount(tx, account.id);
    await deleteSecondFactors(tx, account.id);
    await endSignIns(tx, options.outbox, account.id, now);
    const change = { accountId: account.id, at: now, address: null };
    await options.outbox.record(tx, 'account.second-factor-changed', account.id, change);
    const after = { factor: 'all', isOn: false };
    await audit.record(tx, { event: 'account.second-factor-changed', subject: account.id, after });
  });
}
