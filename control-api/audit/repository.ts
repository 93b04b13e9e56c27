import type { Selectable } from 'kysely';
import type { Connection } from '../../server/db/port.ts';
import type { AuditLogTable } from '../../server/db/tables/audit.ts';
import { leastIdOf } from '../../server/kit/ids.ts';

export type AuditRow = Selectable<AuditLogTable>;

/** How many records one statement removes: others wait for it. */
const removedAtOnce = 1000;

/** Removes the records of before `time` (milliseconds since the epoch), until `signal` aborts; returns how many. */
export async function deleteAuditRecords(db: Connection, time: number, signal: AbortSignal): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    const old = db
      .selectFrom('audit_log')
      .select('id')
      .where('id', '<', leastIdOf('audit', time))
      .orderBy('id')
      .limit(removedAtOnce);
    const { numDeletedRows } = await db.deleteFrom('audit_log').where('id', 'in', old).executeTakeFirstOrThrow();
    removed += Number(numDeletedRows);
    if (numDeletedRows < removedAtOnce) break;
  }
  return removed;
}

/** Newest first, one more than `limit` when there are more. */
export async function listAuditRecords(
  db: Connection,
  page: {
    readonly subject: string | undefined;
    readonly actor: string | undefined;
    readonly cursor: string | undefined;
    readonly limit: number;
  },
): Promise<AuditRow[]> {
  let query = db
    .selectFrom('audit_log')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.subject !== undefined) query = query.where('subject', '=', page.subject);
  if (page.actor !== undefined) query = query.where('actor', '=', page.actor);
  if (page.cursor !== undefined) query = query.where('id', '<', page.cursor);
  return query.execute();
}
