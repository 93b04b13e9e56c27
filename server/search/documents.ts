import type { Connection, Transaction } from '../db/port.ts';
import type { SearchedTitle } from './port.ts';
import { indexVersion, type IndexedDocument, type StoredDocument } from './title-index.ts';

/** Of documents that have to be put again. */
const outdatedVersion = 0;

/** What rows of documents say, besides their tokens. The same on both databases. */
export interface DocumentRow {
  readonly title_id: string;
  readonly language: string;
  readonly name: string;
  readonly other_words: string;
  readonly weight: number;
}

export const toStored = (row: DocumentRow): StoredDocument => ({
  titleId: row.title_id,
  language: row.language,
  name: row.name,
  otherWords: JSON.parse(row.other_words) as string[],
  weight: row.weight,
});

/** The columns of a document, without its tokens. */
export const columnsOf = ({ name, otherWords }: IndexedDocument, weight: number) => ({
  name,
  other_words: JSON.stringify(otherWords),
  weight,
  version: indexVersion,
});

/** Removes the documents in languages that a title has no more; returns those that are not stored like this yet. */
export async function replaceDocuments(
  tx: Transaction,
  { titleId, weight }: Pick<SearchedTitle, 'titleId' | 'weight'>,
  documents: readonly IndexedDocument[],
): Promise<readonly IndexedDocument[]> {
  const stored = await tx
    .selectFrom('search_documents')
    .select(['language', 'name', 'other_words', 'weight', 'version'])
    .where('title_id', '=', titleId)
    .execute();
  const before = new Map(stored.map((row) => [row.language, row]));
  const gone = [...before.keys()].filter((language) => !documents.some((each) => each.language === language));
  if (gone.length > 0)
    await tx.deleteFrom('search_documents').where('title_id', '=', titleId).where('language', 'in', gone).execute();
  return documents.filter((document) => {
    const row = before.get(document.language);
    const columns = columnsOf(document, weight);
    return (
      row?.name !== columns.name ||
      row.other_words !== columns.other_words ||
      row.weight !== columns.weight ||
      row.version !== columns.version
    );
  });
}

/** See `Search.outdated`. */
export async function findOutdated(db: Connection, titleIds: readonly string[]): Promise<readonly string[]> {
  const current = await db
    .selectFrom('search_documents')
    .select('title_id')
    .where('title_id', 'in', titleIds)
    .groupBy('title_id')
    .having((having) => having.fn.min('version'), '=', indexVersion)
    .execute();
  const isCurrent = new Set(current.map((row) => row.title_id));
  return titleIds.filter((id) => !isCurrent.has(id));
}

const titlesAtOnce = 500;

/** See `Search.putLater`. */
export async function markOutdated(tx: Transaction, titleIds: readonly string[]): Promise<void> {
  // In pieces: a statement has a bounded number of parameters.
  for (let from = 0; from < titleIds.length; from += titlesAtOnce)
    await tx
      .updateTable('search_documents')
      .set({ version: outdatedVersion })
      .where('title_id', 'in', titleIds.slice(from, from + titlesAtOnce))
      .execute();
}

/** See `Search.waiting`. */
export async function findWaiting(db: Connection, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('search_documents')
    .select('title_id')
    .distinct()
    .where('version', '<', indexVersion)
    .limit(limit)
    .execute();
  return rows.map((row) => row.title_id);
}
