import type { Insertable, Selectable, Updateable } from 'kysely';
import { everyTitle, type TitleScope } from '../../../server/kit/title-scope.ts';
import { titleKeys } from '../../../server/assets/title-keys.ts';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { ReleasesTable, TitleKind, TitlesTable, TitleTextsTable } from '../../../server/db/tables/titles.ts';
import type { TitleText } from './texts.ts';

export type TitleRow = Selectable<TitlesTable>;
export type TitleTextRow = Selectable<TitleTextsTable>;
export type ReleaseRow = Selectable<ReleasesTable>;

/** A title that is held, with its root, which is itself where it is one. */
export interface HeldTitle {
  readonly title: TitleRow;
  readonly root: TitleRow;
}

/**
 * Holds the root of a title until the transaction ends, and returns both. Everything that changes something under a
 * root does this first: so numbers, order and windows are those of one moment, on any number of processes.
 * @param scope what is not in it is not there
 */
export async function holdTitle(tx: Transaction, scope: TitleScope, id: string): Promise<HeldTitle | undefined> {
  const found = await tx.selectFrom('titles').select('root_id').where('id', '=', id).executeTakeFirst();
  if (!found || !scope.includes(found.root_id)) return undefined;
  const root = await tx
    .updateTable('titles')
    .set((expression) => ({ updated_at: expression.ref('updated_at') }))
    .where('id', '=', found.root_id)
    .returningAll()
    .executeTakeFirst();
  if (!root) return undefined;
  const title = id === root.id ? root : await findTitle(tx, everyTitle, id);
  return title && { title, root };
}

/** Deleted ones as well. @param scope what is not in it is not there */
export async function findTitle(db: Connection, scope: TitleScope, id: string): Promise<TitleRow | undefined> {
  const title = await db.selectFrom('titles').selectAll().where('id', '=', id).executeTakeFirst();
  // Asked for what is not there as well: it makes no difference.
  return scope.includes(title?.root_id ?? '') ? title : undefined;
}

export async function findTexts(db: Connection, titleIds: readonly string[]): Promise<TitleTextRow[]> {
  if (titleIds.length === 0) return [];
  return db
    .selectFrom('title_texts')
    .selectAll()
    .where('title_id', 'in', titleIds)
    .orderBy('title_id')
    .orderBy('language')
    .execute();
}

export async function findReleases(db: Connection, titleId: string): Promise<ReleaseRow[]> {
  return db.selectFrom('releases').selectAll().where('title_id', '=', titleId).orderBy('region').execute();
}

/** The current address of a title; undefined where it has none: only roots have one. */
export async function findSlug(db: Connection, titleId: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('slugs')
    .select('slug')
    .where('subject_id', '=', titleId)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  return found?.slug;
}

/** What is a part of a title, by kind and number; deleted ones are not there. */
export async function findParts(db: Connection, parentId: string, kind?: TitleKind): Promise<TitleRow[]> {
  let query = db
    .selectFrom('titles')
    .selectAll()
    .where('parent_id', '=', parentId)
    .where('deleted_at', 'is', null)
    .orderBy('kind')
    .orderBy('number');
  if (kind !== undefined) query = query.where('kind', '=', kind);
  return query.execute();
}

/** The number behind the last of its kind in a parent. */
export async function nextNumber(tx: Transaction, parentId: string, kind: TitleKind): Promise<number> {
  const { last } = await tx
    .selectFrom('titles')
    .select((expression) => expression.fn.max('number').as('last'))
    .where('parent_id', '=', parentId)
    .where('kind', '=', kind)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

/** The following change a root or what is below it: it must be held (`holdTitle`), unless it is just being made. */
export async function insertTitle(tx: Transaction, row: Insertable<TitlesTable>): Promise<void> {
  await tx.insertInto('titles').values(row).execute();
}

export async function updateTitle(tx: Transaction, id: string, change: Updateable<TitlesTable>): Promise<void> {
  await tx
    .updateTable('titles')
    .set((expression) => ({ ...change, revision: expression('revision', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function putText(tx: Transaction, titleId: string, text: TitleText): Promise<void> {
  const { title_folded: folded, title_order: order } = titleKeys(text.name);
  const values = {
    name: text.name,
    name_folded: folded,
    name_order: order,
    tagline: text.tagline,
    synopsis: text.synopsis,
  };
  await tx
    .insertInto('title_texts')
    .values({ title_id: titleId, language: text.language, ...values })
    .onConflict((conflict) => conflict.columns(['title_id', 'language']).doUpdateSet(values))
    .execute();
}

export async function deleteText(tx: Transaction, titleId: string, language: string): Promise<void> {
  await tx.deleteFrom('title_texts').where('title_id', '=', titleId).where('language', '=', language).execute();
}

export async function putReleases(tx: Transaction, titleId: string, rows: readonly ReleaseRow[]): Promise<void> {
  await tx.deleteFrom('releases').where('title_id', '=', titleId).execute();
  if (rows.length > 0) await tx.insertInto('releases').values(rows).execute();
}

/**
 * Gives titles of one kind and parent their numbers, in the order of `ids`, from `first` on. In two steps, because no
 * two may have the same number at any moment: first below zero, where nobody is.
 */
export async function renumber(tx: Transaction, ids: readonly string[], first: number, now: number): Promise<void> {
  for (const [index, id] of ids.entries())
    await tx
      .updateTable('titles')
      .set({ number: -1 - index })
      .where('id', '=', id)
      .execute();
  for (const [index, id] of ids.entries()) await updateTitle(tx, id, { number: first + index, updated_at: now });
}
