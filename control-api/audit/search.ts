import { setImmediate as otherWork } from 'node:timers/promises';
import type { Selectable } from 'kysely';
import type { Connection } from '../../server/db/port.ts';
import type { AuditLogTable } from '../../server/db/tables/audit.ts';
import type { AuditEvent } from '../../server/kit/audit-events.ts';
import { leastIdOf } from '../../server/kit/ids.ts';

export type AuditRow = Selectable<AuditLogTable>;

/** Which records; what is undefined does not narrow them down. */
export interface AuditFilter {
  /** Any of these; at least one. */
  readonly subjects: readonly string[] | undefined;
  readonly actors: readonly string[] | undefined;
  readonly address: string | undefined;
  /** Any of these; at least one. */
  readonly events: readonly string[] | undefined;
  /** Not before, in milliseconds since the epoch. */
  readonly from: number | undefined;
  /** Before. */
  readonly to: number | undefined;
}

/** Nothing is narrowed down. */
export const everything: AuditFilter = {
  subjects: undefined,
  actors: undefined,
  address: undefined,
  events: undefined,
  from: undefined,
  to: undefined,
};

/** Records that one statement reads: the embedded database lets nobody else in meanwhile. */
const readAtOnce = 1000;

/** Records that are looked at for one page: about half a second, in pieces. */
const usuallyLookedAt = 100_000;

/**
 * Ids sort by the time at which they were made, but never go back when the clock is set back. So they say where to look
 * for records of a time, this much earlier and later, and `at` says which they are.
 */
const clockStepMs = 3_600_000;

/** Whether a record is one of those. */
function fits(row: AuditRow, { subjects, actors, address, events, from = 0, to = Infinity }: AuditFilter): boolean {
  return (
    (subjects === undefined || subjects.includes(row.subject)) &&
    (actors === undefined || (row.actor !== null && actors.includes(row.actor))) &&
    (address === undefined || row.address === address) &&
    (events === undefined || events.includes(row.event)) &&
    row.at >= from &&
    row.at < to
  );
}

/** Below this id, or at the end of the log. */
type Below = string | undefined;

/** What narrows the records down that an index leads to; the rest is looked at record by record. */
function narrowest({ subjects, actors, address, events }: AuditFilter) {
  if (subjects !== undefined) return { column: 'subject', values: subjects } as const;
  if (actors !== undefined) return { column: 'actor', values: actors } as const;
  if (address !== undefined) return { column: 'address', values: [address] } as const;
  return events && ({ column: 'event', values: events } as const);
}

/** The newest records below an id that may fit, of all that the index of one column leads to. */
async function readWindow(db: Connection, filter: AuditFilter, below: Below, limit: number): Promise<AuditRow[]> {
  const { from, to } = filter;
  let all = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(limit);
  if (below !== undefined) all = all.where('id', '<', below);
  if (from !== undefined) all = all.where('id', '>=', leastIdOf('audit', Math.max(0, from - clockStepMs)));
  if (to !== undefined) all = all.where('id', '<', leastIdOf('audit', to + clockStepMs));
  const by = narrowest(filter);
  if (!by) return all.execute();
  // Each value for itself, so that none of them reads and sorts more than the window.
  const [first, ...others] = by.values.map((value) =>
    db.selectFrom(all.where(by.column, '=', value).as('of_value')).selectAll(),
  );
  if (!first) return [];
  if (others.length === 0) return first.orderBy('id', 'desc').execute();
  const union = others.reduce((so, next) => so.unionAll(next), first);
  return db.selectFrom(union.as('of_values')).selectAll().orderBy('id', 'desc').limit(limit).execute();
}

/** Some of the log, newest first: what was looked at, and which of it fits. */
interface Window {
  readonly rows: readonly AuditRow[];
  readonly lookedAt: number;
  /** The id of the last one that was looked at. */
  readonly last: string;
}

/** The records that fit, newest first, window by window; each is read when the one before was used. */
async function* windows(
  db: Connection,
  filter: AuditFilter,
  below: Below,
  limit = readAtOnce,
): AsyncGenerator<Window, void> {
  for (let next = below; ;) {
    const rows = await readWindow(db, filter, next, limit);
    const last = rows.at(-1)?.id;
    if (last === undefined) return;
    yield { rows: rows.filter((row) => fits(row, filter)), lookedAt: rows.length, last };
    if (rows.length < limit) return;
    next = last;
    await otherWork();
  }
}

/** Whether an index alone leads to the records, so that none is looked at that does not fit. */
function isExact({ subjects, actors, address, events, from, to }: AuditFilter): boolean {
  const narrowing = [subjects, actors, address, events].filter((one) => one !== undefined);
  return narrowing.length <= 1 && from === undefined && to === undefined;
}

/**
 * A page of the log, newest first, of the records below an id. After a hundred thousand records it ends
 * early, with fewer than `limit`: who goes on at `next` gets the rest.
 * @returns next the id below which the next page begins; null when there is none
 */
export async function listAuditRecords(
  db: Connection,
  filter: AuditFilter,
  page: { readonly cursor: string | undefined; readonly limit: number; readonly mostLookedAt?: number },
): Promise<{ readonly rows: AuditRow[]; readonly next: string | null }> {
  const { cursor, limit, mostLookedAt = usuallyLookedAt } = page;
  const found: AuditRow[] = [];
  let lookedAt = 0;
  for await (const window of windows(db, filter, cursor, isExact(filter) ? limit + 1 : readAtOnce)) {
    found.push(...window.rows);
    lookedAt += window.lookedAt;
    const last = found[limit - 1];
    if (last && found.length > limit) return { rows: found.slice(0, limit), next: last.id };
    if (lookedAt >= mostLookedAt) return { rows: found, next: window.last };
  }
  return { rows: found, next: null };
}

/** All records that fit, newest first, some at a time. */
export async function* readAuditRecords(
  db: Connection,
  filter: AuditFilter,
): AsyncGenerator<readonly AuditRow[], void> {
  for await (const { rows } of windows(db, filter, undefined)) if (rows.length > 0) yield rows;
}

/** Events whose records may have the tag of an address. */
const taggedEvents: readonly AuditEvent[] = [
  'account.created',
  'account.email-changed',
  'account.erased',
  'account.locked',
  'invitation.accepted',
  'invitation.created',
  'invitation.sent-again',
  'invitation.withdrawn',
];

/** Subjects that one address may lead to. */
const mostTagged = 20;

/**
 * What was changed with an address in it, by the tags that stand for it: accounts that had it, invitations that went
 * there. The newest, of a hundred thousand records that may have one.
 * @param ends last parts of tags
 */
export async function findTagged(db: Connection, ends: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  let lookedAt = 0;
  for await (const rows of readAuditRecords(db, { ...everything, events: taggedEvents })) {
    for (const { subject, before, after } of rows)
      if (ends.some((end) => before?.includes(end) || after?.includes(end))) found.add(subject);
    lookedAt += rows.length;
    if (found.size >= mostTagged || lookedAt >= usuallyLookedAt) break;
  }
  return [...found].slice(0, mostTagged);
}

/** How many records are not chained yet. */
export async function countWaiting(db: Connection): Promise<number> {
  const { count } = await db
    .selectFrom('audit_log')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('sequence', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}
