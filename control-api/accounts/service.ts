import type { Database, Transaction } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Identity } from '../../server/http/access.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { isAllowed } from '../../server/kit/permissions.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { endStreams } from '../end-streams.ts';
import {
  findAccount,
  insertAccount,
  lockAccount,
  normalizeEmail,
  presentAccount,
  presentOwnAccount,
  updateAccount,
  type AccountRow,
  type AccountView,
  type OwnAccountView,
} from '../account.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { countOtherAdministrators, listAccounts, lockAdministrators } from './repository.ts';
import type { ChangeAccount, CreateAccount } from './schemas.ts';
import { accountProblems } from './problems.ts';

/** What accounts ask of sign-in. */
interface SignIns {
  /** @throws ProblemError too_many_requests when too many passwords are being hashed already */
  hashPassword(password: string): Promise<string>;
  /** Ends every sign-in of an account whose row the transaction holds. `now` in milliseconds since the epoch. */
  endAll(tx: Transaction, accountId: string, now: number): Promise<void>;
}

export interface AccountsServiceOptions {
  readonly db: Database;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly signIns: SignIns;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

/** Accounts and what may be done to them. */
export class AccountsService {
  readonly #options: AccountsServiceOptions;

  constructor(options: AccountsServiceOptions) {
    this.#options = options;
  }

  /** The account that asks. @throws ProblemError not_found */
  async get(identity: Pick<Identity, 'accountId' | 'role' | 'withheldRole'>): Promise<OwnAccountView> {
    const account = await findAccount(this.#options.db, identity.accountId);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    return presentOwnAccount(account, identity);
  }

  async list(query: {
    readonly cursor?: string;
    readonly limit?: number;
  }): Promise<{ items: AccountView[]; nextCursor: string | null }> {
    const limit = query.limit ?? defaultPageSize;
    return toPage(await listAccounts(this.#options.db, { cursor: query.cursor, limit }), limit, presentAccount);
  }

  /** @throws ProblemError account_exists */
  async create({ audit }: Caller, account: CreateAccount): Promise<AccountView> {
    const now = this.#options.clock.now();
    const row = {
      id: newId('account'),
      email: normalizeEmail(account.email),
      // Typed in by staff: its owner has shown nothing yet.
      email_proven_at: null,
      password_hash: await this.#options.signIns.hashPassword(account.password),
      role: account.role,
      status: 'active' as const,
      created_at: now,
      updated_at: now,
    };
    await this.#options.db.transaction().execute(async (tx) => {
      if (!(await insertAccount(tx, row))) throw new ProblemError('account_exists');
      await audit.record(tx, { subject: row.id, after: { email: row.email, role: row.role, status: row.status } });
    });
    return presentAccount(row);
  }

  /**
   * Changes role or status. Both count at once for access tokens; disabling also ends sign-ins and streams.
   * @throws ProblemError not_found, last_super_admin
   */
  async change({ audit }: Caller, id: string, change: ChangeAccount): Promise<AccountView> {
    const { db, clock, events, signIns } = this.#options;
    const now = clock.now();
    const changed = await db.transaction().execute(async (tx) => {
      await lockAdministrators(tx);
      const account = await lockAccount(tx, id);
      if (!account) throw new ProblemError('not_found', 'There is no such account.');
      const after = { ...account, ...change, updated_at: now };
      const administers = ({ role, status }: AccountRow) => status === 'active' && isAllowed(role, 'accounts.manage');
      if (administers(account) && !administers(after) && (await countOtherAdministrators(tx, id)) === 0) {
        throw new ProblemError(
          accountProblems.last_super_admin,
          'This is the last active super admin. Make another one first.',
        );
      }
      await updateAccount(tx, id, { ...change, updated_at: now });
      const facts = ({ role, status }: AccountRow) => ({ role, status });
      await audit.record(tx, { subject: id, before: facts(account), after: facts(after) });
      if (after.status === 'disabled') await signIns.endAll(tx, id, now);
      return after;
    });
    await events.publish('rights.changed', { accountId: id });
    if (changed.status === 'disabled') await endStreams(this.#options.sessions, { accountId: id });
    return presentAccount(changed);
  }
}
