import type { HttpApp } from '../../../server/http/http-app.ts';
import { answer, reference } from '../../schemas.ts';
import type { Readers } from '../viewers/readers.ts';
import { searchPageSchema, searchQuery, searchSchemas, suggestionQuery, suggestionsSchema } from './schemas.ts';
import type { Searching } from './searching.ts';

export interface SearchParts {
  readonly searching: Searching;
  readonly readers: Readers;
}

/** One who types asks with each letter; behind one network there may be a whole house. */
const limits = (what: string) =>
  [
    { per: 'address', points: 40, seconds: 5, what },
    { per: 'address', points: 240, seconds: 60, what },
  ] as const;
const tags = ['titles'];
const whatThereIs =
  'Only what is released for the region of the caller, within the maturity limit of their profile: nothing about other titles shows, in corrections and suggestions neither.';

/** Search for viewers, and for those who have not signed in yet. */
export function registerSearchRoutes(app: HttpApp, { searching, readers }: SearchParts): void {
  for (const schema of searchSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/search',
    {
      config: { access: 'optional', limits: limits('searches') },
      schema: {
        operationId: 'searchTitles',
        summary: 'Find series and movies by what somebody types',
        tags,
        querystring: searchQuery,
        description: `In any of their languages, with typing errors, in any script. The best come first. ${whatThereIs}`,
        response: { 200: answer('A page of what was found.', reference(searchPageSchema)) },
      },
    },
    async (request) => await searching.search(request.query, await readers.of(request)),
  );

  app.get(
    '/api/v1/search/suggestions',
    {
      config: { access: 'optional', limits: limits('suggestions') },
      schema: {
        operationId: 'suggestTitles',
        summary: 'Names of series and movies that may be meant by what is typed so far',
        tags,
        querystring: suggestionQuery,
        description: whatThereIs,
        response: { 200: answer('The names, the best first.', reference(suggestionsSchema)) },
      },
    },
    async (request) => await searching.suggest(request.query, await readers.of(request)),
  );
}
