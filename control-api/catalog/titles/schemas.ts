import { Type, type Static } from 'typebox';
import { languageSchema } from '../../language.ts';
import { idSchema, limitQuery, nullable, pageOf, reference, timeSchema } from '../../schemas.ts';
import { pictureSchema } from '../pictures/picture-schema.ts';
import { slugCharacters, slugPattern } from '../slugs.ts';
import {
  givenMarkersSchema,
  ladderSchema,
  markersSchema,
  presetSchema,
  priceClassSchema,
  streamingSchema,
} from '../streaming/schemas.ts';
import { termIdSchema } from '../terms/schemas.ts';
import { titleKinds } from './kinds.ts';
import { maturities } from './maturity.ts';
import { titleStates, titleSteps } from './states.ts';

export const nameCharacters = 200;
export const taglineCharacters = 200;
export const synopsisCharacters = 5000;
/** The most languages that a title has texts in. */
export const mostTexts = 60;
/** The most regions that a title has releases of its own in: there are 249 countries, and everywhere. */
export const mostReleases = 250;
/** The most titles that are changed in one step. */
const mostAtOnce = 200;

const visible = '[\\p{L}\\p{N}\\p{P}\\p{S}]';
export const titleKindSchema = Type.Enum([...titleKinds], { description: 'What it is.' });
export const titleStateSchema = Type.Enum([...titleStates], { description: 'How far staff are with it.' });
const slugSchema = Type.String({
  minLength: 1,
  maxLength: slugCharacters,
  pattern: slugPattern,
  description:
    'Its address: small letters and digits of any script, with hyphens between them. Those it had lead to it.',
  examples: ['the-last-tide'],
});
export const maturityAge = Type.Enum([...maturities], {
  description:
    'An age in years from which on it may be watched. Null: as what it is a part of; for series and movies: adults only.',
});
export const maturitySchema = nullable(maturityAge);
export const numberSchema = Type.Integer({ minimum: 0, maximum: 100_000 });
export const yearNumber = Type.Integer({ minimum: 1870, maximum: 2200 });
export const yearSchema = nullable(yearNumber);
export const topRungPixels = Type.Integer({
  minimum: 144,
  maximum: 4320,
  description: 'Short side in pixels of the best picture that viewers get. Null: as what it is a part of.',
});
export const topRungSchema = nullable(topRungPixels);
export const freeEpisodesNumber = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  description: 'How many episodes of the first season anybody may watch, guests as well; 1 for a movie: it itself.',
});
export const freeEpisodesSchema = nullable(freeEpisodesNumber);
const revisionSchema = Type.Integer({
  minimum: 1,
  description: 'Counts the changes of the title. In a request: the one that was looked at; another one is refused.',
});
const name = Type.String({ minLength: 1, maxLength: nameCharacters, pattern: visible });
const tagline = nullable(Type.String({ maxLength: taglineCharacters, description: 'One line.' }));
const synopsis = nullable(Type.String({ maxLength: synopsisCharacters, description: 'Paragraphs of plain text.' }));

const textSchema = Type.Object({ language: languageSchema, name, tagline, synopsis }, { $id: 'TitleText' });

export const regionSchema = Type.String({
  pattern: '^(\\*|[A-Z]{2})$',
  maxLength: 2,
  description: 'ISO 3166-1 alpha-2, or `*`: every region without a release of its own.',
  examples: ['KR'],
});
export const timeZoneSchema = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA name of the time zone in which these times are thought of.',
  examples: ['Asia/Seoul'],
});
export const releaseFields = {
  region: regionSchema,
  opensAt: timeSchema,
  closesAt: nullable({ ...timeSchema, description: 'From then on it is there no more. Null: it stays.' }),
  timeZone: timeZoneSchema,
};
const releaseSchema = Type.Object(releaseFields, { $id: 'Release' });

