import { toIso } from '../../../server/kit/clock.ts';
import { isAllowed, type Role } from '../../../server/kit/permissions.ts';
import type { Window } from '../release/windows.ts';
import type { PicturesView } from '../pictures/picture-schema.ts';
import type { StreamingView } from '../streaming/counting.ts';
import { markersOf } from '../streaming/markers.ts';
import type { Maturity } from './maturity.ts';
import type { ReleaseRow, TitleRow, TitleTextRow } from './repository.ts';
import type { TitleSummaryView, TitleView } from './schemas.ts';
import { permissionFor, stateAfter, titleSteps } from './states.ts';
import { textFor } from './texts.ts';

const isoOrNull = (time: number | null) => (time === null ? null : toIso(time));

/** What belongs to a title, besides its row. */
export interface TitleParts {
  readonly texts: readonly TitleTextRow[];
  readonly slug: string | undefined;
  readonly releases: readonly ReleaseRow[];
  readonly windows: ReadonlyMap<string, Window>;
  readonly pictures: PicturesView;
  readonly streaming: StreamingView;
}

/**
 * @param languages those that the reader prefers, the best first
 * @param pictures those that it shows, its own or not
 */
export function presentSummary(
  row: TitleRow,
  texts: readonly TitleTextRow[],
  languages: readonly string[],
  { poster, cover, banner }: PicturesView = {},
): TitleSummaryView {
  return {
    id: row.id,
    kind: row.kind,
    parentId: row.parent_id,
    rootId: row.root_id,
    number: row.number,
    state: row.state,
    name: textFor(texts, languages, row.original_language).name,
    assetId: row.asset_id,
    thumbnail: poster ?? cover ?? banner ?? null,
    maturity: row.maturity as Maturity | null,
    revision: row.revision,
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
    deletedAt: isoOrNull(row.deleted_at),
  };
}

/** A title as staff see it. @param role of who reads: what they may do about its state depends on it */
export function presentTitle(row: TitleRow, parts: TitleParts, languages: readonly string[], role: Role): TitleView {
  return {
    ...presentSummary(row, parts.texts, languages, parts.pictures),
    slug: parts.slug ?? null,
    originalLanguage: row.original_language,
    texts: parts.texts.map(({ language, name, tagline, synopsis }) => ({ language, name, tagline, synopsis })),
    effectiveMaturity: row.effective_maturity,
    year: row.year,
    topRung: row.top_rung,
    freeEpisodes: row.free_episodes,
    qualityPreset: row.quality_preset,
    ladder: row.ladder,
    priceClass: row.price_class,
    markers: markersOf(row),
    streaming: parts.streaming,
    releases: parts.releases.map(({ region, opens_at, closes_at, time_zone }) => ({
      region,
      opensAt: toIso(opens_at),
      closesAt: isoOrNull(closes_at),
      timeZone: time_zone,
    })),
    windows: [...parts.windows].map(([region, { opensAt, closesAt }]) => ({
      region,
      opensAt: toIso(opensAt),
      closesAt: isoOrNull(closesAt),
    })),
    steps: titleSteps.filter(
      (step) =>
        row.deleted_at === null && stateAfter(row.state, step) !== undefined && isAllowed(role, permissionFor(step)),
    ),
    publishedAt: isoOrNull(row.published_at),
  };
}
