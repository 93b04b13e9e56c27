import type { Insertable, Selectable } from 'kysely';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { InvitationsTable } from '../../../server/db/tables/invitations.ts';
import { findScopedTitles, type ScopedTitle } from '../../staff-scopes.ts';
import { rolesWith } from '../../../server/kit/permissions.ts';

export type InvitationRow = Selectable<InvitationsTable>;

/** An invitation that can be accepted, with when its link was sent and until when it opens. */
export interface PendingInvitation extends InvitationRow {
  /** What they are to work on; null: all titles. */
  readonly titles: readonly ScopedTitle[] | null;
  readonly inviter_email: string | null;
  readonly sent_at: number;
  readonly expires_at: number;
}

/** More than a service has staff. */
const mostShown = 100;

/** Those that can be accepted, the newest first: their link has not expired, and who answers for them may invite. */
export async function listInvitations(db: Connection, now: number): Promise<PendingInvitation[]> {
  const rows = await db
    .selectFrom('invitations')
    .innerJoin('challenges', 'challenges.id', 'invitations.challenge_id')
    .innerJoin('accounts', 'accounts.id', 'invitations.invited_by')
    .selectAll('invitations')
    .select([
      'accounts.email as inviter_email',
      'challenges.created_at as sent_at',
      'challenges.expires_at as expires_at',
    ])
    .where('challenges.expires_at', '>', now)
    .where('accounts.status', '=', 'active')
    .where('accounts.role', 'in', rolesWith('accounts.manage'))
    .orderBy('invitations.id', 'desc')
    .limit(mostShown)
    .execute();
  const pending: PendingInvitation[] = [];
  for (const row of rows) pending.push({ ...row, titles: await findInvitedScope(db, row) });
  return pending;
}

/** What somebody is invited to work on; null: all titles. */
export async function findInvitedScope(
  db: Connection,
  { id, is_narrowed: isNarrowed }: InvitationRow,
): Promise<readonly ScopedTitle[] | null> {
  return isNarrowed === 0 ? null : findScopedTitles(db, { of: 'invitation', id });
}

export async function findInvitation(db: Connection, id: string): Promise<InvitationRow | undefined> {
  return db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findInvitationOfChallenge(
  db: Connection,
  challengeId: string,
): Promise<InvitationRow | undefined> {
  return db.selectFrom('invitations').selectAll().where('challenge_id', '=', challengeId).executeTakeFirst();
}

/** False when there is one for the address already. */
export async function insertInvitation(tx: Transaction, row: Insertable<InvitationsTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('invitations')
    .values(row)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** False when it is over. */
export async function renewInvitation(
  tx: Transaction,
  id: string,
  change: Pick<InvitationsTable, 'challenge_id' | 'invited_by'>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx.updateTable('invitations').set(change).where('id', '=', id).executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Removes an invitation that was accepted; its link was used up. */
export async function deleteInvitation(tx: Transaction, id: string): Promise<void> {
  await tx.deleteFrom('invitations').where('id', '=', id).execute();
}

/** Ends an invitation by taking away its link. False when it was over. */
export async function endInvitation(tx: Transaction, { challenge_id: id }: InvitationRow): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('challenges').where('id', '=', id).executeTakeFirst();
  return numDeletedRows === 1n;
}

/** The same for every one that an account answers for. */
export async function endInvitationsOf(tx: Transaction, accountId: string): Promise<void> {
  const own = tx.selectFrom('invitations').select('challenge_id').where('invited_by', '=', accountId);
  await tx.deleteFrom('challenges').where('id', 'in', own).execute();
}

/** The same for one that nobody has accepted in time, which upkeep has not come to yet. */
export async function endExpiredInvitation(tx: Transaction, email: string, now: number): Promise<void> {
  const own = tx.selectFrom('invitations').select('challenge_id').where('email', '=', email);
  await tx.deleteFrom('challenges').where('id', 'in', own).where('expires_at', '<=', now).execute();
}
