import { sql, type RawBuilder } from 'kysely';
import type { Connection } from '../server/db/port.ts';
import type { Who } from '../server/kit/policy.ts';
import { canBeNarrowed, type Roots, type TitleScope } from '../server/kit/title-scope.ts';
import type { AccountRow } from './account.ts';

/** How what somebody works on (`TitleScope`) is looked up, and laid against tables. */

/** Somebody with what they work on. */
export type ScopedWho = Pick<Who, 'accountId'> & { readonly scope: TitleScope };

/** What an account works on, as the database knows it now. */
export async function findRoots(
  db: Connection,
  account: Pick<AccountRow, 'id' | 'role' | 'is_narrowed'>,
): Promise<Roots> {
  if (account.is_narrowed === 0 || !canBeNarrowed(account.role)) return 'all';
  const rows = await db.selectFrom('staff_scopes').select('title_id').where('account_id', '=', account.id).execute();
  return new Set(rows.map((row) => row.title_id));
}

/** Whether a title is there for somebody, by the column with its series or movie. */
export function rootWithin({ roots }: TitleScope, rootId = 'titles.root_id'): RawBuilder<boolean> {
  if (roots === undefined) return sql`1 = 1`;
  return roots.length === 0 ? sql`1 = 0` : sql`${sql.ref(rootId)} in (${sql.join(roots)})`;
}

/**
 * Whether an asset is there for somebody: what they brought themselves, and what titles have that they work on. For
 * queries of `assets`.
 */
export function assetWithin({ accountId, scope }: ScopedWho): RawBuilder<boolean> {
  if (scope.roots === undefined) return sql`1 = 1`;
  return sql`(assets.owner_id = ${accountId} or exists (
    select 1 from titles where titles.asset_id = assets.id and titles.deleted_at is null and ${rootWithin(scope)}
  ))`;
}

/** Those of these assets that are there for somebody, deleted or not. */
export async function assetsWithin(
  db: Connection,
  who: ScopedWho,
  assetIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (who.scope.roots === undefined || assetIds.length === 0) return new Set(assetIds);
  const rows = await db.selectFrom('assets').select('id').where('id', 'in', assetIds).where(assetWithin(who)).execute();
  return new Set(rows.map(({ id }) => id));
}

/** The same for one asset. */
export async function isAssetWithin(db: Connection, who: ScopedWho, assetId: string): Promise<boolean> {
  return (await assetsWithin(db, who, [assetId])).has(assetId);
}
