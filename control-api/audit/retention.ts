import { setImmediate as otherWork } from 'node:timers/promises';
import type { Database } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Place } from './chain.ts';
import { holdChain, readChain } from './chaining.ts';

/** Records read or removed by one statement: others wait for it. */
const atOnce = 500;

/** What the log itself is called where it is the subject of a record. */
export const auditLogSubject = 'audit-log';

export interface RetentionOptions {
  readonly db: Database;
  readonly audit: Audit;
}

/**
 * Removes the records of before `time` (milliseconds since the epoch), until `signal` aborts. They go from the beginning
 * of the chain up to the first one that is to be kept, so that what stays is a chain; a record behind that one which says
 * that it is older, because a clock was wrong, stays until its turn comes. Where the chain begins then is kept, and that
 * it was done is a record itself, before anything is removed.
 * @returns how many were removed
 */
export async function forgetOldRecords(
  { db, audit }: RetentionOptions,
  time: number,
  signal: AbortSignal,
): Promise<number> {
  const last = await lastBefore(db, time, signal);
  if (last)
    await db.transaction().execute(async (tx) => {
      const before = await holdChain(tx);
      if (before.removed_sequence >= last.sequence) return;
      await tx.updateTable('audit_chain').set({ removed_sequence: last.sequence, removed_hash: last.hash }).execute();
      await audit.record(tx, {
        event: 'audit.forgotten',
        subject: auditLogSubject,
        before: { sequence: before.removed_sequence, hash: before.removed_hash },
        after: { sequence: last.sequence, hash: last.hash },
      });
    });
  return deleteForgotten(db, signal);
}

/** The last record of those from the beginning that are all of before `time`; undefined when there is none. */
async function lastBefore(db: Database, time: number, signal: AbortSignal): Promise<Place | undefined> {
  let last: Place | undefined;
  let sequence = (await readChain(db)).removed_sequence;
  while (!signal.aborted) {
    const records = await db
      .selectFrom('audit_log')
      .select(['sequence', 'hash', 'at'])
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(atOnce)
      .execute();
    const kept = records.findIndex(({ at }) => at >= time);
    const removed = (kept < 0 ? records : records.slice(0, kept)).at(-1);
    if (removed) last = { sequence: Number(removed.sequence), hash: removed.hash ?? '' };
    if (!removed || kept >= 0) return last;
    sequence = last?.sequence ?? sequence;
    await otherWork();
  }
  return undefined;
}

/** Deletes what lies before the beginning of the chain, also what an earlier run did not come to. */
async function deleteForgotten(db: Database, signal: AbortSignal): Promise<number> {
  const { removed_sequence: last } = await readChain(db);
  let deleted = 0;
  while (!signal.aborted) {
    const some = db
      .selectFrom('audit_log')
      .select('id')
      .where('sequence', '<=', last)
      .orderBy('sequence')
      .limit(atOnce);
    const { numDeletedRows } = await db.deleteFrom('audit_log').where('id', 'in', some).executeTakeFirstOrThrow();
    deleted += Number(numDeletedRows);
    if (numDeletedRows < atOnce) break;
    await otherWork();
  }
  return deleted;
}
