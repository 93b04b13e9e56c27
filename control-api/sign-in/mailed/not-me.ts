import { isUniqueViolation, type Database, type Transaction } from '../../../server/db/port.ts';
import type { Audit } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { lockAccount, noDeletion, updateAccount, type AccountRow } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import type { Challenge, Challenges } from '../challenges/challenges.ts';
import { deleteWaysIn } from '../factors/repository.ts';
import { endInvitationsOf } from '../invitations/repository.ts';
import { signInProblems } from '../problems.ts';
import type { MailedChallenges } from './mailed-challenges.ts';
import { recoverySeconds } from './recovery.ts';

/**
 * What a change added has a time a little before that of its notice, and clocks of processes differ a little, in
 * milliseconds. What the owner added within this time before goes too, and is added again.
 */
const beforehandMs = 60_000;

export interface NotMeOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly mailed: MailedChallenges;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/**
 * The owner of an account was told of a change and says that it was somebody else. The account is locked: every sign-in
 * ends, its password counts no more, and what was added since goes (authenticator, passkeys, linked accounts): all of
 * it where nobody had proven the address, for then somebody else may have made the account. An address that was changed
 * is the old one again, and a deletion that was begun since is taken back. Then a mail goes there with which a new
 * password is set.
 */
export class NotMe {
  readonly #options: NotMeOptions;

  constructor(options: NotMeOptions) {
    this.#options = options;
  }

  /** @throws ProblemError invalid_link */
  async lock(link: string, audit: Audit): Promise<void> {
    const { db, challenges, mailed, changes, clock } = this.#options;
    const challenge = await challenges.byLink('not-me', link);
    const refused = new ProblemError(signInProblems.invalid_link);
    if (!challenge?.account_id || challenge.email === null) throw refused;
    const { account_id: accountId, email } = challenge;
    const lock = (restored: string | null) =>
      db.transaction().execute(async (tx) => {
        const account = await lockAccount(tx, accountId);
        if (!account || account.status === 'disabled' || !(await challenges.use(tx, challenge))) throw refused;
        const now = clock.now();
        await removeSince(tx, challenge);
        await updateAccount(tx, accountId, {
          status: 'locked',
          password_hash: null,
          updated_at: now,
          email: restored,
          email_proven_at: restored === null ? null : now,
          ...(isDeletionSince(account, challenge) && noDeletion),
        });
        await changes.end(tx, accountId);
        // Who was in may have invited somebody.
        await endInvitationsOf(tx, accountId);
        await audit.record(tx, {
          subject: accountId,
          actor: accountId,
          before: { status: account.status, email: account.email },
          after: { status: 'locked', email: restored },
        });
        if (restored === null) return;
        const data = { isLocked: true };
        await mailed.beginWithin(tx, { purpose: 'recovery', accountId, email, data, seconds: recoverySeconds * 24 });
      });
    await lock(email).catch((error: unknown) => {
      // Another account has the old address by now. That of this one is then of who changed it: with it he would recover
      // the account. So it has none, and staff must help.
      if (isUniqueViolation(error)) return lock(null);
      throw error;
    });
    await changes.publish(accountId);
  }
}

/** Whether it was the change that the notice was about, or came after it, that somebody wanted the account deleted. */
function isDeletionSince({ deletion_requested_at: at }: AccountRow, { created_at: since }: Challenge): boolean {
  return at !== null && at >= since;
}

/**
 * Removes the ways in that were added since the change that the notice was about, itself included, and what later
 * notices would undo: those may have gone to the address of who did all this.
 */
async function removeSince(
  tx: Transaction,
  { id, account_id: accountId, created_at: toldAt, data }: Challenge,
): Promise<void> {
  if (accountId === null) return;
  const since = toldAt - beforehandMs;
  await tx
    .deleteFrom('challenges')
    .where('account_id', '=', accountId)
    .where('purpose', '=', 'not-me')
    .where('id', '>', id)
    .execute();
  if (data['isProven'] === false) return deleteWaysIn(tx, accountId);
  await tx.deleteFrom('totp_factors').where('account_id', '=', accountId).where('confirmed_at', '>=', since).execute();
  await tx.deleteFrom('recovery_codes').where('account_id', '=', accountId).where('created_at', '>=', since).execute();
  await tx.deleteFrom('passkeys').where('account_id', '=', accountId).where('created_at', '>=', since).execute();
  await tx.deleteFrom('identities').where('account_id', '=', accountId).where('linked_at', '>=', since).execute();
}
