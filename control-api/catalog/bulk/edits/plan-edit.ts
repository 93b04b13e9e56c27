import { ProblemError } from '../../../../server/kit/errors.ts';
import { canonicalLanguage } from '../../../language.ts';
import { releaseRows } from '../../release/releasing.ts';
import { requireKnown, type StreamingChoices } from '../../streaming/choices.ts';
import { markersText } from '../../streaming/marker-text.ts';
import { markersOf, requireMarkers, type Markers } from '../../streaming/markers.ts';
import { requireFree, shownText } from '../../titles/editing.ts';
import type { ReleaseRow, TitleRow, TitleTextRow } from '../../titles/repository.ts';
import type { ChangeTitle } from '../../titles/schemas.ts';
import { releaseText } from '../release-text.ts';
import { shifted } from './cadence.ts';
import type { EditChanges, FieldChange } from './schemas.ts';

/** A title with what an edit may say of it. */
export interface EditedTitle {
  readonly row: TitleRow;
  readonly texts: readonly TitleTextRow[];
  readonly releases: readonly ReleaseRow[];
  /** Number of its season; null when it is in none. */
  readonly season: number | null;
  /** What its series or movie is called, in the original language of that; empty for itself. */
  readonly rootName: string;
  /** Of its video, in milliseconds; undefined while nobody knows. */
  readonly durationMs: number | undefined;
}

/** What an edit does to one title. */
export interface PlannedEdit {
  /** Undefined: nothing of it changes. */
  readonly change: Omit<ChangeTitle, 'revision'> | undefined;
  readonly releases: readonly ReleaseRow[] | undefined;
  readonly fields: readonly FieldChange[];
}

/**
 * What becomes of a title; the same for a preview and for the real thing.
 * @param moment when it is released, where the changes name a cadence; in milliseconds since the epoch
 * @throws ProblemError invalid_request, ladder_unknown, price_class_unknown, markers_overlap, marker_outside_video when this title cannot be changed so
 */
export function planEdit(
  title: EditedTitle,
  changes: EditChanges,
  moment: number | undefined,
  choices: StreamingChoices,
): PlannedEdit {
  const { row } = title;
  const fields: FieldChange[] = [];
  const note = (field: string, before: FieldChange['before'], after: FieldChange['after']): boolean => {
    if (before !== after) fields.push({ field, before, after });
    return before !== after;
  };
  const { maturity, year, topRung, freeEpisodes } = changes;
  const hasMaturity = maturity !== undefined && note('maturity', row.maturity, maturity);
  const hasYear = year !== undefined && note('year', row.year, year);
  const hasTopRung = topRung !== undefined && note('topRung', row.top_rung, topRung);
  const hasFree = freeEpisodes !== undefined && note('freeEpisodes', row.free_episodes, freeEpisodes);
  if (hasFree) requireFree({ kind: row.kind, free_episodes: freeEpisodes });
  const streaming = planStreaming(title, changes, choices, note);
  const texts = planTexts(title, changes.texts ?? {}, note);
  const change = {
    ...(hasMaturity && { maturity }),
    ...(hasYear && { year }),
    ...(hasTopRung && { topRung }),
    ...(hasFree && { freeEpisodes }),
    ...streaming,
    ...(Object.keys(texts).length > 0 && { texts }),
  };
  const releases = changes.releases && planReleases(title, changes.releases, moment);
  const hasReleases = releases !== undefined && noteReleases(title.releases, releases, note);
  return {
    change: Object.keys(change).length > 0 ? change : undefined,
    releases: hasReleases ? releases : undefined,
    fields,
  };
}

type Note = (field: string, before: FieldChange['before'], after: FieldChange['after']) => boolean;

function planStreaming(
  { row, durationMs }: EditedTitle,
  changes: EditChanges,
  choices: StreamingChoices,
  note: Note,
): Partial<ChangeTitle> {
  const { qualityPreset, ladder, priceClass } = changes;
  requireKnown(choices, changes, row);
  const before = markersOf(row);
  const after = { ...before, ...changes.markers };
  const text = (markers: Markers) => markersText(markers) || null;
  const hasMarkers = changes.markers !== undefined && note('markers', text(before), text(after));
  if (hasMarkers) requireMarkers(row.kind, before, after, durationMs);
  return {
    ...(qualityPreset !== undefined && note('qualityPreset', row.quality_preset, qualityPreset) && { qualityPreset }),
    ...(ladder !== undefined && note('ladder', row.ladder, ladder) && { ladder }),
    ...(priceClass !== undefined && note('priceClass', row.price_class, priceClass) && { priceClass }),
    ...(hasMarkers && { markers: after }),
  };
}

