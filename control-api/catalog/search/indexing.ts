import { everyTitle } from '../../../server/kit/title-scope.ts';
import type { Database, Transaction } from '../../../server/db/port.ts';
import type { Search, SearchedTitle } from '../../../server/search/port.ts';
import type { TitleKind } from '../../../server/db/tables/titles.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { rootKinds } from '../titles/kinds.ts';
import { findTermTexts, findTitleTerms, type TermTextRow } from '../terms/repository.ts';
import { findTexts, holdTitle, type TitleRow, type TitleTextRow } from '../titles/repository.ts';
import { textFor } from '../titles/texts.ts';

/** Nobody counts yet how many people want a title. */
const placeholderWeight = 0;

/** The most titles that are indexed in the transaction that changes a category, a tag or a person of theirs. */
const mostAtOnce = 100;

/** Everything that a title is found by, as the rows say it. */
interface Facts {
  readonly title: Pick<TitleRow, 'id' | 'year' | 'original_language' | 'deleted_at'>;
  readonly texts: readonly TitleTextRow[];
  /** Names of its categories, tags and people: of each in every language. */
  readonly terms: readonly { readonly originalLanguage: string; readonly texts: readonly TermTextRow[] }[];
}

/**
 * What a title is found by: its names, and in each language its tagline, its year and what its categories, tags and
 * people are called there; with the original name, what these are called anywhere. Nothing of its parts, which may be
 * released later than it is. What else is to find it belongs into `otherWords`.
 */
function searchedTitle({ title, texts, terms }: Facts): SearchedTitle {
  const documents = texts.map(({ language, name, tagline }) => {
    const called = terms.flatMap((term) =>
      language === title.original_language
        ? term.texts.map((text) => text.name)
        : [textFor(term.texts, [language], term.originalLanguage).name],
    );
    const words = [tagline ?? '', title.year === null ? '' : String(title.year), ...called];
    return { language, name, otherWords: [...new Set(words)].filter((each) => each !== '') };
  });
  return { titleId: title.id, documents: title.deleted_at === null ? documents : [], weight: placeholderWeight };
}

/**
 * Makes a series or movie found as it is now, in the transaction of its change, with the root held. Parts of others are
 * found by these: most of them are called by their number.
 */
export async function indexRoot(tx: Transaction, search: Pick<Search, 'put'>, rootId: string): Promise<void> {
  const title = await tx
    .selectFrom('titles')
    .select(['id', 'year', 'original_language', 'deleted_at'])
    .where('id', '=', rootId)
    .executeTakeFirst();
  if (!title) return;
  const rows = await findTitleTerms(tx, [rootId]);
  const named = Map.groupBy(
    await findTermTexts(tx, [...new Set(rows.map((row) => row.term_id))]),
    (text) => text.term_id,
  );
  const terms = rows.flatMap(({ term_id, original_language }) => {
    const texts = named.get(term_id);
    return texts ? [{ originalLanguage: original_language, texts }] : [];
  });
  await search.put(tx, searchedTitle({ title, texts: await findTexts(tx, [rootId]), terms }));
}

/** The series and movies that have a category, a tag or a person. */
export async function findRootsWith(tx: Transaction, termId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('title_terms')
    .innerJoin('titles', 'titles.id', 'title_terms.title_id')
    .select('titles.id')
    .distinct()
    .where('term_id', '=', termId)
    .where('parent_id', 'is', null)
    .orderBy('titles.id')
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * The same for titles whose category, tag or person is another one now. Where these are many they are found by the old
 * name until the upkeep gets to them, within about a minute: nobody's change is to wait for half the catalogue.
 */
export async function indexRoots(
  tx: Transaction,
  search: Pick<Search, 'put' | 'putLater'>,
  rootIds: readonly string[],
): Promise<void> {
  if (rootIds.length > mostAtOnce) return search.putLater(tx, rootIds);
  for (const id of rootIds) if (await holdTitle(tx, everyTitle, id)) await indexRoot(tx, search, id);
}

const titlesAtOnce = 500;

export interface OutdatedOptions {
  readonly db: Database;
  readonly search: Pick<Search, 'put' | 'waiting' | 'outdated'>;
  readonly clock: Clock;
  /** How long after all was looked at it is looked at again, in milliseconds. */
  readonly againAfterMs: number;
}

/** Indexes titles that are not, or that another version of the program did otherwise. */
export class OutdatedTitles {
  readonly #options: OutdatedOptions;
  #nextLook = 0;

  constructor(options: OutdatedOptions) {
    this.#options = options;
  }

  /** Returns how many it has indexed. */
  async index(signal: AbortSignal): Promise<number> {
    const { clock, againAfterMs } = this.#options;
    let indexed = await this.#indexWaiting(signal);
    if (clock.now() < this.#nextLook) return indexed;
    for (const kind of rootKinds) indexed += await this.#indexKind(kind, signal);
    if (!signal.aborted) this.#nextLook = clock.now() + againAfterMs;
    return indexed;
  }

  async #indexKind(kind: TitleKind, signal: AbortSignal): Promise<number> {
    const { db, search } = this.#options;
    let indexed = 0;
    for (let after = ''; ;) {
      const page = await db
        .selectFrom('titles')
        .select(['id', 'deleted_at'])
        .where('kind', '=', kind)
        .where('id', '>', after)
        .orderBy('id')
        .limit(titlesAtOnce)
        .execute();
      const last = page.at(-1);
      if (!last) return indexed;
      after = last.id;
      const present = page.filter(({ deleted_at }) => deleted_at === null).map(({ id }) => id);
      for (const id of await search.outdated(present)) {
        if (signal.aborted) return indexed;
        await this.#index(id);
        indexed += 1;
      }
    }
  }

  /** Those that are known to be put again. */
  async #indexWaiting(signal: AbortSignal): Promise<number> {
    let indexed = 0;
    for (;;) {
      const ids = await this.#options.search.waiting(titlesAtOnce);
      if (ids.length === 0) return indexed;
      for (const id of ids) {
        if (signal.aborted) return indexed;
        await this.#index(id);
        indexed += 1;
      }
    }
  }

  async #index(id: string): Promise<void> {
    const { db, search } = this.#options;
    await db.transaction().execute(async (tx) => {
      if (await holdTitle(tx, everyTitle, id)) await indexRoot(tx, search, id);
    });
  }
}
