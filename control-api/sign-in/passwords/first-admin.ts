import { randomBytes } from 'node:crypto';
import type { Database } from '../../../server/db/port.ts';
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { systemClock, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import { rolesWith } from '../../../server/kit/permissions.ts';
import { auditLog } from '../../audit-log.ts';
import { insertAccount, isEmail, normalizeEmail } from '../../account.ts';
import { hashPassword } from './passwords.ts';

export interface FirstAdmin {
  readonly id: string;
  readonly email: string;
  /** To be shown once: only its hash is kept. */
  readonly password: string;
}

/**
 * Makes a super admin when there is none, for a server's first start. Without a password a random one is made.
 * Undefined when there is a super admin already.
 * @throws ProblemError invalid_request when it is no e-mail address, account_exists when it belongs to an account of
 * another role
 */
export async function createFirstAdmin(
  db: Database,
  options: { readonly email: string; readonly password?: string | undefined; readonly clock?: Clock },
): Promise<FirstAdmin | undefined> {
  const password = options.password ?? randomBytes(15).toString('base64url');
  const email = normalizeEmail(options.email);
  const anyAdmin = () =>
    db
      .selectFrom('accounts')
      .select('id')
      .where('role', 'in', rolesWith('accounts.manage'))
      .limit(1)
      .executeTakeFirst();
  if (await anyAdmin()) return undefined;
  if (!isEmail(email)) throw new ProblemError('invalid_request', `${JSON.stringify(email)} is not an e-mail address.`);
  const clock = options.clock ?? systemClock;
  const audit = auditWithoutRequest(auditLog(clock));
  const now = clock.now();
  const id = newId('account');
  const row = {
    id,
    email,
    // The operator of the machine says so.
    email_proven_at: now,
    password_hash: await hashPassword(password),
    role: 'super_admin' as const,
    status: 'active' as const,
    created_at: now,
    updated_at: now,
  };
  const isMade = await db.transaction().execute(async (tx) => {
    if (!(await insertAccount(tx, row))) return false;
    const { role, status } = row;
    await audit.record(tx, { event: 'account.created', subject: id, after: { email, role, status } });
    return true;
  });
  if (isMade) return { id, email, password };
  // Another process that starts at the same time may have been first.
  if (await anyAdmin()) return undefined;
  throw new ProblemError('account_exists', `${email} is an account that is not a super admin.`);
}
