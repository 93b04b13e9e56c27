import { Type, type Static } from 'typebox';
import { languageSchema } from '../../../language.ts';
import { idSchema, nullable, reference, timeSchema } from '../../../schemas.ts';
import { slugCharacters } from '../../slugs.ts';
import {
  freeEpisodesNumber,
  maturityAge,
  mostReleases,
  mostTexts,
  nameCharacters,
  releaseFields,
  synopsisCharacters,
  taglineCharacters,
  titleKindSchema,
  titleStateSchema,
  topRungPixels,
  yearNumber,
} from '../../titles/schemas.ts';
import {
  givenMarkersSchema,
  ladderName,
  ladderSchema,
  presetName,
  presetSchema,
  priceClassName,
  priceClassSchema,
  saidMarkersSchema,
} from '../../streaming/schemas.ts';
import { mostTerms, partCharacters, roleSchema } from '../../terms/schemas.ts';
import { fieldChangeSchema } from '../edits/schemas.ts';

/** The most titles of one file that is read. */
export const mostRows = 2000;
/** Largest file that is read, in bytes. */
export const mostFileBytes = 8 * 1024 * 1024;
/** The most mistakes, and changed titles, that an answer names. */
export const mostNamed = 200;
const mostFormerSlugs = 100;

const slug = Type.String({ minLength: 1, maxLength: slugCharacters });
const name = Type.String({ minLength: 1, maxLength: nameCharacters });
const tagline = Type.String({ maxLength: taglineCharacters });
const synopsis = Type.String({ maxLength: synopsisCharacters });

/** What is never nothing. */
const always = {
  id: Type.Optional({
    ...idSchema('title'),
    description: 'One that is not here yet is kept; without one, a title is known by its slug or its place.',
  }),
  kind: Type.Optional(titleKindSchema),
  state: Type.Optional(titleStateSchema),
  originalLanguage: Type.Optional(languageSchema),
  formerSlugs: Type.Optional(
    Type.Array(slug, {
      maxItems: mostFormerSlugs,
      description: 'Addresses that it had: they lead to the present one.',
    }),
  ),
  terms: Type.Optional(
    Type.Array(
      Type.Object(
        {
          term: Type.String({
            maxLength: 100,
            pattern: '^(category|tag|person)/',
            description: 'What it is, and its slug: these are the same on another server.',
            examples: ['category/romance'],
          }),
          role: Type.Optional(nullable(roleSchema)),
          part: Type.Optional(nullable(Type.String({ maxLength: partCharacters }))),
        },
        { additionalProperties: false },
      ),
      { maxItems: mostTerms, description: 'All of them, in their order. They must be there.' },
    ),
  ),
  releases: Type.Optional(
    Type.Array(Type.Object(releaseFields, { additionalProperties: false }), { maxItems: mostReleases }),
  ),
};
const parent = Type.String({
  maxLength: 200,
  description: 'Id of what it is a part of; also the slug of a series or movie, or `slug/number` for a season of it.',
  examples: ['the-last-tide/1'],
});
const number = Type.Integer({ minimum: 0, maximum: 100_000 });
const assetId = idSchema('asset');
const publishedAt = {
  ...timeSchema,
  description: 'When it first was published; taken from a file for new titles alone.',
};
const byLanguage = { maxProperties: mostTexts, description: 'By language; null removes one.' };

/** A title as files have it: everything that staff say of it. In a file that is read, what is not named stays. */
const exchangedTitleSchema = Type.Object(
  {
    ...always,
    parent: Type.Optional(nullable(parent)),
    number: Type.Optional(nullable(number)),
    slug: Type.Optional(nullable(slug)),
    maturity: Type.Optional(nullable(maturityAge)),
    year: Type.Optional(nullable(yearNumber)),
    topRung: Type.Optional(nullable(topRungPixels)),
    freeEpisodes: Type.Optional(nullable(freeEpisodesNumber)),
    qualityPreset: Type.Optional(presetSchema),
    ladder: Type.Optional(ladderSchema),
    priceClass: Type.Optional(priceClassSchema),
    markers: Type.Optional({
      ...givenMarkersSchema,
      description: 'All of them; in CSV a line for each, like `intro 0:10.000-1:25.500`.',
    }),
    assetId: Type.Optional(nullable(assetId)),
    publishedAt: Type.Optional(nullable(publishedAt)),
    texts: Type.Optional(
      Type.Record(
        languageSchema,
        nullable(
          Type.Object(
            { name, tagline: Type.Optional(nullable(tagline)), synopsis: Type.Optional(nullable(synopsis)) },
            { additionalProperties: false },
          ),
        ),
        byLanguage,
      ),
    ),
  },
  { $id: 'ExchangedTitle', additionalProperties: false },
);
export type ExchangedTitle = Static<typeof exchangedTitleSchema>;

