import type { Database } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { normalizeEmail } from './authentication.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { presentAccount } from './presentation.ts';
import {
  countOtherActiveSuperAdmins,
  findAccount,
  insertAccount,
  listAccounts,
  lockAccount,
  lockSuperAdmins,
  lockVerifiedAccount,
  revokeAccountFamilies,
  updateAccount,
} from './repository.ts';
import type { AccountView, ChangeAccount, CreateAccount } from './schemas.ts';
import type { SignInThrottle } from './throttle.ts';

export interface AccountsServiceOptions {
  readonly db: Database;
  readonly sessions: SessionStore;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
}

/** Accounts and what may be done to them. */
export class AccountsService {
  readonly #options: AccountsServiceOptions;

  constructor(options: AccountsServiceOptions) {
    this.#options = options;
  }

  /** @throws ProblemError not_found */
  async get(id: string): Promise<AccountView> {
    const account = await findAccount(this.#options.db, id);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    return presentAccount(account);
  }

  async list(query: {
    readonly cursor?: string;
    readonly limit?: number;
  }): Promise<{ items: AccountView[]; nextCursor: string | null }> {
    const limit = query.limit ?? defaultPageSize;
    return toPage(await listAccounts(this.#options.db, { cursor: query.cursor, limit }), limit, presentAccount);
  }

  /** @throws ProblemError account_exists */
  async create(account: CreateAccount): Promise<AccountView> {
    const now = this.#options.clock.now();
    const row = {
      id: newId('account'),
      email: normalizeEmail(account.email),
      password_hash: await hashPassword(account.password),
      role: account.role,
      status: 'active' as const,
      created_at: now,
      updated_at: now,
    };
    if (!(await insertAccount(this.#options.db, row))) throw new ProblemError('account_exists');
    return presentAccount(row);
  }

  /**
   * Changes role or status. Both count at once for access tokens; disabling also ends sign-ins and streams.
   * @throws ProblemError not_found, last_super_admin
   */
  async change(id: string, change: ChangeAccount): Promise<AccountView> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const changed = await db.transaction().execute(async (tx) => {
      await lockSuperAdmins(tx);
      const account = await lockAccount(tx, id);
      if (!account) throw new ProblemError('not_found', 'There is no such account.');
      const after = { ...account, ...change, updated_at: now };
      const staysSuperAdmin = after.role === 'super_admin' && after.status === 'active';
      if (
        account.role === 'super_admin' &&
        account.status === 'active' &&
        !staysSuperAdmin &&
        (await countOtherActiveSuperAdmins(tx, id)) === 0
      ) {
        throw new ProblemError('last_super_admin', 'This is the last active super admin. Make another one first.');
      }
      await updateAccount(tx, id, { ...change, updated_at: now });
      if (after.status === 'disabled') await revokeAccountFamilies(tx, id, now);
      return after;
    });
    if (changed.status === 'disabled') await this.#endStreams(id);
    return presentAccount(changed);
  }

  /**
   * Ends every sign-in and stream of the account, the caller's included. The current password is throttled like a
   * sign-in: an access token that was stolen must not be a way to guess it.
   * @throws ProblemError invalid_credentials, too_many_requests, not_found
   */
  async changePassword(
    id: string,
    passwords: { readonly currentPassword: string; readonly newPassword: string },
    address: string,
  ): Promise<void> {
    const { db, clock, throttle } = this.#options;
    const account = await findAccount(db, id);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    const isChanged = await throttle.attempt(account.email, address, async () => {
      if (!(await verifyPassword(account.password_hash, passwords.currentPassword))) return undefined;
      const password_hash = await hashPassword(passwords.newPassword);
      return db.transaction().execute(async (tx) => {
        if (!(await lockVerifiedAccount(tx, account))) return undefined;
        const now = clock.now();
        await updateAccount(tx, id, { password_hash, updated_at: now });
        await revokeAccountFamilies(tx, id, now);
        return true;
      });
    });
    if (!isChanged) throw new ProblemError('invalid_credentials', 'The current password is wrong.');
    await this.#endStreams(id);
  }

  async #endStreams(accountId: string): Promise<void> {
    const { sessions } = this.#options;
    for (const { id } of await sessions.list({ accountId })) await sessions.end(id);
  }
}
