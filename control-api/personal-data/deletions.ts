import type { Database, Transaction } from '../../server/db/port.ts';
import type { Audit, Caller } from '../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Consumer } from '../../server/outbox/port.ts';
import { lockAccount, noDeletion, updateAccount, type AccountRow } from '../account.ts';
import { holdForStaff } from '../hold-account.ts';
import { shownReason } from '../reason.ts';
import { hasAdministratorWithout } from './administrators.ts';
import type { Owners } from './owners.ts';
import { personalDataProblems } from './problems.ts';

const dayMs = 86_400_000;

export interface DeletionsOptions {
  readonly db: Database;
  readonly owners: Owners;
  /** How long an account can still be kept, in days. */
  readonly graceDays: number;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

/** How a deletion begins. */
interface Begin {
  readonly by: NonNullable<AccountRow['deletion_by']>;
  readonly endsAt: number;
  /** Of the owner. */
  readonly reason?: string | undefined;
  /** Of staff: it belongs to the log of what they did. */
  readonly staffReason?: string;
  readonly address: string | null;
  /** The sign-in that goes on. */
  readonly keep?: string;
}

/**
 * Whether an account is to be deleted.
 *
 *     kept -> begun    its owner or staff asked for it; other sign-ins end, everything else is as before
 *          <- kept     somebody signed in to it wants to keep it, or staff do
 *     begun -> gone    after the grace, by `Erasure`; from its end on nothing is taken back
 *
 * A guest is gone at once: they have no address at which to be told and no way back in, so there is nobody who could
 * think better of it. The last administrator stays.
 */
export class Deletions {
  readonly #options: DeletionsOptions;

  constructor(options: DeletionsOptions) {
    this.#options = options;
  }

  /** Its owner wants to leave. @throws ProblemError last_administrator */
  async beginOwn(caller: Caller, reason: string | undefined): Promise<AccountRow> {
    const { accountId, familyId, address, audit } = caller;
    const begin = { by: 'owner', reason, address, keep: familyId, endsAt: this.#graceEnd() } as const;
    return this.#change(accountId, audit, async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.status !== 'active') throw new ProblemError('unauthenticated');
      return this.#begin(tx, account, begin, audit);
    });
  }

