import { PostgresAdapter, sql } from 'kysely';
import { leastIdOf } from '../../../server/kit/ids.ts';
import type { Database } from '../../../server/db/port.ts';
import type { AuditRow } from '../search.ts';

/** The end of an id; they are in the order in which they are made. */
let made = 0;

/**
 * Adds a record of a time (milliseconds since the epoch), as it would be if it had been written then. `columns.at` is of
 * a clock that was wrong.
 * @returns its id
 */
export async function addRecord(
  db: Database,
  at: number,
  columns: Partial<Omit<AuditRow, 'id'>> = {},
): Promise<string> {
  made += 1;
  const digits = String(made).padStart(10, '0');
  const id = leastIdOf('audit', at).slice(0, -digits.length) + digits;
  const values = { event: 'asset.renamed', subject: 'asset_01ARZ3NDEKTSV4RRFFQ69G5FAV', ...columns };
  await db
    .insertInto('audit_log')
    .values({ id, at, ...values })
    .execute();
  return id;
}

/** Takes the guards off, as somebody could who may do everything to the database. */
export async function withoutGuards(db: Database): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  for (const table of ['audit_log', 'audit_chain'])
    for (const event of ['insert', 'update', 'delete'])
      await sql.raw(`drop trigger if exists ${table}_${event}${isPostgres ? ` on ${table}` : ''}`).execute(db);
}

/** The records that are chained, in their order. */
export async function chainedRecords(db: Database): Promise<AuditRow[]> {
  return db.selectFrom('audit_log').selectAll().where('sequence', 'is not', null).orderBy('sequence').execute();
}
