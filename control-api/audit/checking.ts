import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Connection, Database } from '../../server/db/port.ts';
import type { AuditEvent } from '../../server/kit/audit-events.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { AuditChainTable } from '../../server/db/tables/audit.ts';
import {
  breakInWords,
  type breakKinds,
  ChainWalk,
  wordOf,
  type ChainBreak,
  type ChainedRecord,
  type ChainReport,
  type Place,
} from './chain.ts';
import { readChain } from './chaining.ts';

/** Records looked at in one go, so that memory stays bounded and others are let in between. */
const readAtOnce = 1000;

/**
 * Goes along the whole chain, from the first record that is kept to the last one, while others write, chain and remove.
 * It changes nothing.
 * @param options.noted heads of before that must be in it
 * @returns undefined when it was aborted
 */
export async function walkChain(
  db: Connection,
  options: { readonly signal?: AbortSignal; readonly noted?: readonly Place[] } = {},
): Promise<ChainReport | undefined> {
  let beginning = await beginningOf(db);
  const walk = new ChainWalk(beginning, options.noted);
  while (!options.signal?.aborted) {
    const records = await recordsAfter(db, walk.at.sequence);
    const [first] = records;
    if (!first) {
      const { last, ...head } = await endOf(db);
      if (last <= walk.at.sequence) return walk.end(head, await wrongWith(db, beginning));
      continue;
    }
    if (first.sequence !== walk.at.sequence + 1) {
      // What is not there may just have been removed for its age.
      const now = await beginningOf(db);
      if (now.sequence > walk.at.sequence) {
        beginning = now;
        walk.skipTo(now);
        continue;
      }
    }
    for (const record of records) walk.take(record);
    await otherWork();
  }
  return undefined;
}

/** The place before the first record that is kept. */
async function beginningOf(db: Connection): Promise<Place> {
  const { removed_sequence: sequence, removed_hash: hash } = await readChain(db);
  return { sequence, hash };
}

/** What moves the beginning of the chain (`retention.ts`) leaves a record of it in the same transaction. */
async function wrongWith(db: Connection, beginning: Place): Promise<readonly ChainBreak[]> {
  if (beginning.sequence === 0) return [];
  const removals = await db
    .selectFrom('audit_log')
    .select('after')
    .where('event', '=', 'audit.forgotten' satisfies AuditEvent)
    .orderBy('id', 'desc')
    // More than one, for another process may just be removing more.
    .limit(10)
    .execute();
  const word = JSON.stringify(beginning);
  if (removals.some(({ after }) => after === word)) return [];
  return [{ kind: 'beginning_unknown', sequence: beginning.sequence, id: null }];
}

/** What was chained last, and the greatest number that a record has: the same, unless somebody interfered. */
async function endOf(db: Connection): Promise<Place & { readonly last: number }> {
  const last = sql<number>`coalesce((select max(sequence) from audit_log where sequence is not null), 0)`.as('last');
  return db.selectFrom('audit_chain').select(['sequence', 'hash', last]).executeTakeFirstOrThrow();
}

async function recordsAfter(db: Connection, sequence: number): Promise<readonly ChainedRecord[]> {
  const records = await db
    .selectFrom('audit_log')
    .selectAll()
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(readAtOnce)
    .execute();
  return records as readonly ChainedRecord[];
}

/** How often the whole chain is looked at. */
const checkEveryMs = 86_400_000;

export interface ChainCheckDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Checks the whole chain once a day and keeps what was found. The log of the server gets the head: where that is kept
 * elsewhere, a chain that somebody writes anew no longer agrees with it.
 */
export async function checkWhenDue({ db, clock, logger }: ChainCheckDeps, signal: AbortSignal): Promise<void> {
  const { checked_at: before } = await readChain(db);
  const now = clock.now();
  // One in the future is of a clock that was wrong.
  if (before !== null && before <= now && now - before < checkEveryMs) return;
  const report = await walkChain(db, { signal });
  if (!report) return;
  const { checked, breaks, firstBreak, head } = report;
  await db
    .updateTable('audit_chain')
    .set({
      checked_at: clock.now(),
      checked_records: checked,
      breaks,
      first_break: firstBreak ? JSON.stringify(firstBreak) : null,
    })
    .execute();
  const found = { records: checked, head: wordOf(head), breaks };
  if (firstBreak) logger.error(found, `the chain of the audit log is broken: ${breakInWords(firstBreak)}`);
  else logger.info(found, 'the chain of the audit log is whole');
}

/** A break that can be found without a head that was noted. */
type FoundBreak = ChainBreak & { readonly kind: (typeof breakKinds)[number] };

/** What the last check of the chain found first; undefined when it was whole. */
export function firstBreakIn({ first_break: found }: Pick<AuditChainTable, 'first_break'>): FoundBreak | undefined {
  return found === null ? undefined : (JSON.parse(found) as FoundBreak);
}
