import { sql, type RawBuilder } from 'kysely';
import type { Database, Transaction } from '../db/port.ts';
import { columnsOf, replaceDocuments, toStored } from './documents.ts';
import type { Search, SearchedTitle, Visible } from './port.ts';
import {
  placeOf,
  type Expression,
  type IndexedDocument,
  type StoredDocument,
  type TermPart,
  type TitleIndex,
} from './title-index.ts';
import { TitleSearch } from './title-search.ts';
import { otherToken } from './tokens.ts';

/**
 * Search on PostgreSQL: tokens are lexemes of a tsvector that is made here, so no parser, dictionary or locale of the
 * server has a say in them; words with typing errors are looked up in a dictionary by parts of them, with the trigrams
 * of pg_trgm.
 */
export function postgresSearch(options: { readonly db: Database }): Search {
  return new TitleSearch({ ...options, index: new PostgresIndex(options) });
}

const termsAtOnce = 500;

class PostgresIndex implements TitleIndex {
  readonly #db: Database;

  constructor({ db }: { readonly db: Database }) {
    this.#db = db;
  }

  async put(
    tx: Transaction,
    title: Pick<SearchedTitle, 'titleId' | 'weight'>,
    documents: readonly IndexedDocument[],
  ): Promise<void> {
    const changed = await replaceDocuments(tx, title, documents);
    for (const document of changed) {
      const tokens = sql<string>`array_to_tsvector(${document.tokens}::text[])`;
      const columns = { ...columnsOf(document, title.weight), tokens };
      const { id } = await tx
        .insertInto('search_documents')
        .values({ title_id: title.titleId, language: document.language, ...columns })
        .onConflict((conflict) => conflict.columns(['title_id', 'language']).doUpdateSet(columns))
        .returning('id')
        .executeTakeFirstOrThrow();
      await tx
        .updateTable('search_documents')
        .set({ place: placeOf(title.weight, id) })
        .where('id', '=', id)
        .execute();
    }
    // Sorted: of two transactions that add the same words none waits for a word that the other one waits behind.
    const added = [...new Set(changed.flatMap(({ terms }) => terms))].sort();
    if (added.length > 0)
      await tx
        .insertInto('search_terms')
        .values(added.map((term) => ({ term, sketch: sketchOf(term) })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  }

  async find(expression: Expression, visible: Visible, limit: number): Promise<readonly StoredDocument[]> {
    const rows = await this.#db
      .selectFrom('search_documents as d')
      .select(['d.title_id', 'd.language', 'd.name', 'd.other_words', 'd.weight'])
      .where(sql<boolean>`d.tokens @@ ${queryOf(expression)}::tsquery`)
      // In a query of its own, it is looked up for each row until there are enough. Else the planner joins: it would read
      // all titles first, because it cannot know how few rows have a token.
      .where(sql<boolean>`(select ${visible(sql.ref('d.title_id'))})`)
      .orderBy('d.place', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toStored);
  }

  async terms(parts: readonly TermPart[], terms: readonly string[], limit: number): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const part of parts) {
      const query = this.#db
        .selectFrom('search_terms')
        .select('term')
        .where(termsWith(part))
        .where(sql<boolean>`char_length(term) between ${part.least} and ${part.most}`)
        .limit(limit);
      for (const { term } of await query.execute()) found.add(term);
    }
    if (terms.length > 0) {
      const query = this.#db
        .selectFrom('search_terms')
        .select('term')
        .where('term', 'in', [...terms]);
      for (const { term } of await query.execute()) found.add(term);
    }
    return [...found];
  }

  async tidy(signal: AbortSignal): Promise<number> {
    let removed = 0;
    for (let after = ''; !signal.aborted;) {
      const page = await this.#db
        .selectFrom('search_terms')
        .select('term')
        .where('term', '>', after)
        .orderBy('term')
        .limit(termsAtOnce)
        .execute();
      const last = page.at(-1);
      if (!last) break;
      after = last.term;
      const terms = page.map(({ term }) => term);
      removed += await this.#db.transaction().execute(async (tx) => {
        // Waits for those who are adding words, and lets nobody add one meanwhile: it might be one that goes here.
        await sql`lock table search_terms in share row exclusive mode`.execute(tx);
        const unused: string[] = [];
        for (const term of terms) if (!(await isUsed(tx, term))) unused.push(term);
        if (unused.length > 0) await tx.deleteFrom('search_terms').where('term', 'in', unused).execute();
        return unused.length;
      });
    }
    return removed;
  }
}

async function isUsed(tx: Transaction, term: string): Promise<boolean> {
  const expression = { any: [term, otherToken(term)].map((token) => ({ token, isPrefix: false })) };
  const found = await tx
    .selectFrom('search_documents')
    .select('id')
    .where(sql<boolean>`tokens @@ ${queryOf(expression)}::tsquery`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A word with one ASCII letter or digit for each character. Which characters pg_trgm makes trigrams of is decided by
 * the locale of the database: under `C` it is ASCII alone, and Korean words would have none. That several characters
 * have the same one costs nothing: what is found is compared as it is written.
 */
function sketchOf(text: string): string {
  return Array.from(text, (character) =>
    alphabet.includes(character)
      ? character
      : (alphabet[(character.codePointAt(0) as number) % alphabet.length] as string),
  ).join('');
}

function termsWith({ at, part }: TermPart): RawBuilder<boolean> {
  const sketch = sketchOf(part);
  return sql`sketch like ${`${at === 'start' ? '' : '%'}${sketch}${at === 'end' ? '' : '%'}`}`;
}

/** A lexeme of a tsquery: nothing in it is an operator (https://www.postgresql.org/docs/current/datatype-textsearch.html). */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

function queryOf(expression: Expression): string {
  if ('token' in expression) return quoted(expression.token) + (expression.isPrefix ? ':*' : '');
  const [parts, sign] = 'all' in expression ? [expression.all, ' & '] : [expression.any, ' | '];
  return `(${parts.map(queryOf).join(sign)})`;
}
