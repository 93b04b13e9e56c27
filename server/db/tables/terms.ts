declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    category: 'catalog';
    tag: 'catalog';
    person: 'catalog';
  }
}

/** By what titles are told apart and found, besides their names. */
export type TermKind = 'category' | 'tag' | 'person';

/** What somebody is to a title; null for categories and tags. */
export type CreditRole = 'cast' | 'director' | 'writer' | 'producer' | 'music';

/** A category, a tag or a person of the catalogue. */
export interface TermsTable {
  id: string;
  kind: TermKind;
  /** BCP 47; the language of the text that is always there. */
  original_language: string;
  /** The place of a category among the others; 0 for tags and people, which are in the order of their names. */
  position: number;
  revision: number;
  created_at: number;
  updated_at: number;
}

/** What a term is called, in one language. */
export interface TermTextsTable {
  term_id: string;
  language: string;
  name: string;
  /** Follow from the name, as those of titles. */
  name_folded: string;
  name_order: string;
  /** Some paragraphs about it, or who it is; null when nobody wrote any. */
  about: string | null;
}

/** Which terms a title has. */
export interface TitleTermsTable {
  title_id: string;
  term_id: string;
  /** Empty for categories and tags. */
  role: CreditRole | '';
  /** Whom somebody plays; null otherwise. */
  part: string | null;
  /** Its place among the terms of the title. */
  position: number;
}