/** The same of what is left when every null is taken out: what is wrong with it can be said in plain words. */
export const saidOfTitleSchema = Type.Object(
  {
    ...always,
    parent: Type.Optional(parent),
    number: Type.Optional(number),
    slug: Type.Optional(slug),
    maturity: Type.Optional(maturityAge),
    year: Type.Optional(yearNumber),
    topRung: Type.Optional(topRungPixels),
    freeEpisodes: Type.Optional(freeEpisodesNumber),
    qualityPreset: Type.Optional(presetName),
    ladder: Type.Optional(ladderName),
    priceClass: Type.Optional(priceClassName),
    markers: Type.Optional(saidMarkersSchema),
    assetId: Type.Optional(assetId),
    publishedAt: Type.Optional(publishedAt),
    texts: Type.Optional(
      Type.Record(
        languageSchema,
        Type.Object(
          { name, tagline: Type.Optional(tagline), synopsis: Type.Optional(synopsis) },
          { additionalProperties: false },
        ),
        byLanguage,
      ),
    ),
  },
  { additionalProperties: false },
);

/** Version of the format, for the day that it changes. */
export const fileVersion = 1;

/** A file in JSON. */
export const exchangeFileSchema = Type.Object(
  {
    version: Type.Literal(fileVersion),
    // Each is looked at by itself, so that what is wrong is named by title and field.
    titles: Type.Array(Type.Unsafe<unknown>({}), { maxItems: mostRows }),
  },
  { additionalProperties: false },
);

/** The same, as the document has it. */
export const documentedFileSchema = Type.Object({
  version: Type.Literal(fileVersion),
  titles: Type.Array(reference(exchangedTitleSchema), { maxItems: mostRows }),
});

const formatSchema = Type.Enum(['csv', 'json']);
export type ExchangeFormat = Static<typeof formatSchema>;

export const exportQuery = Type.Object(
  {
    format: formatSchema,
    rootId: Type.Optional({ ...idSchema('title'), description: 'One series or movie, with all its parts.' }),
  },
  { additionalProperties: false },
);

export const importQuery = Type.Object(
  {
    seen: Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      maxLength: 43,
      description: 'What the preview of this file answered.',
    }),
  },
  { additionalProperties: false },
);

const problemSchema = Type.Object(
  {
    row: Type.Integer({ description: 'As spreadsheets count: 1 is the head. In JSON the first title is 1.' }),
    column: nullable(Type.String({ examples: ['name:de'] })),
    message: Type.String(),
  },
  { $id: 'ImportProblem' },
);
export type ImportProblem = Static<typeof problemSchema>;

export const importPreviewSchema = Type.Object(
  {
    rows: Type.Integer({ description: 'Titles in the file.' }),
    made: Type.Integer(),
    changed: Type.Integer(),
    titles: Type.Array(
      Type.Object({
        row: Type.Integer(),
        titleId: nullable({ ...idSchema('title'), description: 'Null: it would be made.' }),
        kind: titleKindSchema,
        name: Type.String({ description: 'In the original language.' }),
        changes: Type.Array(reference(fieldChangeSchema)),
      }),
      { maxItems: mostNamed, description: 'What would be made or changed; the first of them.' },
    ),
    problems: Type.Array(reference(problemSchema), {
      maxItems: mostNamed,
      description: 'What is wrong, row by row; the first of it. With any, nothing can be imported.',
    }),
    seen: nullable(
      Type.String({ description: 'To be sent with the import; null when there are problems.', maxLength: 43 }),
    ),
  },
  { $id: 'ImportPreview' },
);
export type ImportPreviewView = Static<typeof importPreviewSchema>;

export const importedSchema = Type.Object(
  { rows: Type.Integer(), made: Type.Integer(), changed: Type.Integer() },
  { $id: 'Imported' },
);
export type ImportedView = Static<typeof importedSchema>;

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const exchangeSchemas = [exchangedTitleSchema, problemSchema, importPreviewSchema, importedSchema];