  /** A guest wants to be forgotten, at once. @throws ProblemError guest_only */
  async forgetGuest({ accountId, address, audit }: Caller): Promise<void> {
    await this.#change(accountId, audit, async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.role !== 'guest')
        throw new ProblemError(personalDataProblems.guest_only, 'Delete your account in its settings.');
      return this.#begin(tx, account, { by: 'owner', address, endsAt: this.#options.clock.now() }, audit);
    });
  }

  /** @throws ProblemError deletion_under_way */
  async keepOwn({ accountId, address, audit }: Caller): Promise<AccountRow> {
    return this.#change(accountId, audit, async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.status !== 'active') throw new ProblemError('unauthenticated');
      return this.#keep(tx, account, address, audit);
    });
  }

  /** @throws ProblemError own_account, not_found, forbidden, last_administrator */
  async beginForStaff(caller: Caller, id: string, reason: string): Promise<AccountRow> {
    const begin = { by: 'staff', staffReason: reason, address: null, endsAt: this.#graceEnd() } as const;
    return this.#change(id, caller.audit, async (tx) =>
      this.#begin(tx, await holdForStaff(tx, caller, 'account.lock', id), begin, caller.audit),
    );
  }

  /** @throws ProblemError own_account, not_found, forbidden, deletion_under_way */
  async keepForStaff(caller: Caller, id: string, reason: string): Promise<AccountRow> {
    return this.#change(id, caller.audit, async (tx) =>
      this.#keep(tx, await holdForStaff(tx, caller, 'account.lock', id), null, caller.audit, reason),
    );
  }

  /** A guest that nobody has used for long. False when there is none, or it was begun before. */
  async beginUnused(id: string): Promise<boolean> {
    const { db, audit, clock } = this.#options;
    return db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, id);
      if (account?.role !== 'guest' || account.deletion_ends_at !== null) return false;
      await this.#begin(tx, account, { by: 'unused', address: null, endsAt: clock.now() }, audit);
      return true;
    });
  }

  /** Begins what was asked for at a provider, which is the only one who leads to the account. */
  get consumer(): Consumer<'account.deletion-asked'> {
    return {
      name: 'personal-data.begin-asked-deletion',
      events: ['account.deletion-asked'],
      apply: async (tx, { payload: { accountId } }) => {
        const account = await lockAccount(tx, accountId);
        if (!account) return;
        const begin = { by: 'provider', address: null, endsAt: this.#graceEnd() } as const;
        await this.#begin(tx, account, begin, this.#options.audit);
      },
    };
  }

  #graceEnd(): number {
    return this.#options.clock.now() + this.#options.graceDays * dayMs;
  }

  /** Does it in a transaction, and what comes after one. */
  async #change(
    accountId: string,
    audit: Audit,
    change: (tx: Transaction) => Promise<AccountRow | undefined>,
  ): Promise<AccountRow> {
    const { db, owners } = this.#options;
    const changed = await db.transaction().execute(change);
    if (changed) {
      owners.wake();
      await owners.publish(accountId);
      return changed;
    }
    audit.unchanged();
    const account = await db.selectFrom('accounts').selectAll().where('id', '=', accountId).executeTakeFirst();
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    return account;
  }

  /** Undefined when it was begun before: then it ends when it was to end. The row is held. */
  async #begin(tx: Transaction, account: AccountRow, begin: Begin, audit: Audit): Promise<AccountRow | undefined> {
    const { owners, clock } = this.#options;
    const { by, endsAt, address, keep } = begin;
    if (account.deletion_ends_at !== null) return undefined;
    if (!(await hasAdministratorWithout(tx, account)))
      throw new ProblemError(
        personalDataProblems.last_administrator,
        'Make somebody else an administrator first: without one nobody could run the service.',
      );
    const now = clock.now();
    const reason = begin.reason === undefined ? '' : shownReason(begin.reason);
    const change = {
      deletion_requested_at: now,
      deletion_ends_at: endsAt,
      deletion_by: by,
      deletion_reason: reason === '' ? null : reason,
      updated_at: now,
    };
    await updateAccount(tx, account.id, change);
    await audit.record(tx, {
      event: 'account.deletion-begun',
      subject: account.id,
      after: {
        by,
        endsAt: toIso(endsAt),
        ...(begin.staffReason !== undefined && { reason: shownReason(begin.staffReason) }),
      },
    });
    if (endsAt > now)
      await owners.record(tx, account, 'account.deletion-begun', { address, ...(keep !== undefined && { keep }) });
    else await owners.end(tx, account.id);
    return { ...account, ...change };
  }

  async #keep(
    tx: Transaction,
    account: AccountRow,
    address: string | null,
    audit: Audit,
    reason?: string,
  ): Promise<AccountRow | undefined> {
    const { owners, clock } = this.#options;
    const { deletion_ends_at: endsAt } = account;
    if (endsAt === null) return undefined;
    const now = clock.now();
    // Whose account is active has not been shut: its end has not begun, however late it is.
    if (endsAt <= now && account.status !== 'active')
      throw new ProblemError(personalDataProblems.deletion_under_way, 'It cannot be kept any more.');
    const change = { ...noDeletion, updated_at: now };
    await updateAccount(tx, account.id, change);
    await audit.record(tx, {
      event: 'account.deletion-taken-back',
      subject: account.id,
      before: { endsAt: toIso(endsAt) },
      ...(reason !== undefined && { after: { reason: shownReason(reason) } }),
    });
    await owners.tell(tx, account, 'account.deletion-taken-back', { address });
    return { ...account, ...change };
  }
}
