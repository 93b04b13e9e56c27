import type { Database, Transaction } from '../server/db/port.ts';
import { auditWithoutRequest, type Facts, type WriteAuditRecord } from '../server/http/writes/audit.ts';
import { toIso, type Clock } from '../server/kit/clock.ts';
import { newId } from '../server/kit/ids.ts';
import { withoutAddresses, type AddressTags } from './address-tags.ts';

const hourMs = 3_600_000;

/** What changed, without addresses of people. */
function factsWithoutAddresses(facts: Facts, tags: AddressTags | undefined): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? withoutAddresses(fact, tags) : fact]),
  );
}

/**
 * Adds records to the audit log. No e-mail address gets into it, not in a reason either: tags stand for them. Shared by all features, because what an operator does at the machine itself is recorded
 * as well; reading the log is in `audit/`.
 * @param tags where there are keys: an operator at the machine works without them
 */
export function auditLog(clock: Clock, tags?: AddressTags): WriteAuditRecord {
  return async (tx, record) => {
    const now = clock.now();
    const { event, subject } = record;
    // Who did it last, where more of the same is added.
    const by = { actor: record.actor, request_id: record.requestId, address: record.address };
    const before = record.before && JSON.stringify(factsWithoutAddresses(record.before, tags));
    const facts = record.after && factsWithoutAddresses(record.after, tags);
    const add = async (rest: { readonly after: string | null; readonly open_until?: number }) => {
      await tx
        .insertInto('audit_log')
        .values({ id: newId('audit'), at: now, event, subject, before, ...by, ...rest })
        .execute();
    };
    if (!record.perHour) {
      await add({ after: facts && JSON.stringify(facts) });
      return;
    }
    const known = await findOpen(tx, event, subject, now);
    const after = (times: number) => JSON.stringify({ ...facts, times, lastAt: toIso(now) });
    if (known) {
      const { numUpdatedRows } = await tx
        .updateTable('audit_log')
        .set({ after: after(known.times + 1), ...by })
        .where('id', '=', known.id)
        // Not one that was closed, to be chained, since it was read.
        .where('open_until', '>', 0)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return;
    }
    await add({ after: after(1), open_until: now - (now % hourMs) + hourMs });
  };
}

/** The record of this event and subject that more can be added to: it was begun within the running hour. */
async function findOpen(tx: Transaction, event: string, subject: string, now: number) {
  const found = await tx
    .selectFrom('audit_log')
    .select(['id', 'after', 'open_until'])
    .where('subject', '=', subject)
    .where('event', '=', event)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!found || found.open_until <= now) return undefined;
  const { times = 0 } = JSON.parse(found.after ?? '{}') as { readonly times?: number };
  return { id: found.id, times };
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
