import { randomBytes } from 'node:crypto';
import type { Database } from '../../../server/db/port.ts';
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { systemClock, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { auditLog } from '../../audit-log.ts';
import { findAccountByEmail, lockAccount, normalizeEmail, updateAccount } from '../../account.ts';
import type { FirstAdmin } from './first-admin.ts';
import { hashPassword } from './passwords.ts';
import { endSignIns } from '../end-sign-ins.ts';

/**
 * Sets a new random password and ends every sign-in and stream of the account, and what was begun for it: for
 * operators at the machine itself, when nobody knows the old one. Streams end when the server hears of it, at once or
 * at its next start.
 * @throws ProblemError not_found
 */
export async function setPassword(
  db: Database,
  options: { readonly email: string; readonly outbox: Pick<Outbox, 'record'>; readonly clock?: Clock },
): Promise<FirstAdmin> {
  const account = await findAccountByEmail(db, normalizeEmail(options.email));
  if (!account) throw new ProblemError('not_found', `There is no account ${options.email}.`);
  const password = randomBytes(15).toString('base64url');
  const password_hash = await hashPassword(password);
  const clock = options.clock ?? systemClock;
  const audit = auditWithoutRequest(auditLog(clock));
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const held = await lockAccount(tx, account.id);
    if (!held) throw new ProblemError('not_found', `There is no account ${options.email}.`);
    // A lock of its owner is lifted: the operator has seen to that.
    const status = held.status === 'locked' ? 'active' : held.status;
    await updateAccount(tx, account.id, { password_hash, status, updated_at: now });
    await endSignIns(tx, options.outbox, account.id, now);
    const change = { accountId: account.id, at: now, address: null };
    await options.outbox.record(tx, 'account.password-changed', account.id, change);
    await audit.record(tx, { event: 'account.password-changed', subject: account.id });
  });
  return { id: account.id, email: normalizeEmail(options.email), password };
}
