import type { ColumnType, Generated } from 'kysely';

/** What titles are found by, one for each language of a title. Written by `server/search`. */
export interface SearchDocumentsTable {
  /** In the order in which they were made; none is ever used again. */
  id: Generated<number>;
  title_id: string;
  /** BCP 47. */
  language: string;
  name: string;
  /** Further texts that it is found by: an array of strings as JSON. */
  other_words: string;
  weight: number;
  /** Its place in the order of weight and age; null only while it is being written. */
  place: number | null;
  /** How it was indexed (`indexVersion`). */
  version: number;
  /** Only on PostgreSQL, a tsvector; SQLite has them in an FTS5 table, `search_tokens`, under `place`. */
  tokens: ColumnType<never, string | undefined, string | undefined>;
}

/** Words that typing errors are corrected to, folded. It says nothing about who may see where they occur. */
export interface SearchTermsTable {
  /** Only on SQLite, whose FTS5 table `search_term_parts` has its trigrams under it. */
  id: Generated<number>;
  term: string;
  /** Only on SQLite: its characters in the opposite order. */
  backwards: ColumnType<never, string | undefined, never>;
  /** Only on PostgreSQL: what its trigrams are made of. */
  sketch: ColumnType<never, string | undefined, never>;
}
