import type { Database } from '../../server/db/port.ts';
import type { Identity } from '../../server/http/access.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { roles, staffRoles, type Role } from '../../server/kit/permissions.ts';
import { mayToAccount, rolesOpenTo } from '../../server/kit/policy.ts';
import {
  findAccount,
  insertAccount,
  noDeletion,
  normalizeEmail,
  presentAccount,
  presentOwnAccount,
  type AccountRow,
  type AccountView,
  type OwnAccountView,
} from '../account.ts';
import { isNobody } from '../hold-account.ts';
import { defaultPageSize, toPage } from '../schemas.ts';
import { listAccounts } from './account-list.ts';
import { presentEvent, type HistoryEntry } from './history.ts';
import { changingActions, type AccountDetails, type AccountListQuery, type CreateAccount } from './schemas.ts';

/** How an account signs in, as those see it who help its owner. */
interface SignInFacts {
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly passkeys: number;
  readonly recoveryCodes: number;
  readonly providers: readonly AccountDetails['providers'][number][];
  readonly devices: number;
  /** Milliseconds since the epoch; null when it is not known. */
  readonly seenAt: number | null;
}

/** What accounts ask of sign-in. */
export interface SignIns {
  /** @throws ProblemError too_many_requests when too many passwords are being hashed already */
  hashPassword(password: string): Promise<string>;
  factsOf(account: AccountRow): Promise<SignInFacts>;
}

/** What accounts ask of the audit log. */
export interface History {
  /** The newest records about an account, at most `limit`. */
  of(accountId: string, limit: number): Promise<readonly HistoryEntry[]>;
}

export interface AccountsServiceOptions {
  readonly db: Database;
  readonly signIns: SignIns;
  readonly history: History;
  readonly clock: Clock;
}

/** So many of the newest events of an account are shown. */
const shownEvents = 50;

/** Accounts, as their owners and as staff see them. */
export class AccountsService {
  readonly #options: AccountsServiceOptions;

  constructor(options: AccountsServiceOptions) {
    this.#options = options;
  }

  /** The account that asks. @throws ProblemError not_found */
  async own(identity: Pick<Identity, 'accountId' | 'role' | 'withheldRole'>): Promise<OwnAccountView> {
    const account = await findAccount(this.#options.db, identity.accountId);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    return presentOwnAccount(account, identity);
  }

  /** Those that somebody of this role may read. */
  async list(
    who: Pick<Identity, 'role'>,
    query: AccountListQuery,
  ): Promise<{ items: AccountView[]; nextCursor: string | null }> {
    const { limit = defaultPageSize, search, status, cursor } = query;
    const open = rolesOpenTo(who.role, 'account.read');
    const wanted = rolesIn(query.role)?.filter((role) => open.includes(role));
    if (wanted?.length === 0) return { items: [], nextCursor: null };
    const withoutRoles = wanted === undefined ? roles.filter((role) => !open.includes(role)) : [];
    const page = { roles: wanted, withoutRoles, status, search, cursor, limit };
    return toPage(await listAccounts(this.#options.db, page), limit, presentAccount);
  }

  /** @throws ProblemError not_found, also for accounts that the one who asks may not read */
  async get(who: Pick<Identity, 'accountId' | 'role'>, id: string): Promise<AccountDetails> {
    const { db, signIns, history } = this.#options;
    const account = await findAccount(db, id);
    const whose = account && { accountId: account.id, role: account.role };
    if (!account || !whose || isNobody(id) || !mayToAccount(who, 'account.read', whose))
      throw new ProblemError('not_found', 'There is no such account.');
    const { seenAt, providers, ...facts } = await signIns.factsOf(account);
    const events = await history.of(id, shownEvents);
    return {
      ...presentAccount(account),
      ...facts,
      providers: [...providers],
      seenAt: seenAt === null ? null : toIso(seenAt),
      deletionReason: account.deletion_reason,
      may: changingActions.filter((action) => mayToAccount(who, action, whose)),
      history: events.map((event) => presentEvent(event, id)),
    };
  }

  /** An account of somebody who watches. @throws ProblemError account_exists */
  async create({ audit }: Caller, account: CreateAccount): Promise<AccountView> {
    const now = this.#options.clock.now();
    const row = {
      id: newId('account'),
      email: normalizeEmail(account.email),
      // Typed in by staff: its owner has shown nothing yet.
      email_proven_at: null,
      password_hash: await this.#options.signIns.hashPassword(account.password),
      role: 'viewer' as const,
      status: 'active' as const,
      is_narrowed: 0,
      ...noDeletion,
      created_at: now,
      updated_at: now,
    };
    await this.#options.db.transaction().execute(async (tx) => {
      if (!(await insertAccount(tx, row))) throw new ProblemError('account_exists');
      await audit.record(tx, { subject: row.id, after: { email: row.email, role: row.role, status: row.status } });
    });
    return presentAccount(row);
  }
}

/** The roles that a filter means; undefined when it names none. */
function rolesIn(filter: AccountListQuery['role']): readonly Role[] | undefined {
  if (filter === undefined) return undefined;
  return filter === 'staff' ? staffRoles : [filter];
}
