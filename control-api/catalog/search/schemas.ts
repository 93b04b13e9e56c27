import { Type, type Static } from 'typebox';
import { hitKinds, mostQueryCharacters } from '../../../server/search/port.ts';
import { languageSchema } from '../../language.ts';
import { idSchema, nullable, reference } from '../../schemas.ts';
import { titleCardSchema } from '../viewers/schemas.ts';

const mostHits = 50;
const mostSuggestions = 20;

const q = Type.String({
  minLength: 1,
  maxLength: mostQueryCharacters,
  description: 'What was typed so far. Nothing in it is an operator.',
  examples: ['spider-m'],
});
const limit = (most: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, description: `Default ${usual}.` }));

export const searchQuery = Type.Object(
  {
    q,
    limit: limit(mostHits, 20),
    cursor: Type.Optional(Type.String({ maxLength: 120, description: '`nextCursor` of the page before.' })),
  },
  { additionalProperties: false },
);
export type SearchQuery = Static<typeof searchQuery>;

export const suggestionQuery = Type.Object({ q, limit: limit(mostSuggestions, 8) }, { additionalProperties: false });
export type SuggestionQuery = Static<typeof suggestionQuery>;

const highlights = Type.Array(
  Type.Object({ start: Type.Integer({ minimum: 0 }), length: Type.Integer({ minimum: 1 }) }),
  { description: 'Parts of the name that were asked for, in UTF-16 code units, as strings of JavaScript count.' },
);
const didYouMean = nullable(
  Type.String({ description: 'What may have been meant, when nothing fits what was typed: the question corrected.' }),
);
const names = { language: languageSchema, name: Type.String(), highlights };

const foundTitleSchema = Type.Object(
  {
    title: reference(titleCardSchema),
    match: Type.Enum([...hitKinds], {
      description:
        'How it was found: it is called so, its name begins so, it has all words in the name, it has them elsewhere as well, it has them but for typing errors.',
    }),
    highlights,
    otherName: nullable(
      Type.Object(names, { description: 'The name by which it was found, where that is not the one in `title`.' }),
    ),
  },
  { $id: 'FoundTitle' },
);
export type FoundTitle = Static<typeof foundTitleSchema>;

export const searchPageSchema = Type.Object(
  {
    items: Type.Array(reference(foundTitleSchema), { maxItems: mostHits }),
    nextCursor: nullable(Type.String({ maxLength: 120, description: 'Null on the last page.' })),
    didYouMean,
  },
  { $id: 'SearchPage' },
);
export type SearchPage = Static<typeof searchPageSchema>;

export const suggestionsSchema = Type.Object(
  {
    items: Type.Array(Type.Object({ titleId: idSchema('title'), ...names }), { maxItems: mostSuggestions }),
    didYouMean,
  },
  { $id: 'SearchSuggestions' },
);
export type Suggestions = Static<typeof suggestionsSchema>;

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const searchSchemas = [foundTitleSchema, searchPageSchema, suggestionsSchema];
