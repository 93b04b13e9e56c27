import { sql } from 'kysely';
import type { Database } from '../../db/port.ts';
import type { Found, Search, SearchDocument, SearchOptions, Visible } from '../../search/port.ts';
import { Rows } from '../rows.ts';

/** An empty backend of the search, on its migrated database. */
export interface SearchFixture {
  readonly db: Database;
  readonly search: Search;
}

/** What is shown in these tests: what is published. */
const visible: Visible = (id) =>
  sql`exists (select 1 from titles where titles.id = ${id} and titles.state = 'published')`;

/** A catalogue of a test: titles by short names of their own. */
export class SearchedCatalogue {
  readonly #fixture: SearchFixture;
  readonly #rows: Rows;
  readonly #ids = new Map<string, string>();

  constructor(fixture: SearchFixture) {
    this.#fixture = fixture;
    this.#rows = new Rows(fixture.db);
  }

  idOf(key: string): string {
    return this.#ids.get(key) as string;
  }

  /** Makes or changes a title. `names` by language, or one in English. */
  async put(
    key: string,
    names: string | Readonly<Record<string, string>>,
    more: { readonly other?: readonly string[]; readonly weight?: number; readonly isHidden?: boolean } = {},
  ): Promise<void> {
    if (!this.#ids.has(key)) {
      const state = more.isHidden ? 'draft' : 'published';
      this.#ids.set(key, (await this.#rows.catalogueTitle({ state })).id);
    }
    const documents = Object.entries(typeof names === 'string' ? { en: names } : names).map(
      ([language, name]): SearchDocument => ({ language, name, otherWords: more.other ?? [] }),
    );
    const { db, search } = this.#fixture;
    await db
      .transaction()
      .execute((tx) => search.put(tx, { titleId: this.idOf(key), documents, weight: more.weight ?? 0 }));
  }

  async find(query: string, options: Partial<SearchOptions> = {}): Promise<Found> {
    return this.#fixture.search.find(query, { visible, limit: 50, ...options });
  }

  /** The short names of what is found, in order. */
  async keys(query: string, options: Partial<SearchOptions> = {}): Promise<readonly string[]> {
    const keys = new Map([...this.#ids].map(([key, id]) => [id, key]));
    return (await this.find(query, options)).hits.map(({ titleId }) => keys.get(titleId) ?? titleId);
  }
}
