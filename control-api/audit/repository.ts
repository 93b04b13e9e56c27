import type { Selectable } from 'kysely';
import type { Connection, Transaction } from '../../server/db/port.ts';
import type { AuditLogTable } from '../../server/db/tables/audit.ts';
import type { WriteAuditRecord } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { newId } from '../../server/kit/ids.ts';

export type AuditRow = Selectable<AuditLogTable>;

/** Adds records to the log. */
export function auditLog(clock: Clock): WriteAuditRecord {
  return async (tx: Transaction, record) => {
    await tx
      .insertInto('audit_log')
      .values({
        id: newId('audit'),
        at: clock.now(),
        event: record.event,
        subject: record.subject,
        actor: record.actor,
        before: record.before && JSON.stringify(record.before),
        after: record.after && JSON.stringify(record.after),
        request_id: record.requestId,
        address: record.address,
      })
      .execute();
  };
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
