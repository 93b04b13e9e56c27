import type { Database, Transaction } from '../server/db/port.ts';
import { auditWithoutRequest, type WriteAuditRecord } from '../server/http/writes/audit.ts';
import { toIso, type Clock } from '../server/kit/clock.ts';
import { newId } from '../server/kit/ids.ts';

const hourMs = 3_600_000;

/**
 * Adds records to the audit log. Shared by all features, because what an operator does at the machine itself is recorded
 * as well; reading the log is in `audit/`.
 */
export function auditLog(clock: Clock): WriteAuditRecord {
  return async (tx, record) => {
    const now = clock.now();
    const { event, subject } = record;
    const values = {
      actor: record.actor,
      before: record.before && JSON.stringify(record.before),
      request_id: record.requestId,
      address: record.address,
    };
    if (!record.perHour) {
      const after = record.after && JSON.stringify(record.after);
      await tx
        .insertInto('audit_log')
        .values({ id: newId('audit'), at: now, event, subject, after, ...values })
        .execute();
      return;
    }
    const known = await findOfThisHour(tx, event, subject, now);
    const times = 1 + (known?.times ?? 0);
    const after = JSON.stringify({ ...record.after, times, lastAt: toIso(now) });
    if (known)
      await tx
        .updateTable('audit_log')
        .set({ after, ...values })
        .where('id', '=', known.id)
        .execute();
    else
      await tx
        .insertInto('audit_log')
        .values({ id: newId('audit'), at: now, event, subject, after, ...values })
        .execute();
  };
}

/** The record of this event and subject that was begun within the running hour. */
async function findOfThisHour(tx: Transaction, event: string, subject: string, now: number) {
  const found = await tx
    .selectFrom('audit_log')
    .select(['id', 'at', 'after'])
    .where('subject', '=', subject)
    .where('event', '=', event)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!found || found.at < now - (now % hourMs)) return undefined;
  const { times } = JSON.parse(found.after ?? '{}') as { readonly times?: number };
  return { id: found.id, times: times ?? 0 };
}

/** Writes down that a signing key was replaced: `name` says for what it signs, the rest is ids of keys. */
export async function recordKeyChange(
  db: Database,
  clock: Clock,
  name: string,
  kids: { readonly before: string; readonly after: string },
): Promise<void> {
  const audit = auditWithoutRequest(auditLog(clock));
  await db
    .transaction()
    .execute((tx) =>
      audit.record(tx, {
        event: 'key.replaced',
        subject: `${name}-keys`,
        before: { key: kids.before },
        after: { key: kids.after },
      }),
    );
}