function planTexts(
  title: EditedTitle,
  given: NonNullable<EditChanges['texts']>,
  note: Note,
): NonNullable<ChangeTitle['texts']> {
  const { row, texts } = title;
  const original = texts.find(({ language }) => language === row.original_language);
  const planned: NonNullable<ChangeTitle['texts']> = {};
  for (const [tag, wanted] of Object.entries(given)) {
    const language = canonicalLanguage(tag);
    const present = texts.find((text) => text.language === language);
    if (wanted === null) {
      if (language === row.original_language)
        throw new ProblemError('invalid_request', `The text in the original language (${language}) stays.`);
      if (present && note(`name:${language}`, present.name, null)) planned[language] = null;
      continue;
    }
    if (wanted.name === undefined && !present)
      throw new ProblemError('invalid_request', `It has no name in ${language} yet: give it one.`);
    const fill = (template: string) => filled(template, title, present?.name ?? original?.name ?? '');
    const { tagline, synopsis } = { tagline: present?.tagline ?? null, synopsis: present?.synopsis ?? null, ...wanted };
    const { name, ...rest } = shownText(language, {
      name: wanted.name === undefined ? (present?.name ?? '') : fill(wanted.name),
      tagline: wanted.tagline ? fill(wanted.tagline) : tagline,
      synopsis: wanted.synopsis ? fill(wanted.synopsis) : synopsis,
    });
    const changed = [
      note(`name:${language}`, present?.name ?? null, name),
      note(`tagline:${language}`, present?.tagline ?? null, rest.tagline),
      note(`synopsis:${language}`, present?.synopsis ?? null, rest.synopsis),
    ];
    if (changed.includes(true)) planned[language] = { name, tagline: rest.tagline, synopsis: rest.synopsis };
  }
  return planned;
}

/** A template with what its words in braces stand for. @throws ProblemError invalid_request for others */
function filled(template: string, { row, season, rootName }: EditedTitle, name: string): string {
  const values: Readonly<Record<string, string | number | null>> = {
    name,
    number: row.number,
    season,
    series: rootName,
  };
  return template.replace(/\{([a-z]+)\}/g, (whole, word: string) => {
    if (!Object.hasOwn(values, word)) throw new ProblemError('invalid_request', `Nothing is known for ${whole}.`);
    const value = values[word] ?? null;
    if (value === null) throw new ProblemError('invalid_request', `A ${row.kind} has nothing for ${whole}.`);
    return String(value);
  });
}

function planReleases(
  { row, releases }: EditedTitle,
  { put, shift, cadence }: NonNullable<EditChanges['releases']>,
  moment: number | undefined,
): readonly ReleaseRow[] {
  if (put) return releaseRows(row.id, put);
  if (shift)
    return releases.map((release) => ({
      ...release,
      opens_at: shifted(release.opens_at, release.time_zone, shift),
      closes_at: release.closes_at === null ? null : shifted(release.closes_at, release.time_zone, shift),
    }));
  if (!cadence || moment === undefined) return releases;
  const present = releases.find(({ region }) => region === cadence.region);
  const closesAt = present?.closes_at ?? null;
  if (closesAt !== null && closesAt < moment)
    throw new ProblemError('invalid_request', `In ${cadence.region} it would end before it begins.`);
  const { timeZone } = cadence;
  return [
    ...releases.filter(({ region }) => region !== cadence.region),
    { title_id: row.id, region: cadence.region, opens_at: moment, closes_at: closesAt, time_zone: timeZone },
  ];
}

function noteReleases(before: readonly ReleaseRow[], after: readonly ReleaseRow[], note: Note): boolean {
  const texts = (rows: readonly ReleaseRow[]) => new Map(rows.map((row) => [row.region, releaseText(row)]));
  const [old, now] = [texts(before), texts(after)];
  const regions = [...new Set([...old.keys(), ...now.keys()])].sort();
  return regions
    .map((region) => note(`release:${region}`, old.get(region) ?? null, now.get(region) ?? null))
    .includes(true);
}
