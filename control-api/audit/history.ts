import type { Connection } from '../../server/db/port.ts';
import type { AuditLogTable } from '../../server/db/tables/audit.ts';

/** Something that happened to an account, or that was done to its sign-ins. */
export type HistoryRow = Pick<AuditLogTable, 'id' | 'at' | 'event' | 'actor' | 'address' | 'before' | 'after'>;

/** What of somebody's own doings is about how they get in, not about the rest of the service. */
const ownEvents = [
  'identity.linked',
  'identity.unlinked',
  'passkey.added',
  'passkey.changed',
  'passkey.removed',
  'sign-in.confirmed',
  'sign-in.ended',
  'sign-in.started',
];

/**
 * The newest records about an account: those of the account itself, and those of its sign-ins and passkeys, whose
 * subjects have ids of their own.
 * @returns at most `limit`, newest first
 */
export async function findHistory(db: Connection, accountId: string, limit: number): Promise<HistoryRow[]> {
  const columns = ['id', 'at', 'event', 'actor', 'address', 'before', 'after'] as const;
  const newest = db.selectFrom('audit_log').select(columns).orderBy('id', 'desc').limit(limit);
  const about = await newest.where('subject', '=', accountId).execute();
  const own = await newest
    .where('actor', '=', accountId)
    .where('subject', '!=', accountId)
    .where('event', 'in', ownEvents)
    .execute();
  return [...about, ...own].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
}
