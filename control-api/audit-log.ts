import type { Transaction } from '../server/db/port.ts';
import type { WriteAuditRecord } from '../server/http/writes/audit.ts';
import type { Clock } from '../server/kit/clock.ts';
import { newId } from '../server/kit/ids.ts';

/**
 * Adds records to the audit log. Shared by all features, because what an operator does at the machine itself is recorded
 * as well; reading the log is in `audit/`.
 */
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
