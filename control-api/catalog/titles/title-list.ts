import { sql, type RawBuilder } from 'kysely';
import { foldText } from '../../../server/assets/title-keys.ts';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import type { Connection } from '../../../server/db/port.ts';
import type { TitleKind, TitleState } from '../../../server/db/tables/titles.ts';
import { rootWithin } from '../../title-scope.ts';
import { escapeLike } from '../../like-pattern.ts';
import { isWatched, titleKinds } from './kinds.ts';
import type { TitleRow } from './repository.ts';
import type { Lack } from './schemas.ts';

/** Which titles, from where on. */
export interface TitleListPage {
  readonly scope: TitleScope;
  readonly kind: TitleKind | undefined;
  /** Only series and movies, or only their parts. */
  readonly isRoot: boolean | undefined;
  readonly assetId: string | undefined;
  readonly state: TitleState | undefined;
  /** Only what is a part of it: in the order of their numbers; else the newest come first. */
  readonly parentId: string | undefined;
  readonly rootId: string | undefined;
  readonly deleted: boolean;
  /** Only those with this text anywhere in a name. */
  readonly search: string | undefined;
  /** Only those with a text in this language. */
  readonly language: string | undefined;
  /** Only those of a category, tag or person. */
  readonly termId: string | undefined;
  readonly missing: Lack | undefined;
  readonly after: { readonly number: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** One more than `limit` when there are more. */
export async function listTitles(db: Connection, page: TitleListPage): Promise<TitleRow[]> {
  let query = db
    .selectFrom('titles')
    .selectAll('titles')
    .where('deleted_at', page.deleted ? 'is not' : 'is', null)
    .where(rootWithin(page.scope))
    .limit(page.limit + 1);
  if (page.parentId === undefined) {
    query = query.orderBy('titles.id', 'desc');
    if (page.after) query = query.where('titles.id', '<', page.after.id);
  } else {
    query = query.where('parent_id', '=', page.parentId).orderBy('number').orderBy('titles.id');
    if (page.after) query = query.where(sql<boolean>`(number, titles.id) > (${page.after.number}, ${page.after.id})`);
  }
  if (page.rootId !== undefined) query = query.where('root_id', '=', page.rootId);
  if (page.isRoot !== undefined) query = query.where('parent_id', page.isRoot ? 'is' : 'is not', null);
  if (page.assetId !== undefined) query = query.where('asset_id', '=', page.assetId);
  if (page.kind !== undefined) query = query.where('kind', '=', page.kind);
  if (page.state !== undefined) query = query.where('state', '=', page.state);
  const folded = page.search === undefined ? '' : foldText(page.search);
  if (folded !== '')
    query = query.where(
      'titles.id',
      'in',
      db
        .selectFrom('title_texts')
        .select('title_id')
        .where(sql<boolean>`name_folded like ${`%${escapeLike(folded)}%`} escape '\\'`),
    );
  if (page.language !== undefined)
    query = query.where(
      sql<boolean>`exists (select 1 from title_texts as said
        where said.title_id = titles.id and said.language = ${page.language})`,
    );
  if (page.termId !== undefined)
    query = query.where(
      sql<boolean>`exists (select 1 from title_terms as had
        where had.title_id = titles.id and had.term_id = ${page.termId})`,
    );
  if (page.missing !== undefined) query = query.where(lacks(page.missing));
  return query.execute();
}

const isWatchedKind = sql`part.kind in (${sql.join(titleKinds.filter(isWatched))})`;

/**
 * That something is missing: of pictures those that a title shows, its own or of what it is a part of; of videos and
 * subtitles those of itself and of what is a part of it, for series and seasons have none.
 */
function lacks(what: Lack): RawBuilder<boolean> {
  if (what === 'picture')
    return sql<boolean>`not exists (select 1 from title_pictures as shown
      where shown.title_id in (titles.id, titles.parent_id, titles.root_id))`;
  const isLacking =
    what === 'video'
      ? sql`part.asset_id is null`
      : sql`not exists (select 1 from subtitles as track where track.title_id = part.id)`;
  return sql<boolean>`exists (select 1 from titles as part
    where (part.id = titles.id or part.parent_id = titles.id or part.root_id = titles.id)
      and part.deleted_at is null and ${isWatchedKind} and ${isLacking})`;
}
