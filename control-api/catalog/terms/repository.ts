import type { Insertable, Selectable } from 'kysely';
import { titleKeys } from '../../../server/assets/title-keys.ts';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { TermKind, TermsTable, TermTextsTable, TitleTermsTable } from '../../../server/db/tables/terms.ts';
import { escapeLike } from '../../like-pattern.ts';
import { sql } from 'kysely';
import { foldText } from '../../../server/assets/title-keys.ts';

export type TermRow = Selectable<TermsTable>;
export type TermTextRow = Selectable<TermTextsTable>;

/** What a term is called and about, in one language. */
export interface TermText {
  readonly language: string;
  readonly name: string;
  readonly about: string | null;
}

/** Holds a term's row until the transaction ends, and returns it. */
export async function holdTerm(tx: Transaction, id: string): Promise<TermRow | undefined> {
  return tx
    .updateTable('terms')
    .set((expression) => ({ updated_at: expression.ref('updated_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export async function findTerm(db: Connection, id: string): Promise<TermRow | undefined> {
  return db.selectFrom('terms').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findTermTexts(db: Connection, ids: readonly string[]): Promise<TermTextRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('term_texts').selectAll().where('term_id', 'in', ids).orderBy('language').execute();
}

/** The current addresses of terms, by their ids. */
export async function findTermSlugs(db: Connection, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('slugs')
    .select(['subject_id', 'slug'])
    .where('subject_id', 'in', ids)
    .where('is_current', '=', 1)
    .execute();
  return new Map(rows.map(({ subject_id, slug }) => [subject_id, slug]));
}

/** Categories in their order, tags and people by their names in the original language; one more than `limit`. */
export async function listTerms(
  db: Connection,
  page: {
    readonly kind: TermKind;
    readonly search: string | undefined;
    readonly after: { readonly position: number; readonly order: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<(TermRow & { readonly name_order: string })[]> {
  let query = db
    .selectFrom('terms')
    .innerJoin('term_texts', (join) =>
      join.onRef('term_texts.term_id', '=', 'terms.id').onRef('term_texts.language', '=', 'terms.original_language'),
    )
    .selectAll('terms')
    .select('name_order')
    .where('kind', '=', page.kind)
    .orderBy('position')
    .orderBy('name_order')
    .orderBy('terms.id')
    .limit(page.limit + 1);
  if (page.after) {
    const { position, order, id } = page.after;
    query = query.where(sql<boolean>`(position, name_order, terms.id) > (${position}, ${order}, ${id})`);
  }
  const folded = page.search === undefined ? '' : foldText(page.search);
  if (folded !== '')
    query = query.where(
      'terms.id',
      'in',
      db
        .selectFrom('term_texts as named')
        .select('named.term_id')
        .where(sql<boolean>`named.name_folded like ${`%${escapeLike(folded)}%`} escape '\\'`),
    );
  return query.execute();
}

/** The place behind the last of a kind. */
export async function nextPosition(tx: Transaction, kind: TermKind): Promise<number> {
  const { last } = await tx
    .selectFrom('terms')
    .select((expression) => expression.fn.max('position').as('last'))
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

export async function insertTerm(tx: Transaction, row: Insertable<TermsTable>): Promise<void> {
  await tx.insertInto('terms').values(row).execute();
}

export async function putTermText(tx: Transaction, termId: string, { language, name, about }: TermText): Promise<void> {
  const { title_folded: name_folded, title_order: name_order } = titleKeys(name);
  const values = { name, name_folded, name_order, about };
  await tx
    .insertInto('term_texts')
    .values({ term_id: termId, language, ...values })
    .onConflict((conflict) => conflict.columns(['term_id', 'language']).doUpdateSet(values))
    .execute();
}

/** The terms of titles, in their order. */
export async function findTitleTerms(
  db: Connection,
  titleIds: readonly string[],
): Promise<(Selectable<TitleTermsTable> & Pick<TermRow, 'kind' | 'original_language'>)[]> {
  if (titleIds.length === 0) return [];
  return db
    .selectFrom('title_terms')
    .innerJoin('terms', 'terms.id', 'title_terms.term_id')
    .selectAll('title_terms')
    .select(['kind', 'original_language'])
    .where('title_id', 'in', titleIds)
    .orderBy('title_id')
    .orderBy('title_terms.position')
    .execute();
}

/** Gives a title, which must be held, these terms instead of those that it had. */
export async function putTitleTerms(
  tx: Transaction,
  titleId: string,
  rows: readonly Selectable<TitleTermsTable>[],
): Promise<void> {
  await tx.deleteFrom('title_terms').where('title_id', '=', titleId).execute();
  if (rows.length > 0) await tx.insertInto('title_terms').values(rows).execute();
}
