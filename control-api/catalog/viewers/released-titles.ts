import { sql, type RawBuilder } from 'kysely';
import type { Connection } from '../../../server/db/port.ts';
import type { AssetState } from '../../../server/db/tables/assets.ts';
import type { TermKind } from '../../../server/db/tables/terms.ts';
import type { TitleKind } from '../../../server/db/tables/titles.ts';
import { isReleased, isWindowOpen, type Onlooker } from '../release/released.ts';
import { everywhere } from '../release/windows.ts';
import { markerColumnNames, type MarkerColumns } from '../streaming/markers.ts';
import type { TermRow } from '../terms/repository.ts';
import type { TitleRow } from '../titles/repository.ts';

/** A title that is there for somebody. */
export interface ReleasedTitle extends Pick<
  TitleRow,
  | 'id'
  | 'kind'
  | 'parent_id'
  | 'root_id'
  | 'number'
  | 'asset_id'
  | 'original_language'
  | 'year'
  | 'effective_maturity'
  | keyof MarkerColumns
> {
  /** Its own, or that of what it is a part of; null: none of them names one. */
  readonly price_class: string | null;
  readonly slug: string | null;
  /** Of its video, as far as it has one: null before anything of it can be played. */
  readonly duration_ms: number | null;
  readonly asset_state: AssetState | null;
}

/** A place in a list: behind the title that opened then and has this id. */
export interface ListPlace {
  readonly opensAt: number;
  readonly id: string;
}

/** A title in a list of the newest. */
export interface ListedTitle extends ReleasedTitle {
  /** From when on it is there, for those who look. */
  readonly opens_at: number;
}

const priceClass = sql<string | null>`coalesce(titles.price_class,
  (select above.price_class from titles as above where above.id = titles.parent_id),
  (select above.price_class from titles as above where above.id = titles.root_id))`;

function released(db: Connection, onlooker: Onlooker) {
  let query = db
    .selectFrom('titles')
    .leftJoin('assets', 'assets.id', 'titles.asset_id')
    .leftJoin('slugs', (join) => join.onRef('slugs.subject_id', '=', 'titles.id').on('slugs.is_current', '=', 1))
    .select(['titles.id', 'titles.kind', 'parent_id', 'root_id', 'number', 'asset_id', 'original_language', 'year'])
    .select(['effective_maturity', 'slugs.slug', 'assets.duration_ms', 'assets.state as asset_state'])
    .select(markerColumnNames)
    .select(priceClass.as('price_class'));
  if (onlooker.maturityLimit !== null) query = query.where('effective_maturity', '<=', onlooker.maturityLimit);
  return query;
}

/**
 * One title, if it is there for somebody. What is not released and what does not exist are one case, decided by one
 * statement that does the same for both.
 */
export async function findReleased(db: Connection, id: string, onlooker: Onlooker): Promise<ReleasedTitle | undefined> {
  return released(db, onlooker)
    .where('titles.id', '=', id)
    .where(isReleased(sql.ref('titles.id'), onlooker))
    .executeTakeFirst();
}

/** Several, in no order; those that are not there are left out. */
export async function findAllReleased(
  db: Connection,
  ids: readonly string[],
  onlooker: Onlooker,
): Promise<ReleasedTitle[]> {
  if (ids.length === 0) return [];
  return released(db, onlooker)
    .where('titles.id', 'in', ids)
    .where(isReleased(sql.ref('titles.id'), onlooker))
    .execute();
}

/** The same by any address that it has or had. */
export async function findReleasedBySlug(
  db: Connection,
  slug: string,
  onlooker: Onlooker,
): Promise<ReleasedTitle | undefined> {
  return released(db, onlooker)
    .innerJoin('slugs as asked', 'asked.subject_id', 'titles.id')
    .where('asked.of', '=', 'title')
    .where('asked.slug', '=', slug)
    .where(isReleased(sql.ref('titles.id'), onlooker))
    .executeTakeFirst();
}

/** What is there of the parts of a title, in the order of their numbers, behind `after`. */
export async function listReleasedParts(
  db: Connection,
  page: {
    readonly parentId: string;
    readonly kind: TitleKind;
    readonly after: number | undefined;
    readonly limit: number;
  },
  onlooker: Onlooker,
): Promise<ReleasedTitle[]> {
  let query = released(db, onlooker)
    .where('parent_id', '=', page.parentId)
    .where('kind', '=', page.kind)
    .where('titles.deleted_at', 'is', null)
    .where(isReleased(sql.ref('titles.id'), onlooker))
    .orderBy('number')
    .limit(page.limit);
  if (page.after !== undefined) query = query.where('number', '>', page.after);
  return query.execute();
}

/** How many of the parts of a title are there. */
export async function countReleasedParts(
  db: Connection,
  parentIds: readonly string[],
  kind: TitleKind,
  onlooker: Onlooker,
): Promise<ReadonlyMap<string, number>> {
  if (parentIds.length === 0) return new Map();
  let query = db
    .selectFrom('titles')
    .select((expression) => ['parent_id', expression.fn.countAll<number>().as('parts')])
    .where('parent_id', 'in', parentIds)
    .where('kind', '=', kind)
    .where('deleted_at', 'is', null)
    .where(isReleased(sql.ref('titles.id'), onlooker))
    .groupBy('parent_id');
  if (onlooker.maturityLimit !== null) query = query.where('effective_maturity', '<=', onlooker.maturityLimit);
  const rows = await query.execute();
  return new Map(rows.map(({ parent_id, parts }) => [parent_id as string, parts]));
}

