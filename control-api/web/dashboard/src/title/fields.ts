import type { CatalogueTitle } from '../api/types.ts';
import type { TitleChange } from '../api/titles.ts';
import { spanOf, typedSpan, valueOfSpan, type MarkerKind } from '../markers/marker-times.ts';

/** What can stand in a field. */
export type Value = string | number | boolean | null;

/** Facts of a title that are fields of their own. */
const facts = [
  'slug',
  'maturity',
  'year',
  'topRung',
  'freeEpisodes',
  'qualityPreset',
  'ladder',
  'priceClass',
  'number',
  'originalLanguage',
  'assetId',
] as const satisfies readonly (keyof TitleChange & keyof CatalogueTitle)[];
type Fact = (typeof facts)[number];
const textParts = ['name', 'tagline', 'synopsis'] as const;
export type TextPart = (typeof textParts)[number];

/**
 * A field of a title: a fact, a part of a text (`text.de.name`), that a text is not there any more
 * (`text.de.removed`), or a marker (`marker.intro`), whose times are one value.
 */
export type Field = Fact | `text.${string}.${TextPart | 'removed'}` | `marker.${MarkerKind}`;

/** Language and part of a field of a text; undefined for other fields. */
export function textOf(field: Field): { readonly language: string; readonly part: TextPart | 'removed' } | undefined {
  const [kind, language = '', part = ''] = field.split('.');
  return kind === 'text' ? { language, part: part as TextPart | 'removed' } : undefined;
}

/** The kind of a marker; undefined for other fields. */
export function markerOf(field: Field): MarkerKind | undefined {
  const [kind, name] = field.split('.');
  return kind === 'marker' ? (name as MarkerKind) : undefined;
}

/** What the server has in a field. */
export function valueIn(title: CatalogueTitle, field: Field): Value {
  const text = textOf(field);
  const marker = markerOf(field);
  if (marker) return valueOfSpan(title.markers[marker]);
  if (!text) return title[field as Fact];
  const found = title.texts.find(({ language }) => language === text.language);
  if (text.part === 'removed') return found === undefined;
  return found?.[text.part] ?? null;
}

/** Fields that are sent together: a text is sent with its name; two markers may change places. */
export function groupOf(field: Field): string {
  const text = textOf(field);
  if (text) return `text.${text.language}`;
  return markerOf(field) ? 'markers' : field;
}

/**
 * The request that puts these values into a title.
 * @param name what a title is called in a language then
 */
export function changeOf(
  revision: number,
  values: ReadonlyMap<Field, Value>,
  name: (language: string) => string,
): TitleChange {
  const texts: Record<string, { name: string; tagline?: string | null; synopsis?: string | null } | null> = {};
  const rest: Partial<Record<Fact, Value>> = {};
  const markers: NonNullable<TitleChange['markers']> = {};
  for (const [field, value] of values) {
    const text = textOf(field);
    const marker = markerOf(field);
    if (marker) markers[marker] = spanOf(value) ?? null;
    else if (!text) rest[field as Fact] = value;
    else if (text.part === 'removed') texts[text.language] = null;
    else texts[text.language] = { name: name(text.language), ...texts[text.language], [text.part]: value };
  }
  // What fields take is what the API takes: the values have come through them.
  return {
    revision,
    ...rest,
    ...(Object.keys(texts).length > 0 && { texts }),
    ...(Object.keys(markers).length > 0 && { markers }),
  } as TitleChange;
}

const slugPattern = /^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+(-[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+)*$/u;
const bounds: Partial<Record<Fact, readonly [number, number]>> = {
  year: [1870, 2200],
  freeEpisodes: [0, 10_000],
  number: [0, 100_000],
};

function wrongMarker(value: Value): 'markerOpen' | 'marker' | undefined {
  if (value === null) return undefined;
  const { start, end } = typedSpan(value);
  if (start === '' || end === '') return 'markerOpen';
  const span = spanOf(value);
  return span && span.startMs < span.endMs ? undefined : 'marker';
}

/** What is wrong with a value, as a name of a text; undefined when the API may take it. */
export function wrongWith(
  field: Field,
  value: Value,
): 'name' | 'slug' | 'year' | 'count' | 'markerOpen' | 'marker' | undefined {
  if (markerOf(field)) return wrongMarker(value);
  if (textOf(field)?.part === 'name') return typeof value === 'string' && value.trim() !== '' ? undefined : 'name';
  if (field === 'slug') return typeof value === 'string' && slugPattern.test(value) ? undefined : 'slug';
  const [least, most] = bounds[field as Fact] ?? [];
  if (least === undefined || most === undefined) return undefined;
  if (value === null) return field === 'number' ? 'count' : undefined;
  if (typeof value === 'number' && value >= least && value <= most) return undefined;
  return field === 'year' ? 'year' : 'count';
}
