import { sql } from 'kysely';
import type { Range, Search, SearchOptions, Visible } from '../../../server/search/port.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { isReleased, type Onlooker } from '../release/released.ts';
import type { ReleasedTitles, Reader } from '../viewers/reading.ts';
import type { FoundTitle, SearchPage, SearchQuery, SuggestionQuery, Suggestions } from './schemas.ts';

export interface SearchingOptions {
  readonly search: Pick<Search, 'find'>;
  readonly released: Pick<ReleasedTitles, 'cardsOf'>;
}

const defaultHits = 20;
const defaultSuggestions = 8;

/** Search among what is released to who asks. */
export class Searching {
  readonly #options: SearchingOptions;

  constructor(options: SearchingOptions) {
    this.#options = options;
  }

  /** @throws ProblemError invalid_request when the cursor is none */
  async search({ q, limit = defaultHits, cursor }: SearchQuery, reader: Reader): Promise<SearchPage> {
    const { hits, hasMore, didYouMean } = await this.#find(q, reader, { limit, after: cursor });
    const cards = await this.#options.released.cardsOf(
      hits.map(({ titleId }) => titleId),
      reader,
    );
    const items = hits.flatMap(({ titleId, kind, language, name, highlights }): FoundTitle[] => {
      const title = cards.get(titleId);
      if (!title) return [];
      const ranges = [...highlights];
      return [
        title.name === name
          ? { title, match: kind, highlights: ranges, otherName: null }
          : { title, match: kind, highlights: [], otherName: { language, name, highlights: ranges } },
      ];
    });
    return { items, nextCursor: hasMore ? (hits.at(-1)?.place ?? null) : null, didYouMean };
  }

  /** Names that may be meant by what is typed so far. */
  async suggest({ q, limit = defaultSuggestions }: SuggestionQuery, reader: Reader): Promise<Suggestions> {
    // Several titles may have one name.
    const { hits, didYouMean } = await this.#find(q, reader, { limit: 2 * limit });
    const named = new Map<string, { titleId: string; language: string; name: string; highlights: Range[] }>();
    for (const { titleId, language, name, highlights } of hits)
      if (!named.has(name)) named.set(name, { titleId, language, name, highlights: [...highlights] });
    return { items: [...named.values()].slice(0, limit), didYouMean };
  }

  async #find(query: string, reader: Reader, page: Pick<SearchOptions, 'limit' | 'after'>) {
    try {
      return await this.#options.search.find(query, {
        visible: visibleTo(reader),
        languages: reader.languages,
        ...page,
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ProblemError('invalid_request', 'The cursor is not of this search. Begin with the first page.', {
        cause: error,
      });
    }
  }
}

/** What is released to somebody, within their limit of age. */
function visibleTo(onlooker: Onlooker): Visible {
  const { maturityLimit } = onlooker;
  if (maturityLimit === null) return (titleId) => isReleased(titleId, onlooker);
  return (titleId) => sql<boolean>`(${isReleased(titleId, onlooker)} and exists (
    select 1 from titles as of_age where of_age.id = ${titleId} and of_age.effective_maturity <= ${maturityLimit}))`;
}