const windowSchema = Type.Object(
  { region: regionSchema, opensAt: timeSchema, closesAt: nullable(timeSchema) },
  { $id: 'TitleWindow', description: 'When viewers of a region see it, all considered: its parents, too.' },
);

const summary = {
  id: idSchema('title'),
  kind: titleKindSchema,
  parentId: nullable(idSchema('title')),
  rootId: { ...idSchema('title'), description: 'The series or movie that it belongs to; itself if it is one.' },
  number: nullable(numberSchema),
  state: titleStateSchema,
  name: Type.String({ description: 'In the language that the request prefers, as far as there is one.' }),
  assetId: nullable(idSchema('asset')),
  thumbnail: nullable({
    ...reference(pictureSchema),
    description: 'Its poster or cover or banner; where it has none, that of what it is a part of.',
  }),
  maturity: maturitySchema,
  revision: revisionSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
  deletedAt: nullable({ ...timeSchema, description: 'Since when it waits to be removed.' }),
};

const titleSummarySchema = Type.Object(summary, { $id: 'TitleSummary' });
export const titlePageSchema = pageOf(reference(titleSummarySchema), 'TitlePage');

export const titleSchema = Type.Object(
  {
    ...summary,
    slug: nullable(slugSchema),
    originalLanguage: languageSchema,
    texts: Type.Array(reference(textSchema), { minItems: 1, maxItems: mostTexts }),
    effectiveMaturity: Type.Integer({ description: 'The highest of its own age and of what it is a part of.' }),
    year: yearSchema,
    topRung: topRungSchema,
    freeEpisodes: freeEpisodesSchema,
    qualityPreset: presetSchema,
    ladder: ladderSchema,
    priceClass: priceClassSchema,
    markers: reference(markersSchema),
    streaming: reference(streamingSchema),
    releases: Type.Array(reference(releaseSchema), { maxItems: mostReleases }),
    windows: Type.Array(reference(windowSchema), { maxItems: mostReleases }),
    steps: Type.Array(Type.Enum([...titleSteps]), { description: 'What may be done about its state now.' }),
    publishedAt: nullable(timeSchema),
  },
  { $id: 'Title' },
);
export type TitleView = Static<typeof titleSchema>;
export type TitleSummaryView = Static<typeof titleSummarySchema>;

const givenText = Type.Object(
  { name, tagline: Type.Optional(tagline), synopsis: Type.Optional(synopsis) },
  { additionalProperties: false },
);

export const createTitleSchema = Type.Object(
  {
    kind: titleKindSchema,
    parentId: Type.Optional({
      ...idSchema('title'),
      description: 'The season of an episode, the series of a season, the series or movie of a trailer or extra.',
    }),
    number: Type.Optional({ ...numberSchema, description: 'Default: behind the last one.' }),
    originalLanguage: languageSchema,
    text: givenText,
    slug: Type.Optional(slugSchema),
    maturity: Type.Optional(maturitySchema),
    year: Type.Optional(yearSchema),
    topRung: Type.Optional(topRungSchema),
    freeEpisodes: Type.Optional(freeEpisodesSchema),
    qualityPreset: Type.Optional(presetSchema),
    ladder: Type.Optional(ladderSchema),
    priceClass: Type.Optional(priceClassSchema),
    assetId: Type.Optional(idSchema('asset')),
  },
  {
    additionalProperties: false,
    examples: [{ kind: 'series', originalLanguage: 'ko', text: { name: 'The Last Tide' }, maturity: 12 }],
  },
);
export type CreateTitle = Static<typeof createTitleSchema>;

