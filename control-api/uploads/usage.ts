import { sql, type Expression, type SqlBool } from 'kysely';
import type { Connection, Database } from '../../server/db/port.ts';
import { dayMs, type Begun, type Usage } from './quota.ts';

/** Declared bytes; of uploads that ended without becoming an asset, what had come, once that is known. */
const countedBytes = sql<number>`case when uploads.state in ('terminated', 'expired') then coalesce(uploads.received_bytes, uploads.bytes) else uploads.bytes end`;

/** All but those that ended before a byte came. */
const counts = sql<SqlBool>`coalesce(uploads.received_bytes, 1) > 0`;

/** A sum; 0 of no rows. */
const orNothing = (query: Expression<unknown>) => sql<number>`coalesce(${query}, 0)`;

/** What each of these accounts has. One statement: an upload that becomes an asset meanwhile is counted once. */
function usageOf(db: Connection, now: number) {
  return db.selectFrom('accounts').select((account) => {
    const ofOwner = account.selectFrom('uploads').whereRef('uploads.owner_id', '=', 'accounts.id');
    const open = ofOwner.where('uploads.state', '=', 'receiving').where('uploads.expires_at', '>', now);
    const ofDay = ofOwner.where('uploads.created_at', '>', now - dayMs).where(counts);
    const assets = account
      .selectFrom('assets')
      .whereRef('assets.owner_id', '=', 'accounts.id')
      .where('assets.state', '!=', 'deleted');
    const openBytes = orNothing(open.select((eb) => eb.fn.sum('uploads.bytes').as('bytes')));
    const assetBytes = orNothing(assets.select((eb) => eb.fn.sum('assets.source_bytes').as('bytes')));
    return [
      'accounts.id',
      'accounts.email',
      orNothing(open.select((eb) => eb.fn.countAll().as('count'))).as('open'),
      orNothing(ofDay.select((eb) => eb.fn.countAll().as('count'))).as('begun'),
      orNothing(ofDay.select((eb) => eb.fn.sum(countedBytes).as('bytes'))).as('begunBytes'),
      sql<number>`${openBytes} + ${assetBytes}`.as('storedBytes'),
    ];
  });
}

/** What an account has. */
export async function findUsage(db: Connection, accountId: string, now: number): Promise<Usage> {
  const found = await usageOf(db, now).where('accounts.id', '=', accountId).executeTakeFirst();
  return found ?? { open: 0, begun: 0, begunBytes: 0, storedBytes: 0 };
}

/** What each account has, those that store most first; accounts that have nothing are left out. */
export async function findHeaviest(
  db: Database,
  now: number,
  limit: number,
): Promise<readonly (Usage & { readonly id: string; readonly email: string | null })[]> {
  return db
    .selectFrom(usageOf(db, now).as('usage'))
    .selectAll()
    .where((eb) => eb.or([eb('storedBytes', '>', 0), eb('begun', '>', 0), eb('open', '>', 0)]))
    .orderBy('storedBytes', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What counts for the day of an account, oldest first. */
export async function findBegun(
  db: Connection,
  accountId: string,
  now: number,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<readonly Begun[]> {
  return db
    .selectFrom('uploads')
    .select(['created_at as at', countedBytes.as('bytes')])
    .where('owner_id', '=', accountId)
    .where('created_at', '>', now - dayMs)
    .where(counts)
    .orderBy('created_at')
    .limit(limit)
    .execute();
}
