import { sql, type RawBuilder } from 'kysely';
import type { AssetState } from '../../server/db/tables/assets.ts';
import { foldText } from '../../server/assets/title-keys.ts';
import { displayText } from '../display-text.ts';
import { assetWithin, type ScopedWho } from '../title-scope.ts';
import { escapeLike } from '../like-pattern.ts';
import type { AssetOrder, AssetSort, Place } from './list-cursor.ts';
import { withFilename, type AssetRow, type Connection } from './repository.ts';
import { searchCharacters } from './schemas.ts';

/** Which assets, in which order, from where on. */
export interface AssetListPage extends AssetOrder {
  /** Who asks: what is not there for them is not in the list. */
  readonly by: ScopedWho;
  /** Only of this owner. */
  readonly ownerId: string | undefined;
  readonly state: AssetState | undefined;
  /** Only those whose title contains this text, or whose id begins with it. */
  readonly search: string | undefined;
  /** Only those of whose version something was lost or guessed. */
  readonly hasWarnings: boolean;
  readonly after: Place | undefined;
  readonly limit: number;
}

/** What is sorted by: columns with an index, the id behind them. */
const columns: Readonly<Record<AssetSort, 'id' | 'title_order' | 'duration_ms' | 'source_bytes' | 'state'>> = {
  added: 'id',
  title: 'title_order',
  duration: 'duration_ms',
  size: 'source_bytes',
  state: 'state',
};

/** The place of an asset in a list of this order. */
export function placeOf(row: AssetRow, sort: AssetSort): Place {
  return { value: row[columns[sort]], id: row.id };
}

/** The beginning of an id, when somebody may mean one: with or without its prefix, in any letters. */
function idStart(search: string): string | undefined {
  const digits = /^(?:asset_)?([0-9a-hjkmnp-tv-z]{4,26})$/i.exec(search)?.[1];
  return digits && `asset_${digits.toUpperCase()}`;
}

/**
 * A title is searched for a text anywhere in it, so each one is looked at, in an index that holds nothing else. Only the
 * beginning of an id is looked up. Of 100,000 titles SQLite took 45 ms when none matched, and up to 400 ms to sort those
 * that matched when they were most of them.
 */
function matching(search: string): RawBuilder<boolean> | undefined {
  const text = displayText(search, searchCharacters);
  const folded = foldText(text);
  if (folded === '') return undefined;
  const pattern = `%${escapeLike(folded)}%`;
  const title = sql<boolean>`assets.id in (select id from assets where title_folded like ${pattern} escape '\\')`;
  const start = idStart(text);
  // `~` is behind every digit and letter of an id.
  return start === undefined
    ? title
    : sql<boolean>`(${title} or (assets.id >= ${start} and assets.id < ${`${start}~`}))`;
}

/**
 * Warnings of the version whose warnings are shown: the one that is served, else the newest. The second condition is
 * for speed: few titles have warnings at all.
 */
const warned = sql<boolean>`
  exists (
    select 1 from warnings where warnings.version_id = coalesce(
      assets.current_version_id,
      (select id from versions where asset_id = assets.id order by number desc limit 1)
    )
  )
  and assets.id in (select asset_id from versions where id in (select version_id from warnings))`;

/** One more than `limit` when there are more. Deleted assets are not there. */
export async function listAssets(db: Connection, page: AssetListPage): Promise<AssetRow[]> {
  return selectAssets(db, page).execute();
}

export function selectAssets(db: Connection, page: AssetListPage) {
  const column = columns[page.sort];
  let query = withFilename(db)
    .where(assetWithin(page.by))
    .limit(page.limit + 1);
  if (column !== 'id') query = query.orderBy(`assets.${column}`, page.order);
  query = query.orderBy('assets.id', page.order);
  if (page.after) {
    const { value, id } = page.after;
    const beyond = page.order === 'asc' ? sql`>` : sql`<`;
    const key = sql.ref(`assets.${column}`);
    query = query.where(sql<boolean>`(${key}, assets.id) ${beyond} (${value}, ${id})`);
  }
  if (page.ownerId !== undefined) query = query.where('assets.owner_id', '=', page.ownerId);
  if (page.state !== undefined) query = query.where('assets.state', '=', page.state);
  const match = page.search === undefined ? undefined : matching(page.search);
  if (match) query = query.where(match);
  if (page.hasWarnings) query = query.where(warned);
  return query;
}
