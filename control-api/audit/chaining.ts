import { setImmediate as otherWork } from 'node:timers/promises';
import type { Selectable } from 'kysely';
import type { Connection, Database, Transaction } from '../../server/db/port.ts';
import type { AuditChainTable } from '../../server/db/tables/audit.ts';
import { chainHash, type Place } from './chain.ts';

/** Records chained in one transaction, which others may wait for. */
const chainedAtOnce = 200;

/** How far the log is chained, and what was found when it was last checked. */
export async function readChain(db: Connection): Promise<Selectable<AuditChainTable>> {
  return db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow();
}

/** Holds the state of the chain until the transaction ends, and returns it as it is now. No write of a record waits for it. */
export async function holdChain(tx: Transaction): Promise<Selectable<AuditChainTable>> {
  return tx
    .updateTable('audit_chain')
    .set((eb) => ({ sequence: eb.ref('sequence') }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Whether there is something to chain: asked first, for it takes no lock. */
async function isAnyWaiting(db: Database, now: number): Promise<boolean> {
  const found = await db
    .selectFrom('audit_log')
    .select('id')
    .where('sequence', 'is', null)
    .where('open_until', '<=', now)
    // Or PostgreSQL might look for it from the beginning of the table, where none is.
    .orderBy('open_until')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/**
 * Chains records that are as they will stay, in the order in which they became visible, and those of one moment by their
 * ids. The state of the chain is held meanwhile, so that two processes that do it at the same time make one chain.
 * @param now milliseconds since the epoch: what was open until then is closed
 * @returns how many were chained
 */
export async function chainRecords(db: Database, now: number, signal: AbortSignal): Promise<number> {
  let chained = 0;
  while (!signal.aborted && (await isAnyWaiting(db, now))) {
    chained += await db.transaction().execute((tx) => chainSome(tx, now));
    await otherWork();
  }
  return chained;
}

async function chainSome(tx: Transaction, now: number): Promise<number> {
  const { sequence, hash } = await holdChain(tx);
  // Before they are read: who is just adding to one of them is waited for, and who comes later begins another.
  await tx
    .updateTable('audit_log')
    .set({ open_until: 0 })
    .where('sequence', 'is', null)
    .where('open_until', '>', 0)
    .where('open_until', '<=', now)
    .execute();
  const records = await tx
    .selectFrom('audit_log')
    .selectAll()
    .where('sequence', 'is', null)
    .where('open_until', '=', 0)
    .orderBy('id')
    .limit(chainedAtOnce)
    .execute();
  let last: Place = { sequence, hash };
  for (const record of records) {
    const next = last.sequence + 1;
    last = { sequence: next, hash: chainHash(last.hash, next, record) };
    await tx.updateTable('audit_log').set(last).where('id', '=', record.id).execute();
  }
  await tx.updateTable('audit_chain').set(last).execute();
  return records.length;
}
