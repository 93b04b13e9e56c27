import { sql, type RawBuilder } from 'kysely';
import type { Database, Transaction } from '../db/port.ts';
import { columnsOf, replaceDocuments, toStored, type DocumentRow } from './documents.ts';
import type { Search, SearchedTitle, Visible } from './port.ts';
import {
  placeOf,
  type Expression,
  type IndexedDocument,
  type StoredDocument,
  type TermPart,
  type TitleIndex,
} from './title-index.ts';
import { otherToken } from './tokens.ts';
import { TitleSearch } from './title-search.ts';

/**
 * Search on SQLite: tokens are in an FTS5 table whose row ids are the order of weight and age, so that the first rows
 * that are read are those to be shown; words with typing errors are looked up in a dictionary by their beginning, their
 * end (the word backwards) or three characters in the middle (FTS5's trigrams).
 */
export function sqliteSearch(options: { readonly db: Database }): Search {
  return new TitleSearch({ ...options, index: new SqliteIndex(options) });
}

const largestCharacter = '\u{10ffff}';
const rowsAtOnce = 200;

class SqliteIndex implements TitleIndex {
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
      const columns = columnsOf(document, title.weight);
      const { id } = await tx
        .insertInto('search_documents')
        .values({ title_id: title.titleId, language: document.language, ...columns })
        .onConflict((conflict) => conflict.columns(['title_id', 'language']).doUpdateSet({ ...columns, place: null }))
        .returning('id')
        .executeTakeFirstOrThrow();
      const place = placeOf(title.weight, id);
      // A trigger took the tokens of the old place out.
      await tx.updateTable('search_documents').set({ place }).where('id', '=', id).execute();
      await sql`insert into search_tokens (rowid, tokens) values (${place}, ${document.tokens.join(' ')})`.execute(tx);
    }
    for (const term of new Set(changed.flatMap(({ terms }) => terms))) await addTerm(tx, term);
  }

  async find(expression: Expression, visible: Visible, limit: number): Promise<readonly StoredDocument[]> {
    // In the order of the row ids, which FTS5 reads backwards as well: it ends with the last row that is wanted.
    const { rows } = await sql<DocumentRow>`
      select d.title_id, d.language, d.name, d.other_words, d.weight
      from search_tokens cross join search_documents as d on d.place = search_tokens.rowid
      where search_tokens match ${matchOf(expression)} and ${visible(sql.ref('d.title_id'))}
      order by search_tokens.rowid desc limit ${limit}`.execute(this.#db);
    return rows.map(toStored);
  }

  async terms(parts: readonly TermPart[], terms: readonly string[], limit: number): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const part of parts) {
      const { rows } = await sql<{ readonly term: string }>`
        select term from search_terms
        where ${termsWith(part)} and length(term) between ${part.least} and ${part.most} limit ${limit}`.execute(
        this.#db,
      );
      for (const { term } of rows) found.add(term);
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
        .select(['id', 'term'])
        .where('term', '>', after)
        .orderBy('term')
        .limit(rowsAtOnce)
        .execute();
      const last = page.at(-1);
      if (!last) break;
      after = last.term;
      removed += await this.#db.transaction().execute(async (tx) => {
        let gone = 0;
        for (const { id, term } of page) {
          if (await isUsed(tx, term)) continue;
          await tx.deleteFrom('search_terms').where('id', '=', id).execute();
          gone += 1;
        }
        return gone;
      });
    }
    return removed;
  }
}

const backwards = (text: string): string => Array.from(text).toReversed().join('');

async function addTerm(tx: Transaction, term: string): Promise<void> {
  await tx
    .insertInto('search_terms')
    .values({ term, backwards: backwards(term) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function isUsed(tx: Transaction, term: string): Promise<boolean> {
  const expression = { any: [term, otherToken(term)].map((token) => ({ token, isPrefix: false })) };
  const { rows } = await sql`
    select 1 from search_tokens where search_tokens match ${matchOf(expression)} limit 1`.execute(tx);
  return rows.length > 0;
}

function termsWith({ at, part }: TermPart): RawBuilder<boolean> {
  if (at === 'start') return sql`term >= ${part} and term < ${part + largestCharacter}`;
  if (at === 'end') {
    const start = backwards(part);
    return sql`backwards >= ${start} and backwards < ${start + largestCharacter}`;
  }
  return sql`id in (select rowid from search_term_parts where term match ${quoted(part)})`;
}

/** An FTS5 string: nothing in it is an operator (https://www.sqlite.org/fts5.html#fts5_strings). */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function matchOf(expression: Expression): string {
  if ('token' in expression) return quoted(expression.token) + (expression.isPrefix ? '*' : '');
  const [parts, word] = 'all' in expression ? [expression.all, ' AND '] : [expression.any, ' OR '];
  return `(${parts.map(matchOf).join(word)})`;
}
