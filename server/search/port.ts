import type { RawBuilder } from 'kysely';
import type { Transaction } from '../db/port.ts';

/** What a title is found by in one language. */
export interface SearchDocument {
  /** BCP 47. */
  readonly language: string;
  /** As it is shown. What is found in it is marked. */
  readonly name: string;
  /** Other texts that belong to the title, of any kind: it is found by their words as well, but after names. */
  readonly otherWords: readonly string[];
}

/** Everything that one title is found by. */
export interface SearchedTitle {
  readonly titleId: string;
  /** In each of its languages. None: the title is not found any more. */
  readonly documents: readonly SearchDocument[];
  /** How many people want it, 0 to `mostWeight`: of what fits as well, the heavier comes first. */
  readonly weight: number;
}

/**
 * A condition on a title: that who searches may know of it. Everything that is answered is decided by it, in the
 * statement that reads the rows; words that occur in no such title lead nowhere, not even as a correction.
 * @param titleId the column
 */
export type Visible = (titleId: RawBuilder<unknown>) => RawBuilder<boolean>;

/** A part of a text. */
export interface Range {
  /** UTF-16 code units, as strings of JavaScript count. */
  readonly start: number;
  readonly length: number;
}

/** How a title was found; the best comes first. */
export const hitKinds = ['name', 'prefix', 'words', 'other', 'corrected'] as const;
/**
 * - `name`: it is called so.
 * - `prefix`: its name begins so.
 * - `words`: its name has all the words, the last one perhaps unfinished.
 * - `other`: it has them all, but not all in its name.
 * - `corrected`: it has them once typing errors are corrected.
 */
export type HitKind = (typeof hitKinds)[number];

/** A title that was found. */
export interface Hit {
  readonly titleId: string;
  readonly kind: HitKind;
  /** The name by which it was found, which may be in another language than the one that is shown. */
  readonly language: string;
  readonly name: string;
  /** What of the name was asked for, in order, none over another. Empty when it is in none of the name. */
  readonly highlights: readonly Range[];
  /** To go on behind it: `after` of the next page. */
  readonly place: string;
}

/** A question, and who may see what. */
export interface SearchOptions {
  readonly visible: Visible;
  /** The most hits. */
  readonly limit: number;
  /** The place of the last hit of the page before. */
  readonly after?: string | undefined;
  /** Of several names that fit as well, one in the first of these languages is taken. BCP 47. */
  readonly languages?: readonly string[];
}

/** What was found. */
export interface Found {
  readonly hits: readonly Hit[];
  /** Whether there are more behind the last one. */
  readonly hasMore: boolean;
  /** The question with its typing errors corrected to words of the first hit, when nothing fits as it was typed. Only on the first page. */
  readonly didYouMean: string | null;
}

/** What is longer is cut off there. */
export const mostQueryCharacters = 200;
/** The greatest weight of a title. */
export const mostWeight = 1_000_000;

/**
 * Finds titles by what people type. Both adapters answer the same to the same question.
 *
 * **What fits.** Letters are compared without case, accents and width; punctuation and apostrophes do not matter
 * (`spider-man`, `spiderman`, `spider man`). The last word may be unfinished. Korean is compared by the letters typed,
 * also by first consonants alone; Chinese, Japanese, Thai and others without spaces by pairs of characters; Arabic
 * without vowel signs and without the differences between its alefs, Cyrillic without the dots of ё. A word of four
 * letters may have one typing error, of nine letters two; words with digits none. Errors are corrected only when fewer
 * than `enough` titles (10) fit as typed.
 *
 * **Order.** As in `hitKinds`; corrected ones with fewer errors first; then by weight, then the newest title first (by
 * its id). Of each kind the 300 documents that come first by weight and age are looked at.
 *
 * **Any text is a question.** It is no query language: nothing in it is an operator. One without letters, digits or
 * symbols finds nothing.
 */
export interface Search {
  /**
   * Makes a title found by these documents and no others, in the transaction of their change.
   * @throws RangeError when the weight is none
   */
  put(tx: Transaction, title: SearchedTitle): Promise<void>;
  /** @throws RangeError when `after` is no place */
  find(query: string, options: SearchOptions): Promise<Found>;
  /**
   * Says that these have to be put again, in the transaction of the change by which they have. Until then they are found
   * as before.
   */
  putLater(tx: Transaction, titleIds: readonly string[]): Promise<void>;
  /** Titles that have to be put again: since `putLater`, or because another version of the program indexed them. */
  waiting(limit: number): Promise<readonly string[]>;
  /**
   * Titles of these that are not indexed, or not as this version of the program does it: they have to be put.
   */
  outdated(titleIds: readonly string[]): Promise<readonly string[]>;
  /** Forgets words that no title has any more. Returns how many. */
  tidy(signal: AbortSignal): Promise<number>;
}
