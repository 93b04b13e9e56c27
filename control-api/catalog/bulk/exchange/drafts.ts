import type { QualityPreset, TitleKind, TitleState } from '../../../../server/db/tables/titles.ts';
import { markersText } from '../../streaming/marker-text.ts';
import { markersOf, type Markers } from '../../streaming/markers.ts';
import type { ReleaseRow } from '../../titles/repository.ts';
import type { TitleText } from '../../titles/texts.ts';
import type { FieldChange } from '../edits/schemas.ts';
import { releaseText } from '../release-text.ts';
import { termsText, type KnownTerm } from './terms.ts';
import type { WholeTitle } from './trees.ts';

/** What becomes of a title. */
export interface DraftFields {
  number: number | null;
  state: TitleState;
  slug: string | undefined;
  formerSlugs: readonly string[];
  originalLanguage: string;
  maturity: number | null;
  year: number | null;
  assetId: string | null;
  /** Milliseconds since the epoch. */
  publishedAt: number | null;
  topRung: number | null;
  freeEpisodes: number | null;
  qualityPreset: QualityPreset | null;
  ladder: string | null;
  priceClass: string | null;
  markers: Markers;
  terms: readonly KnownTerm[];
  releases: readonly ReleaseRow[];
  readonly texts: Map<string, TitleText>;
}

/** A title as it is, and as it will be. */
export interface Draft {
  readonly id: string;
  readonly kind: TitleKind;
  readonly parentId: string | null;
  readonly rootId: string;
  /** Undefined: it will be made. */
  readonly before: WholeTitle | undefined;
  /** Where the file speaks of it; undefined: it does not. */
  row: number | undefined;
  readonly after: DraftFields;
}

/** A title that the file may speak of, as it is. */
export function draftOf(title: WholeTitle): Draft {
  const { row, texts, releases, terms, slug, formerSlugs } = title;
  return {
    id: row.id,
    kind: row.kind,
    parentId: row.parent_id,
    rootId: row.root_id,
    before: title,
    row: undefined,
    after: {
      number: row.number,
      state: row.state,
      slug,
      formerSlugs,
      originalLanguage: row.original_language,
      maturity: row.maturity,
      year: row.year,
      topRung: row.top_rung,
      freeEpisodes: row.free_episodes,
      qualityPreset: row.quality_preset,
      ladder: row.ladder,
      priceClass: row.price_class,
      markers: markersOf(row),
      assetId: row.asset_id,
      publishedAt: row.published_at,
      terms,
      releases,
      texts: new Map(texts.map((text) => [text.language, text])),
    },
  };
}

/** What a title is called, in its original language. */
export function nameOf({ after }: Draft): string {
  return after.texts.get(after.originalLanguage)?.name ?? '';
}

/** Everything that files say of a title, by column; releases by region. */
function factsOf(fields: DraftFields): ReadonlyMap<string, FieldChange['before']> {
  return new Map<string, FieldChange['before']>([
    ['number', fields.number],
    ['state', fields.state],
    ['slug', fields.slug ?? null],
    ['formerSlugs', fields.formerSlugs.join(' ') || null],
    ['originalLanguage', fields.originalLanguage],
    ['maturity', fields.maturity],
    ['year', fields.year],
    ['topRung', fields.topRung],
    ['freeEpisodes', fields.freeEpisodes],
    ['qualityPreset', fields.qualityPreset],
    ['ladder', fields.ladder],
    ['priceClass', fields.priceClass],
    ['markers', markersText(fields.markers) || null],
    ['terms', termsText(fields.terms) || null],
    ['assetId', fields.assetId],
    ...[...fields.texts.values()].flatMap(({ language, name, tagline, synopsis }) => [
      [`name:${language}`, name] as const,
      [`tagline:${language}`, tagline] as const,
      [`synopsis:${language}`, synopsis] as const,
    ]),
    ...fields.releases.map((release) => [`release:${release.region}`, releaseText(release)] as const),
  ]);
}

/** What of a title changes, field by field; of a new one everything that is said of it. */
export function changesOf({ before, after }: Draft): readonly FieldChange[] {
  const old = before ? factsOf(draftOf(before).after) : new Map<string, FieldChange['before']>();
  const now = factsOf(after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const change = { field, before: old.get(field) ?? null, after: now.get(field) ?? null };
    return change.before === change.after ? [] : [change];
  });
}
