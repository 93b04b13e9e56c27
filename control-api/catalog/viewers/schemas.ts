import { Type, type Static } from 'typebox';
import { languageSchema } from '../../language.ts';
import { idSchema, limitQuery, nullable, pageOf, reference } from '../../schemas.ts';
import { offeredMarkersSchema } from '../../markers.ts';
import { pictureSchema, picturesSchema } from '../pictures/picture-schema.ts';
import { termIdSchema, termKinds, titleTermSchema } from '../terms/schemas.ts';
import { slugCharacters, slugPattern } from '../slugs.ts';
import { rootKinds, titleKinds } from '../titles/kinds.ts';

const slugSchema = Type.String({ minLength: 1, maxLength: slugCharacters, pattern: slugPattern });

const card = {
  id: idSchema('title'),
  kind: Type.Enum([...titleKinds]),
  name: Type.String(),
  slug: nullable({ ...slugSchema, description: 'Its address; null for parts of others.' }),
  number: nullable(Type.Integer({ description: 'Its place among those of its kind; null for series and movies.' })),
  year: nullable(Type.Integer()),
  maturity: Type.Integer({ description: 'An age in years from which on it may be watched.' }),
  pictures: reference(picturesSchema),
  durationMs: nullable(Type.Integer({ description: 'Null where it has no video that can be played yet.' })),
  priceClass: Type.String({ description: 'The price class that it is of, itself or by what it is a part of.' }),
};

/** What a card of a title needs, and nothing else. */
export const titleCardSchema = Type.Object(card, { $id: 'TitleCard' });
export type TitleCard = Static<typeof titleCardSchema>;

export const cardPageSchema = pageOf(reference(titleCardSchema), 'TitleCardPage', 120);

export const shownTermSchema = Type.Object(
  {
    id: termIdSchema,
    kind: Type.Enum([...termKinds]),
    name: Type.String(),
    slug: Type.String(),
    about: nullable(Type.String({ description: 'Paragraphs of plain text.' })),
    portrait: Type.Optional({ ...reference(pictureSchema), description: 'Of people who have one.' }),
  },
  { $id: 'ShownTerm' },
);
export type ShownTerm = Static<typeof shownTermSchema>;
export const categoriesSchema = Type.Object({ items: Type.Array(reference(shownTermSchema)) }, { $id: 'Categories' });

export const homeSchema = Type.Object(
  {
    featured: Type.Array(reference(titleCardSchema), { description: 'What staff put first.' }),
    rows: Type.Array(
      Type.Object({
        of: Type.Enum(['new', 'category'] as const),
        term: nullable(reference(shownTermSchema)),
        items: Type.Array(reference(titleCardSchema)),
      }),
    ),
  },
  { $id: 'Home' },
);
export type HomeView = Static<typeof homeSchema>;

const seasonSchema = Type.Object(
  { ...card, episodes: Type.Integer({ minimum: 0, description: 'How many of its episodes are there.' }) },
  { $id: 'Season' },
);

export const releasedTitleSchema = Type.Object(
  {
    ...card,
    language: {
      ...languageSchema,
      description: 'The language of the texts, as near to what was asked for as there is.',
    },
    tagline: nullable(Type.String()),
    synopsis: nullable(Type.String({ description: 'Paragraphs of plain text.' })),
    root: nullable({ ...reference(titleCardSchema), description: 'The series or movie that it is a part of.' }),
    parentId: nullable(idSchema('title')),
    isPlayable: Type.Boolean({ description: 'Whether it has a video that can be played now.' }),
    markers: offeredMarkersSchema,
    terms: Type.Array(reference(titleTermSchema), { description: 'Its categories, tags and people, in their order.' }),
    seasons: Type.Array(reference(seasonSchema), { description: 'Of a series, those that are there.' }),
    trailers: Type.Array(reference(titleCardSchema)),
    extras: Type.Array(reference(titleCardSchema)),
  },
  { $id: 'ReleasedTitle' },
);
export type ReleasedTitleView = Static<typeof releasedTitleSchema>;

const cursor = (description: string) => Type.Optional(Type.String({ maxLength: 120, description }));
const nextPage = '`nextCursor` of the page before.';

export const newestQuery = Type.Object(
  {
    kind: Type.Optional(Type.Enum([...rootKinds])),
    term: Type.Optional({ ...termIdSchema, description: 'Only those that have this category, tag or person.' }),
    cursor: cursor(nextPage),
    ...limitQuery,
  },
  { additionalProperties: false },
);
export type NewestQuery = Static<typeof newestQuery>;

export const episodesQuery = Type.Object({ cursor: cursor(nextPage), ...limitQuery }, { additionalProperties: false });
export type EpisodesQuery = Static<typeof episodesQuery>;

export const shownTermParams = Type.Object({ id: termIdSchema });
export const releasedParams = Type.Object({ id: idSchema('title') });
export const slugParams = Type.Object({ slug: slugSchema });

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const releasedSchemas = [
  titleCardSchema,
  cardPageSchema,
  shownTermSchema,
  categoriesSchema,
  homeSchema,
  seasonSchema,
  releasedTitleSchema,
];
