import type { Database, Transaction } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { isAllowed, isStaff } from '../../server/kit/permissions.ts';
import type { AccountAction } from '../../server/kit/policy.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { updateAccount, type AccountRow } from '../account.ts';
import { endStreams } from '../end-streams.ts';
import { holdForStaff } from '../hold-account.ts';
import { shownReason } from '../reason.ts';
import { accountProblems } from './problems.ts';
import type { ChangeAccount } from './schemas.ts';

/** What changing accounts asks of sign-in. */
export interface Access {
  /** Ends every sign-in of an account whose row the transaction holds, and what was begun for it. */
  endAll(tx: Transaction, accountId: string): Promise<void>;
  /**
   * Takes its second factors and ends its sign-ins; the owner is told. False when it has none.
   * @throws ProblemError last_way_in
   */
  resetSecondFactor(tx: Transaction, account: AccountRow): Promise<boolean>;
  /** Ends the invitations that it answers for. */
  endInvitations(tx: Transaction, accountId: string): Promise<void>;
}

export interface StandingOptions {
  readonly db: Database;
  readonly access: Access;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

const facts = ({ role, status }: Pick<AccountRow, 'role' | 'status'>) => ({ role, status });

const mayManage = ({ role, status }: AccountRow) => status === 'active' && isAllowed(role, 'accounts.manage');

/**
 * What staff do to accounts of others: role and status, signing out, removing a second factor. The policy says who may
 * do what to whom, and it is asked while the rows of both are held: who was demoted a moment ago changes nobody. So there
 * is always an active super admin: who takes that from another one is one, and stays one.
 */
export class Standing {
  readonly #options: StandingOptions;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  /**
   * Changes role or status. Both count at once, without a new sign-in; disabling ends sign-ins and streams. The owner is
   * told of another role.
   * @throws ProblemError not_found, forbidden, own_account, unproven_address, conflict (a guest)
   */
  async change(caller: Caller, id: string, change: ChangeAccount): Promise<AccountRow> {
    return this.#change(caller, 'account.change', id, change);
  }

  /** @throws ProblemError not_found, forbidden, own_account */
  async disable(caller: Caller, id: string, reason: string): Promise<AccountRow> {
    return this.#change(caller, 'account.lock', id, { status: 'disabled' }, reason);
  }

  /** Also opens an account that its owner has locked. @throws ProblemError not_found, forbidden, own_account */
  async enable(caller: Caller, id: string, reason: string): Promise<AccountRow> {
    return this.#change(caller, 'account.lock', id, { status: 'active' }, reason);
  }

  /** Ends every sign-in and stream. @throws ProblemError not_found, forbidden, own_account */
  async signOut(caller: Caller, id: string, reason: string): Promise<void> {
    const { db, access } = this.#options;
    await db.transaction().execute(async (tx) => {
      await holdForStaff(tx, caller, 'account.lock', id);
      await access.endAll(tx, id);
      await caller.audit.record(tx, { subject: id, after: { reason: shownReason(reason) } });
    });
    await this.#publish(id, { isSignedOut: true });
  }

  /**
   * Takes its second factors and ends its sign-ins. The owner is told, and can say that they did not ask for it.
   * @throws ProblemError not_found, forbidden, own_account, no_second_factor, last_way_in
   */
  async resetSecondFactor(caller: Caller, id: string, reason: string): Promise<void> {
    const { db, access, outbox } = this.#options;
    await db.transaction().execute(async (tx) => {
      const account = await holdForStaff(tx, caller, 'account.lock', id);
      if (!(await access.resetSecondFactor(tx, account))) throw new ProblemError(accountProblems.no_second_factor);
      await caller.audit.record(tx, { subject: id, after: { reason: shownReason(reason) } });
    });
    outbox.wake();
    await this.#publish(id, { isSignedOut: true });
  }

  async #change(
    caller: Caller,
    action: AccountAction,
    id: string,
    change: ChangeAccount,
    reason?: string,
  ): Promise<AccountRow> {
    const { db, access, outbox, clock } = this.#options;
    const now = clock.now();
    const { before, after } = await db.transaction().execute(async (tx) => {
      const account = await holdForStaff(tx, caller, action, id);
      const changed = { ...account, ...change, updated_at: now };
      if (changed.role === account.role && changed.status === account.status)
        return { before: account, after: account };
      requireRole(account, changed);
      await updateAccount(tx, id, { ...change, updated_at: now });
      await caller.audit.record(tx, {
        subject: id,
        before: facts(account),
        after: { ...facts(changed), ...(reason !== undefined && { reason: shownReason(reason) }) },
      });
      if (changed.status === 'disabled') await access.endAll(tx, id);
      if (!mayManage(changed)) await access.endInvitations(tx, id);
      if (changed.role !== account.role)
        await outbox.record(tx, 'account.role-changed', id, { accountId: id, at: now, address: null });
      return { before: account, after: changed };
    });
    if (after === before) {
      caller.audit.unchanged();
      return after;
    }
    outbox.wake();
    await this.#publish(id, { isSignedOut: after.status === 'disabled' });
    return after;
  }

  /** After it: what is open asks again whether it may stay. */
  async #publish(accountId: string, { isSignedOut }: { readonly isSignedOut: boolean }): Promise<void> {
    const { events, sessions } = this.#options;
    await events.publish('rights.changed', { accountId });
    if (isSignedOut) await endStreams(sessions, { accountId });
  }
}

/** Whether an account can have its new role. @throws ProblemError conflict, unproven_address */
function requireRole(account: AccountRow, changed: AccountRow): void {
  if (changed.role === account.role) return;
  if (account.role === 'guest')
    throw new ProblemError('conflict', 'A guest has no way in: they become somebody by signing up.');
  // Somebody else may have made the account with an address that is not theirs.
  if (isStaff(changed.role) && account.email_proven_at === null)
    throw new ProblemError(accountProblems.unproven_address, 'Staff must have an address that is proven to be theirs.');
}
