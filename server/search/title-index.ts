import type { Transaction } from '../db/port.ts';
import type { SearchedTitle, Visible } from './port.ts';

/** Which tokens a document must have. Tokens are those of `tokens.ts`: never what somebody typed. */
export type Expression =
  | { readonly token: string; readonly isPrefix: boolean }
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] };

/** A document as it is stored. */
export interface StoredDocument {
  readonly titleId: string;
  readonly language: string;
  readonly name: string;
  readonly otherWords: readonly string[];
  readonly weight: number;
}

/** A document to be stored. */
export interface IndexedDocument extends Omit<StoredDocument, 'titleId' | 'weight'> {
  readonly tokens: readonly string[];
  /** Words that typing errors may be corrected to. */
  readonly terms: readonly string[];
}

/** A part of a word, and how many characters words that have it have. */
export interface TermPart {
  /** Where it is in them. */
  readonly at: 'start' | 'end' | 'anywhere';
  readonly part: string;
  readonly least: number;
  readonly most: number;
}

/** What differs between databases: rows by tokens, and words that are nearly alike. */
export interface TitleIndex {
  /** Instead of all documents of the title; those that stay in their language keep their age. */
  put(tx: Transaction, title: Omit<SearchedTitle, 'documents'>, documents: readonly IndexedDocument[]): Promise<void>;
  /** Documents of visible titles, the heaviest first, then the newest. */
  find(expression: Expression, visible: Visible, limit: number): Promise<readonly StoredDocument[]>;
  /** Words with one of these parts, or that are one of `terms`; each part leads to `limit` at most. */
  terms(parts: readonly TermPart[], terms: readonly string[], limit: number): Promise<readonly string[]>;
  tidy(signal: AbortSignal): Promise<number>;
}

/** The way of `tokens.ts` and `fold.ts`: another number makes all titles be indexed anew. */
export const indexVersion = 1;

/** Weights are above ages in one number, by which both databases read documents in order. */
const agePlaces = 2 ** 32;

/** Where a document is in the order of weight and age. Below 2^53, because weights are below 2^21. */
export const placeOf = (weight: number, documentId: number): number => weight * agePlaces + documentId;
