import type { Database, Transaction } from '../../../server/db/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import { isAllowed, isStaff, type Role } from '../../../server/kit/permissions.ts';
import { canBeNarrowed } from '../../../server/kit/title-scope.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { findAccountByEmail, lockAccount, normalizeEmail, type AccountRow } from '../../account.ts';
import { putScopedTitles, scopeFacts, type WantedScope } from '../../staff-scopes.ts';
import type { MailedChallenges } from '../mailed/mailed-challenges.ts';
import { signInProblems } from '../problems.ts';
import {
  endExpiredInvitation,
  endInvitation,
  findInvitation,
  findInvitedScope,
  insertInvitation,
  listInvitations,
  renewInvitation,
  type InvitationRow,
  type PendingInvitation,
} from './repository.ts';

/** How long the link of an invitation opens, in seconds. */
const invitationSeconds = 7 * 86_400;

export interface InvitationsOptions {
  readonly db: Database;
  readonly mailed: MailedChallenges;
  readonly outbox: Pick<Outbox, 'wake'>;
  readonly clock: Clock;
}

/** Whether an account may invite others, and answer for those that it has invited. */
export function mayInvite(account: AccountRow | undefined): boolean {
  return account?.status === 'active' && isAllowed(account.role, 'accounts.manage');
}

/**
 * Asking people to become staff: a mail with a link goes to an address, and who reads it accepts (`Acceptance`).
 *
 *     invited -> accepted   once
 *             -> withdrawn
 *             -> over       after seven days, or because who answers for it may invite nobody any more
 *
 * Sent again, it has another link for another seven days, the one before opens nothing, and who did that answers for it.
 */
export class Invitations {
  readonly #options: InvitationsOptions;

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** Those that can be accepted, the newest first. */
  async list(): Promise<readonly PendingInvitation[]> {
    return listInvitations(this.#options.db, this.#options.clock.now());
  }

  /**
   * @param wanted `titles`: what they are to work on
   * @throws ProblemError already_staff, invitation_pending, account_not_active, invalid_request and not_found (titles),
   * forbidden (who asks may not invite any more), too_many_requests
   */
  async invite(
    caller: Caller,
    wanted: { readonly email: string; readonly role: Role; readonly titles?: WantedScope },
  ): Promise<PendingInvitation> {
    const { db, mailed, outbox, clock } = this.#options;
    const { role, titles = null } = wanted;
    if (titles !== null && !canBeNarrowed(role))
      throw new ProblemError('invalid_request', 'The rights of this role cannot be narrowed to some titles.');
    const email = normalizeEmail(wanted.email);
    await mailed.count(email, caller);
    const made = await db.transaction().execute(async (tx) => {
      const inviter = await holdInviter(tx, caller.accountId);
      const now = clock.now();
      requireInvitable(await findAccountByEmail(tx, email));
      await endExpiredInvitation(tx, email, now);
      const { id: challenge_id, expiresAt } = await this.#send(tx, email, role);
      const id = newId('invitation');
      const about = { email, role, is_narrowed: titles === null ? 0 : 1 };
      const row = { id, challenge_id, ...about, invited_by: inviter.id, created_at: now };
      if (!(await insertInvitation(tx, row))) throw new ProblemError(signInProblems.invitation_pending);
      await putScopedTitles(tx, { of: 'invitation', id }, titles);
      await caller.audit.record(tx, { subject: id, after: { email, role, ...scopeFacts(titles) } });
      return {
        ...row,
        titles: await findInvitedScope(tx, row),
        inviter_email: inviter.email,
        sent_at: now,
        expires_at: expiresAt,
      };
    });
    outbox.wake();
    return made;
  }

  /** @throws ProblemError not_found, forbidden (who asks may not invite any more), too_many_requests */
  async sendAgain(caller: Caller, id: string): Promise<PendingInvitation> {
    const { db, mailed, outbox, clock } = this.#options;
    const { email } = await this.#find(id);
    await mailed.count(email, caller);
    const sent = await db.transaction().execute(async (tx) => {
      const inviter = await holdInviter(tx, caller.accountId);
      const before = await findInvitation(tx, id);
      if (!before) throw nothingThere();
      const { id: challenge_id, expiresAt } = await this.#send(tx, before.email, before.role);
      const change = { challenge_id, invited_by: inviter.id };
      if (!(await renewInvitation(tx, id, change))) throw nothingThere();
      await endInvitation(tx, before);
      await caller.audit.record(tx, { subject: id, after: { email: before.email, role: before.role } });
      const titles = await findInvitedScope(tx, before);
      return {
        ...before,
        ...change,
        titles,
        inviter_email: inviter.email,
        sent_at: clock.now(),
        expires_at: expiresAt,
      };
    });
    outbox.wake();
    return sent;
  }

  /** @throws ProblemError not_found */
  async withdraw({ audit }: Caller, id: string): Promise<void> {
    await this.#options.db.transaction().execute(async (tx) => {
      const invitation = await findInvitation(tx, id);
      if (!invitation || !(await endInvitation(tx, invitation))) throw nothingThere();
      const { email, role } = invitation;
      await audit.record(tx, { subject: id, before: { email, role } });
    });
  }

  async #send(tx: Transaction, email: string, role: Role) {
    const data = { role };
    return this.#options.mailed.beginWithin(tx, { purpose: 'invitation', email, data, seconds: invitationSeconds });
  }

  async #find(id: string): Promise<InvitationRow> {
    const found = await findInvitation(this.#options.db, id);
    if (!found) throw nothingThere();
    return found;
  }
}

const nothingThere = () => new ProblemError('not_found', 'There is no such invitation.');

/** Holds the row of who invites, so that they are not demoted meanwhile. @throws ProblemError forbidden */
async function holdInviter(tx: Transaction, accountId: string): Promise<AccountRow> {
  const account = await lockAccount(tx, accountId);
  if (!account || !mayInvite(account)) throw new ProblemError('forbidden');
  return account;
}

/** @throws ProblemError already_staff, account_not_active */
function requireInvitable(account: AccountRow | undefined): void {
  if (!account) return;
  if (isStaff(account.role)) throw new ProblemError(signInProblems.already_staff, 'Change its role instead.');
  if (account.status !== 'active') throw new ProblemError(signInProblems.account_not_active);
}
