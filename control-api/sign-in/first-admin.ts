import { randomBytes } from 'node:crypto';
import type { Database } from '../../server/db/port.ts';
import { systemClock, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { rolesWith } from '../../server/kit/permissions.ts';
import { insertAccount, isEmail, normalizeEmail } from '../account.ts';
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
  const now = (options.clock ?? systemClock).now();
  const id = newId('account');
  const row = {
    id,
    email,
    password_hash: await hashPassword(password),
    role: 'super_admin' as const,
    status: 'active' as const,
    created_at: now,
    updated_at: now,
  };
  if (await insertAccount(db, row)) return { id, email, password };
  // Another process that starts at the same time may have been first.
  if (await anyAdmin()) return undefined;
  throw new ProblemError('account_exists', `${email} is an account that is not a super admin.`);
}
