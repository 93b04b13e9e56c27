import { Type, type Static } from 'typebox';
import type { CreditRole, TermKind } from '../../../server/db/tables/terms.ts';
import { languageSchema } from '../../language.ts';
import { idSchema, limitQuery, nullable, pageOf, reference, timeSchema } from '../../schemas.ts';
import { pictureSchema } from '../pictures/picture-schema.ts';
import { slugCharacters, slugPattern } from '../slugs.ts';

export const termNameCharacters = 120;
export const aboutCharacters = 5000;
export const partCharacters = 120;
/** The most languages that a term has texts in. */
export const mostTermTexts = 60;
/** The most terms that a title has. */
export const mostTerms = 200;

export const termKinds: readonly TermKind[] = ['category', 'tag', 'person'];
export const creditRoles: readonly CreditRole[] = ['cast', 'director', 'writer', 'producer', 'music'];

const kindSchema = Type.Enum([...termKinds]);
export const roleSchema = Type.Enum([...creditRoles], { description: 'What a person is to the title.' });
export const termIdSchema = Type.String({
  pattern: '^(category|tag|person)_[0-9A-HJKMNP-TV-Z]{26}$',
  maxLength: 64,
  description: 'A category, a tag or a person.',
  examples: ['category_01JZ8Q4M6RXK3V5T9B2C7D1E0F'],
});
const slugSchema = Type.String({ minLength: 1, maxLength: slugCharacters, pattern: slugPattern });
const name = Type.String({ minLength: 1, maxLength: termNameCharacters, pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}]' });
const about = nullable(Type.String({ maxLength: aboutCharacters, description: 'Paragraphs of plain text.' }));
const revisionSchema = Type.Integer({ minimum: 1 });

const termTextSchema = Type.Object({ language: languageSchema, name, about }, { $id: 'TermText' });

export const termSchema = Type.Object(
  {
    id: termIdSchema,
    kind: kindSchema,
    name: Type.String({ description: 'In the language that the request prefers, as far as there is one.' }),
    slug: slugSchema,
    originalLanguage: languageSchema,
    texts: Type.Array(reference(termTextSchema), { minItems: 1, maxItems: mostTermTexts }),
    revision: revisionSchema,
    updatedAt: timeSchema,
    portrait: Type.Optional({ ...reference(pictureSchema), description: 'Of people who have one.' }),
    portraitId: Type.Optional(Type.String({ description: 'The same by its content.' })),
  },
  { $id: 'Term' },
);
export type TermView = Static<typeof termSchema>;
export const termPageSchema = pageOf(reference(termSchema), 'TermPage', 800);

const givenText = Type.Object({ name, about: Type.Optional(about) }, { additionalProperties: false });

export const createTermSchema = Type.Object(
  { kind: kindSchema, originalLanguage: languageSchema, text: givenText, slug: Type.Optional(slugSchema) },
  { additionalProperties: false, examples: [{ kind: 'category', originalLanguage: 'en', text: { name: 'Revenge' } }] },
);
export type CreateTerm = Static<typeof createTermSchema>;

export const changeTermSchema = Type.Object(
  {
    revision: revisionSchema,
    originalLanguage: Type.Optional(languageSchema),
    texts: Type.Optional(
      Type.Record(languageSchema, nullable(givenText), {
        maxProperties: mostTermTexts,
        description: 'By language. Those that are not named stay; null removes one.',
      }),
    ),
    slug: Type.Optional(slugSchema),
  },
  { additionalProperties: false, minProperties: 2, examples: [{ revision: 1, texts: { ko: { name: '복수' } } }] },
);
export type ChangeTerm = Static<typeof changeTermSchema>;

export const orderTermsSchema = Type.Object(
  {
    terms: Type.Array(idSchema('category'), {
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
      description: 'All categories, in their new order.',
    }),
  },
  { additionalProperties: false },
);

const titleTerm = {
  id: termIdSchema,
  role: Type.Optional(roleSchema),
  part: Type.Optional(nullable(Type.String({ maxLength: partCharacters, description: 'Whom a person plays.' }))),
};
export const putTitleTermsSchema = Type.Object(
  {
    revision: Type.Integer({ minimum: 1, description: 'That of the title.' }),
    terms: Type.Array(Type.Object(titleTerm, { additionalProperties: false }), { maxItems: mostTerms }),
  },
  {
    additionalProperties: false,
    examples: [
      { revision: 2, terms: [{ id: 'person_01JZ8Q4M6RXK3V5T9B2C7D1E0F', role: 'cast', part: 'The captain' }] },
    ],
  },
);
export type PutTitleTerms = Static<typeof putTitleTermsSchema>;

export const titleTermSchema = Type.Object(
  {
    id: termIdSchema,
    kind: kindSchema,
    name: Type.String(),
    role: nullable(roleSchema),
    part: nullable(Type.String()),
    portrait: Type.Optional({ ...reference(pictureSchema), description: 'Of people who have one.' }),
  },
  { $id: 'TitleTerm' },
);
export const titleTermsSchema = Type.Object(
  { items: Type.Array(reference(titleTermSchema), { maxItems: mostTerms }) },
  { $id: 'TitleTerms' },
);
export type TitleTermView = Static<typeof titleTermSchema>;

export const termListQuery = Type.Object(
  {
    kind: kindSchema,
    search: Type.Optional(Type.String({ maxLength: termNameCharacters })),
    cursor: Type.Optional(Type.String({ maxLength: 800 })),
    ...limitQuery,
  },
  { additionalProperties: false },
);
export type TermListQuery = Static<typeof termListQuery>;
export const termParams = Type.Object({ id: termIdSchema });

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const termSchemas = [termTextSchema, termSchema, termPageSchema, titleTermSchema, titleTermsSchema];
