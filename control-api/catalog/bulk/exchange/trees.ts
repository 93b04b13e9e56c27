import type { Connection } from '../../../../server/db/port.ts';
import { toIso } from '../../../../server/kit/clock.ts';
import type { TitleKind } from '../../../../server/db/tables/titles.ts';
import type { Maturity } from '../../titles/maturity.ts';
import type { ReleaseRow, TitleRow } from '../../titles/repository.ts';
import { markersOf } from '../../streaming/markers.ts';
import type { TitleText } from '../../titles/texts.ts';
import { readTermsOf, type KnownTerm } from './terms.ts';
import type { ExchangedTitle } from './schemas.ts';

/** A title with everything that staff say of it. */
export interface WholeTitle {
  readonly row: TitleRow;
  /** In the order of their languages. */
  readonly texts: readonly TitleText[];
  /** In the order of their regions. */
  readonly releases: readonly ReleaseRow[];
  /** In their order. */
  readonly terms: readonly KnownTerm[];
  /** Undefined where it has no address: all but roots. */
  readonly slug: string | undefined;
  /** In their order. */
  readonly formerSlugs: readonly string[];
}

const kindOrder: readonly TitleKind[] = ['series', 'movie', 'season', 'episode', 'trailer', 'extra'];
/** By code units, as no database does it: what is written is the same wherever it comes from. */
const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Everything that is there under some roots, parents before their parts, in the order of kinds and numbers. */
export async function readTrees(db: Connection, rootIds: readonly string[]): Promise<readonly WholeTitle[]> {
  if (rootIds.length === 0) return [];
  const rows = await db
    .selectFrom('titles')
    .selectAll()
    .where('root_id', 'in', rootIds)
    .where('deleted_at', 'is', null)
    .execute();
  const present = db.selectFrom('titles').select('id').where('root_id', 'in', rootIds).where('deleted_at', 'is', null);
  const texts = await db.selectFrom('title_texts').selectAll().where('title_id', 'in', present).execute();
  const releases = await db.selectFrom('releases').selectAll().where('title_id', 'in', present).execute();
  const termsOf = await readTermsOf(db, rootIds);
  const slugs = await db
    .selectFrom('slugs')
    .select(['slug', 'subject_id', 'is_current'])
    .where('of', '=', 'title')
    .where('subject_id', 'in', rootIds)
    .execute();
  const textsOf = Map.groupBy(texts, (text) => text.title_id);
  const releasesOf = Map.groupBy(releases, (release) => release.title_id);
  const slugsOf = Map.groupBy(slugs, (slug) => slug.subject_id);
  return inOrder(rows).map((row) => {
    const own = slugsOf.get(row.id) ?? [];
    return {
      row,
      texts: (textsOf.get(row.id) ?? [])
        .map(({ language, name, tagline, synopsis }) => ({ language, name, tagline, synopsis }))
        .sort((one, other) => byText(one.language, other.language)),
      terms: termsOf.get(row.id) ?? [],
      releases: (releasesOf.get(row.id) ?? []).sort((one, other) => byText(one.region, other.region)),
      slug: own.find((each) => each.is_current === 1)?.slug,
      formerSlugs: own
        .filter((each) => each.is_current === 0)
        .map(({ slug }) => slug)
        .sort(byText),
    };
  });
}

function inOrder(rows: readonly TitleRow[]): readonly TitleRow[] {
  const partsOf = Map.groupBy(rows, (row) => row.parent_id);
  const sorted = (parts: readonly TitleRow[]) =>
    parts.toSorted(
      (one, other) =>
        kindOrder.indexOf(one.kind) - kindOrder.indexOf(other.kind) || (one.number ?? 0) - (other.number ?? 0),
    );
  const withParts = (row: TitleRow): readonly TitleRow[] => [
    row,
    ...sorted(partsOf.get(row.id) ?? []).flatMap(withParts),
  ];
  return (partsOf.get(null) ?? []).toSorted((one, other) => byText(one.id, other.id)).flatMap(withParts);
}

/** A title as files have it, every field named. */
export function exchanged({ row, texts, releases, terms, slug, formerSlugs }: WholeTitle): Required<ExchangedTitle> {
  return {
    id: row.id,
    kind: row.kind,
    parent: row.parent_id,
    number: row.number,
    state: row.state,
    slug: slug ?? null,
    formerSlugs: [...formerSlugs],
    originalLanguage: row.original_language,
    maturity: row.maturity as Maturity | null,
    year: row.year,
    topRung: row.top_rung,
    freeEpisodes: row.free_episodes,
    qualityPreset: row.quality_preset,
    ladder: row.ladder,
    priceClass: row.price_class,
    markers: { ...markersOf(row) },
    assetId: row.asset_id,
    publishedAt: row.published_at === null ? null : toIso(row.published_at),
    terms: terms.map(({ term, role, part }) => ({ term, role, part })),
    releases: releases.map(({ region, opens_at, closes_at, time_zone }) => ({
      region,
      opensAt: toIso(opens_at),
      closesAt: closes_at === null ? null : toIso(closes_at),
      timeZone: time_zone,
    })),
    texts: Object.fromEntries(texts.map(({ language, ...text }) => [language, text])),
  };
}
