import type { Database, Transaction } from '../../../server/db/port.ts';
import type { Search, SearchedTitle } from '../../../server/search/port.ts';
import type { TitleKind } from '../../../server/db/tables/titles.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { rootKinds } from '../titles/kinds.ts';
import { findTexts, holdTitle, type TitleRow, type TitleTextRow } from '../titles/repository.ts';

/** Nobody counts yet how many people want a title. */
const placeholderWeight = 0;

/**
 * What a title is found by: its names, and in each language its tagline and year. Nothing of its parts, which may be
 * released later than it is. What else is to find it (people, categories, tags) belongs into `otherWords`.
 */
function searchedTitle(
  { id, year, deleted_at }: Pick<TitleRow, 'id' | 'year' | 'deleted_at'>,
  texts: readonly TitleTextRow[],
): SearchedTitle {
  const documents = texts.map(({ language, name, tagline }) => ({
    language,
    name,
    otherWords: [tagline ?? '', year === null ? '' : String(year)].filter((words) => words !== ''),
  }));
  return { titleId: id, documents: deleted_at === null ? documents : [], weight: placeholderWeight };
}

/**
 * Makes a series or movie found as it is now, in the transaction of its change, with the root held. Parts of others are
 * found by these: most of them are called by their number.
 */
export async function indexRoot(tx: Transaction, search: Pick<Search, 'put'>, rootId: string): Promise<void> {
  const root = await tx
    .selectFrom('titles')
    .select(['id', 'year', 'deleted_at'])
    .where('id', '=', rootId)
    .executeTakeFirst();
  if (root) await search.put(tx, searchedTitle(root, await findTexts(tx, [rootId])));
}

const titlesAtOnce = 500;

export interface OutdatedOptions {
  readonly db: Database;
  readonly search: Pick<Search, 'put' | 'outdated'>;
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
    if (clock.now() < this.#nextLook) return 0;
    let indexed = 0;
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
        await db.transaction().execute(async (tx) => {
          if (await holdTitle(tx, id)) await indexRoot(tx, search, id);
        });
        indexed += 1;
      }
    }
  }
}