export const changeTitleSchema = Type.Object(
  {
    revision: revisionSchema,
    number: Type.Optional(numberSchema),
    originalLanguage: Type.Optional(languageSchema),
    texts: Type.Optional(
      Type.Record(languageSchema, nullable(givenText), {
        maxProperties: mostTexts,
        description: 'By language. Those that are not named stay; null removes one.',
      }),
    ),
    slug: Type.Optional(slugSchema),
    maturity: Type.Optional(maturitySchema),
    year: Type.Optional(yearSchema),
    topRung: Type.Optional(topRungSchema),
    freeEpisodes: Type.Optional(freeEpisodesSchema),
    qualityPreset: Type.Optional(presetSchema),
    ladder: Type.Optional(ladderSchema),
    priceClass: Type.Optional(priceClassSchema),
    markers: Type.Optional(givenMarkersSchema),
    assetId: Type.Optional(nullable(idSchema('asset'))),
  },
  {
    additionalProperties: false,
    minProperties: 2,
    examples: [{ revision: 3, texts: { de: { name: 'Die letzte Flut' } } }],
  },
);
export type ChangeTitle = Static<typeof changeTitleSchema>;

export const putReleasesSchema = Type.Object(
  {
    revision: revisionSchema,
    releases: Type.Array(Type.Object(releaseFields, { additionalProperties: false }), { maxItems: mostReleases }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        revision: 3,
        releases: [{ region: '*', opensAt: '2026-12-24T09:00:00.000Z', closesAt: null, timeZone: 'Asia/Seoul' }],
      },
    ],
  },
);
export type PutReleases = Static<typeof putReleasesSchema>;

const idsSchema = Type.Array(idSchema('title'), { minItems: 1, maxItems: mostAtOnce, uniqueItems: true });

export const stepSchema = Type.Object(
  {
    step: Type.Enum([...titleSteps]),
    titles: { ...idsSchema, description: 'All of them or, when one is refused, none.' },
  },
  { additionalProperties: false, examples: [{ step: 'publish', titles: ['title_01JZ8Q4M6RXK3V5T9B2C7D1E0F'] }] },
);
export type StepTitles = Static<typeof stepSchema>;

export const orderSchema = Type.Object(
  {
    kind: titleKindSchema,
    titles: { ...idsSchema, maxItems: 2000, description: 'All of this kind in the parent, in their new order.' },
  },
  { additionalProperties: false },
);
export type OrderTitles = Static<typeof orderSchema>;

export const featuredSchema = Type.Object(
  {
    titles: Type.Array(idSchema('title'), {
      maxItems: 50,
      uniqueItems: true,
      description: 'Series and movies, in the order in which they come.',
    }),
  },
  { additionalProperties: false },
);

/** What staff look for because it is not there yet. */
const lacks = ['picture', 'video', 'subtitles'] as const;
export type Lack = (typeof lacks)[number];

export const titleListQuery = Type.Object(
  {
    kind: Type.Optional(titleKindSchema),
    isRoot: Type.Optional(Type.Boolean({ description: 'Series and movies, or what is a part of one.' })),
    assetId: Type.Optional({ ...idSchema('asset'), description: 'The title that has this video.' }),
    state: Type.Optional(titleStateSchema),
    parentId: Type.Optional(idSchema('title')),
    rootId: Type.Optional(idSchema('title')),
    deleted: Type.Optional(Type.Boolean({ description: 'Those that wait to be removed, instead of the others.' })),
    search: Type.Optional(
      Type.String({ maxLength: nameCharacters, description: 'A text anywhere in the name, in any language.' }),
    ),
    language: Type.Optional({ ...languageSchema, description: 'Only those with a text in this language.' }),
    term: Type.Optional({ ...termIdSchema, description: 'Only those of this category, tag or person.' }),
    missing: Type.Optional(
      Type.Enum([...lacks], {
        description:
          'Only those where this is missing: a picture of their own or of what they are a part of; a video or subtitles of themselves or of anything that is a part of them.',
      }),
    ),
    cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the page before.' })),
    ...limitQuery,
  },
  { additionalProperties: false },
);
export type TitleListQuery = Static<typeof titleListQuery>;

export const titleParams = Type.Object({ id: idSchema('title') });

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const titleSchemas = [textSchema, releaseSchema, windowSchema, titleSummarySchema, titlePageSchema, titleSchema];