/**
 * The newest titles of some kinds, behind a place. Each kind, and the windows of the region and of everywhere, are
 * read from one index from the newest on; the windows of everywhere count where the title has none of the region.
 */
export async function listNewest(
  db: Connection,
  page: { readonly kinds: readonly TitleKind[]; readonly after: ListPlace | undefined; readonly limit: number },
  onlooker: Onlooker,
): Promise<ListedTitle[]> {
  const regions = onlooker.region === undefined ? [everywhere] : [onlooker.region, everywhere];
  const lists = page.kinds.flatMap((kind) => regions.map((region) => newestOf(kind, region, page, onlooker)));
  const union = sql.join(lists, sql` union all `);
  const { rows: places } = await sql<{ title_id: string; opens_at: number | string }>`
    select title_id, opens_at from (${union}) as newest
    order by opens_at desc, title_id desc limit ${page.limit}`.execute(db);
  if (places.length === 0) return [];
  const titles = await released(db, onlooker)
    .where(
      'titles.id',
      'in',
      places.map((place) => place.title_id),
    )
    .execute();
  const byId = new Map(titles.map((title) => [title.id, title]));
  return places.flatMap(({ title_id, opens_at }) => {
    const title = byId.get(title_id);
    return title ? [{ ...title, opens_at: Number(opens_at) }] : [];
  });
}

/** The same of the titles that have a term. There are a few thousand at most: they are looked at one by one. */
export async function listOfTerm(
  db: Connection,
  page: {
    readonly termId: string;
    readonly kinds: readonly TitleKind[];
    readonly after: ListPlace | undefined;
    readonly limit: number;
  },
  onlooker: Onlooker,
): Promise<ListedTitle[]> {
  let query = released(db, onlooker)
    .innerJoin('title_terms', 'title_terms.title_id', 'titles.id')
    .innerJoin('title_windows as w', 'w.title_id', 'titles.id')
    .select('w.opens_at')
    .distinct()
    .where('title_terms.term_id', '=', page.termId)
    .where('titles.kind', 'in', page.kinds)
    .where(isWindowOpen('w', onlooker))
    .orderBy('w.opens_at', 'desc')
    .orderBy('titles.id', 'desc')
    .limit(page.limit);
  if (page.after)
    query = query.where(sql<boolean>`(w.opens_at, titles.id) < (${page.after.opensAt}, ${page.after.id})`);
  return query.execute();
}

/** What staff put first, in their order. */
export async function listFeatured(db: Connection, onlooker: Onlooker): Promise<ReleasedTitle[]> {
  const places = await db.selectFrom('featured_titles').select('title_id').orderBy('position').execute();
  const ids = places.map(({ title_id }) => title_id);
  if (ids.length === 0) return [];
  const titles = await released(db, onlooker)
    .where('titles.id', 'in', ids)
    .where(isReleased(sql.ref('titles.id'), onlooker))
    .execute();
  const byId = new Map(titles.map((title) => [title.id, title]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Which of some terms have a title that is there; all of a kind when none are named. */
export async function findTermsInUse(
  db: Connection,
  which: { readonly kind: TermKind } | { readonly id: string },
  onlooker: Onlooker,
): Promise<Pick<TermRow, 'id' | 'kind' | 'original_language'>[]> {
  const { maturityLimit } = onlooker;
  let query = db
    .selectFrom('terms')
    .select(['id', 'kind', 'original_language'])
    .where(({ exists, selectFrom }) => {
      const inUse = selectFrom('title_terms')
        .innerJoin('titles', 'titles.id', 'title_terms.title_id')
        .select('title_terms.term_id')
        .whereRef('title_terms.term_id', '=', 'terms.id')
        .where(isReleased(sql.ref('titles.id'), onlooker));
      return exists(maturityLimit === null ? inUse : inUse.where('effective_maturity', '<=', maturityLimit));
    })
    .orderBy('position')
    .orderBy('id');
  query = 'id' in which ? query.where('id', '=', which.id) : query.where('kind', '=', which.kind);
  return query.execute();
}

function newestOf(
  kind: TitleKind,
  region: string,
  { after, limit }: { readonly after: ListPlace | undefined; readonly limit: number },
  { region: own, now, maturityLimit }: Onlooker,
): RawBuilder<unknown> {
  const onlyWithoutOwn =
    region === everywhere && own !== undefined
      ? sql`and not exists (select 1 from title_windows as o where o.title_id = w.title_id and o.region = ${own})`
      : sql``;
  const behind = after ? sql`and (w.opens_at, w.title_id) < (${after.opensAt}, ${after.id})` : sql``;
  const forAge =
    maturityLimit === null
      ? sql``
      : sql`and exists (select 1 from titles as t where t.id = w.title_id and t.effective_maturity <= ${maturityLimit})`;
  return sql`select * from (
    select w.title_id, w.opens_at from title_windows as w
    where w.kind = ${kind} and w.region = ${region} and w.opens_at <= ${now}
      and (w.closes_at is null or w.closes_at > ${now}) ${onlyWithoutOwn} ${behind} ${forAge}
    order by w.opens_at desc, w.title_id desc limit ${limit}) as part`;
}
