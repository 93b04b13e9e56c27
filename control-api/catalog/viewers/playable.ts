import { sql } from 'kysely';
import type { Database } from '../../../server/db/port.ts';
import { everyTitle, TitleScope } from '../../../server/kit/title-scope.ts';
import { rootWithin } from '../../title-scope.ts';
import type { OfferedMarker } from '../../markers.ts';
import { markerColumnNames, offeredMarkers } from '../streaming/markers.ts';
import { isReleased, type Onlooker } from '../release/released.ts';

/** What somebody wants to watch. */
export type Wanted = { readonly titleId: string } | { readonly assetId: string };

/** A title whose video may be asked for. */
export interface Playable {
  readonly titleId: string;
  readonly assetId: string | null;
  /** Whether everybody may watch it. */
  readonly isFree: boolean;
  /** Short side in pixels of the best picture; undefined: whatever there is. */
  readonly topRung: number | undefined;
  /** From when on it is there no more, in milliseconds since the epoch; undefined: it stays. */
  readonly closesAt: number | undefined;
  /** What players offer to skip. */
  readonly markers: readonly OfferedMarker[];
}

/**
 * The title that somebody wants to watch, if it is there for them; for staff (a scope) as long as it is one of theirs
 * and not deleted. What is not released, what is above a limit and what does not exist are one case, for one statement.
 */
export async function findPlayable(
  db: Database,
  wanted: Wanted,
  by: Onlooker | TitleScope,
): Promise<Playable | undefined> {
  const onlooker = by instanceof TitleScope ? undefined : by;
  let query = db
    .selectFrom('titles')
    .leftJoin('titles as parents', 'parents.id', 'titles.parent_id')
    .innerJoin('titles as roots', 'roots.id', 'titles.root_id')
    .leftJoin('assets', 'assets.id', 'titles.asset_id')
    .select(['titles.id', 'titles.kind', 'titles.asset_id', 'titles.number', 'parents.number as season'])
    .select(['titles.top_rung', 'parents.top_rung as parent_rung', 'roots.top_rung as root_rung'])
    .select(['roots.free_episodes', 'assets.duration_ms'])
    .select(markerColumnNames.map((column) => `titles.${column}` as const))
    .where('titles.deleted_at', 'is', null)
    .where(rootWithin(by instanceof TitleScope ? by : everyTitle));
  query =
    'titleId' in wanted
      ? query.where('titles.id', '=', wanted.titleId)
      : query.where('titles.asset_id', '=', wanted.assetId);
  if (onlooker) {
    query = query.where(isReleased(sql.ref('titles.id'), onlooker));
    if (onlooker.maturityLimit !== null) query = query.where('titles.effective_maturity', '<=', onlooker.maturityLimit);
  }
  const row = await query.executeTakeFirst();
  if (!row) return undefined;
  const free = row.free_episodes ?? 0;
  const isFreeEpisode = row.kind === 'episode' && row.season === 1 && (row.number ?? Infinity) <= free;
  return {
    titleId: row.id,
    assetId: row.asset_id,
    isFree: row.kind === 'trailer' || isFreeEpisode || (row.kind === 'movie' && free > 0),
    topRung: row.top_rung ?? row.parent_rung ?? row.root_rung ?? undefined,
    markers: offeredMarkers(row, row.duration_ms ?? 0),
    closesAt: onlooker && (await closingOf(db, row.id, onlooker)),
  };
}

async function closingOf(db: Database, titleId: string, { region }: Onlooker): Promise<number | undefined> {
  const windows = await db
    .selectFrom('title_windows')
    .select(['region', 'closes_at'])
    .where('title_id', '=', titleId)
    .where('region', 'in', region === undefined ? ['*'] : [region, '*'])
    .execute();
  const window = windows.find((each) => each.region === region) ?? windows[0];
  return window?.closes_at ?? undefined;
}
