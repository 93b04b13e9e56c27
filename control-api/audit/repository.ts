import type { Selectable } from 'kysely';
import type { Connection } from '../../server/db/port.ts';
import type { AuditLogTable } from '../../server/db/tables/audit.ts';

export type AuditRow = Selectable<AuditLogTable>;

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
