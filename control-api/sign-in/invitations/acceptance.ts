import type { Database, Transaction } from '../../../server/db/port.ts';
import type { Audit, Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { isStaff, type Role } from '../../../server/kit/permissions.ts';
import { findAccountByEmail, lockAccounts, updateAccount, type AccountRow } from '../../account.ts';
import { putScopedTitles, scopeFacts } from '../../staff-scopes.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { Authentication, Entry } from '../authentication.ts';
import type { Challenge, Challenges } from '../challenges/challenges.ts';
import type { Client } from '../client.ts';
import { makeAccount, newAccountRow, proveAddress } from '../mailed/new-account.ts';
import { requireUnknownToThieves } from '../passwords/breached.ts';
import { hashPassword } from '../passwords/passwords.ts';
import { signInProblems } from '../problems.ts';
import type { Grant } from '../sign-ins.ts';
import { mayInvite } from './invitations.ts';
import { deleteInvitation, findInvitationOfChallenge, findInvitedScope, type InvitationRow } from './repository.ts';

export interface AcceptanceOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly authentication: Authentication;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** What an invitation is about, for who has its link. */
export interface InvitationFacts {
  readonly email: string;
  readonly role: Role;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Whether the address has an account: its owner signs in to it to accept. */
  readonly hasAccount: boolean;
}

const refused = () => new ProblemError(signInProblems.invalid_link);

/** Whether an account's owner has shown that the address is theirs, and so may not be pushed out of it. */
const isOwned = (account: AccountRow | undefined) => account !== undefined && account.email_proven_at !== null;

/**
 * Accepting an invitation. Its link proves the address, as any other that was sent there:
 *
 *     no account has the address           -> one is made, with the password that is chosen, and signed in to
 *     one that nobody has proven           -> is theirs now: what somebody may have prepared goes
 *     one that is its owner's              -> who is signed in to it gets the role; the link alone opens nothing
 *
 * A link in a mail is passed on more easily than a code is read out, and lives for days: so it signs in to no account
 * that there is, with a second factor or without.
 */
export class Acceptance {
  readonly #options: AcceptanceOptions;

  constructor(options: AcceptanceOptions) {
    this.#options = options;
  }

  /** What it is about. @throws ProblemError invalid_link */
  async look(link: string): Promise<InvitationFacts> {
    const { db } = this.#options;
    const challenge = await this.#read(link);
    const invitation = await findInvitationOfChallenge(db, challenge.id);
    if (!invitation) throw refused();
    const { email, role } = invitation;
    const hasAccount = isOwned(await findAccountByEmail(db, email));
    return { email, role, expiresAt: challenge.expires_at, hasAccount };
  }

  /**
   * Makes the account and signs in to it. Until it has a second factor, where staff must have one, it may do what
   * viewers may.
   * @throws ProblemError invalid_link, account_exists (sign in to it), password_breached
   */
  async accept(link: string, password: string, client: Client, audit: Audit): Promise<Grant> {
    const { db, authentication, challenges, changes, clock } = this.#options;
    const challenge = await this.#read(link);
    const email = challenge.email as string;
    requireUnknownToThieves(password, email);
    const passwordHash = await hashPassword(password);
    const entry = await db.transaction().execute(async (tx): Promise<Entry> => {
      const { invitation, account: existing } = await this.#hold(tx, challenge);
      const { role } = invitation;
      if (isOwned(existing)) throw new ProblemError('account_exists', 'Sign in to it to accept the invitation.');
      if (existing && isStaff(existing.role)) throw new ProblemError(signInProblems.already_staff);
      if (existing && existing.status !== 'active') throw refused();
      if (!(await challenges.use(tx, challenge))) throw refused();
      const now = clock.now();
      const made = existing ?? (await makeAccount(tx, newAccountRow({ email, passwordHash, role }, now)));
      if (!made) throw new ProblemError('account_exists', 'Sign in to it to accept the invitation.');
      const proven = await proveAddress(tx, made, now, changes);
      const account = { ...proven, role, password_hash: passwordHash };
      await updateAccount(tx, account.id, { role, password_hash: passwordHash, updated_at: now });
      if (!existing) {
        const after = { email, role, status: account.status };
        await audit.record(tx, { event: 'account.created', subject: account.id, actor: account.id, after });
      }
      await this.#end(tx, invitation, existing ?? account, audit);
      return authentication.enter(tx, account, ['password', 'code'], { client, guestId: undefined }, audit);
    });
    return authentication.admit(entry, client);
  }

  /**
   * Gives the role to the account that is signed in. Its other sign-ins end: what it may do now is begun anew elsewhere.
   * @throws ProblemError invalid_link, invitation_for_another, already_staff
   */
  async acceptAsOwner({ accountId, familyId, audit }: Caller, link: string): Promise<void> {
    const { db, challenges, changes, clock } = this.#options;
    const challenge = await this.#read(link);
    await db.transaction().execute(async (tx) => {
      const { invitation, account } = await this.#hold(tx, challenge);
      if (account?.id !== accountId || !isOwned(account))
        throw new ProblemError(signInProblems.invitation_for_another, 'Sign in to the account of that address.');
      if (account.status !== 'active') throw new ProblemError('unauthenticated');
      if (isStaff(account.role)) throw new ProblemError(signInProblems.already_staff);
      if (!(await challenges.use(tx, challenge))) throw refused();
      await updateAccount(tx, accountId, { role: invitation.role, updated_at: clock.now() });
      await changes.end(tx, accountId, familyId);
      await this.#end(tx, invitation, account, audit);
    });
    await changes.publish(accountId, { keep: familyId });
  }

  /** @throws ProblemError invalid_link */
  async #read(link: string): Promise<Challenge> {
    const challenge = await this.#options.challenges.byLink('invitation', link);
    if (!challenge) throw refused();
    return challenge;
  }

  /**
   * The invitation and the account of its address, held together with who answers for it: nobody becomes staff by
   * somebody who was demoted or disabled a moment ago.
   * @throws ProblemError invalid_link
   */
  async #hold(tx: Transaction, challenge: Challenge): Promise<{ invitation: InvitationRow; account?: AccountRow }> {
    const found = await findInvitationOfChallenge(tx, challenge.id);
    if (!found) throw refused();
    const known = await findAccountByEmail(tx, found.email);
    const held = await lockAccounts(tx, [found.invited_by, ...(known ? [known.id] : [])]);
    // Who waited may find another state: it was withdrawn, sent again, or somebody else answers for it.
    const invitation = await findInvitationOfChallenge(tx, challenge.id);
    const account = known && held.get(known.id);
    const isTheSame = invitation?.invited_by === found.invited_by && (!account || account.email === found.email);
    if (!invitation || !isTheSame || !mayInvite(held.get(found.invited_by))) throw refused();
    return { invitation, ...(account && { account }) };
  }

  /** @param account as it was before */
  async #end(tx: Transaction, invitation: InvitationRow, account: AccountRow, audit: Audit): Promise<void> {
    const { id, role, invited_by: invitedBy } = invitation;
    const titles = (await findInvitedScope(tx, invitation))?.map((title) => title.id) ?? null;
    await updateAccount(tx, account.id, { is_narrowed: invitation.is_narrowed, updated_at: this.#options.clock.now() });
    await putScopedTitles(tx, { of: 'account', id: account.id }, titles);
    await deleteInvitation(tx, id);
    const by = { actor: account.id };
    const after = { account: account.id, role, invitedBy, ...scopeFacts(titles) };
    await audit.record(tx, { ...by, event: 'invitation.accepted', subject: id, after });
    if (account.role === role) return;
    const change = { before: { role: account.role }, after: { role } };
    await audit.record(tx, { ...by, event: 'account.changed', subject: account.id, ...change });
  }
}
