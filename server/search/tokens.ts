import type { Word } from './fold.ts';
import { initialOf } from './hangul.ts';

/** Stands before the token of a whole name, and before those of what belongs to a title besides its name. */
const wholeMark = '\ue000';
const otherMark = '\ue001';
/** Characters of a word, and of a whole name, that are indexed. What is longer is found by its beginning. */
const wordCharacters = 60;
const wholeCharacters = 100;
/** How long words are that typing errors are corrected to. */
const leastTerm = 3;
const longestTerm = 40;

const cut = (text: string, characters: number): string =>
  text.length <= characters ? text : Array.from(text).slice(0, characters).join('');

export const wordToken = (word: string): string => cut(word, wordCharacters);
export const otherToken = (token: string): string => otherMark + token;

/** A name without the spaces and punctuation in it. */
export const compact = (words: readonly Word[]): string => words.map(({ text }) => text).join('');

/** The token of a whole name: who types its beginning wants that title first. */
export const wholeToken = (words: readonly Word[]): string => wholeMark + cut(compact(words), wholeCharacters);

/** Two words in a row that are one in another spelling: `spider man`, `spiderman`. */
export function joinedPairs(words: readonly Word[]): readonly (readonly [Word, Word])[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    return next?.isSpaced && word.isSpaced ? [[word, next] as const] : [];
  });
}

/** A run without spaces as pairs of characters, and the last one alone: so each single one begins a token. */
function pairsOf({ letters }: Word): readonly string[] {
  return letters.map(({ text }, index) => text + (letters[index + 1]?.text ?? ''));
}

/** What a word is found by besides itself: Korean initials and ends, the Arabic word without its article. */
function formsOf(word: Word): readonly string[] {
  const initials = word.letters.map(({ text }) => initialOf(text));
  const isKorean = word.letters.length > 1 && initials.every((initial) => initial !== undefined);
  const article = /^ال(?=..)/.exec(word.text);
  return [
    ...(isKorean ? [initials.join('')] : []),
    // Korean compounds are written without a space as often as with one.
    ...(isKorean ? word.letters.slice(1, -1).map((_, index) => textFrom(word, index + 1)) : []),
    ...(article ? [word.text.slice(article[0].length)] : []),
  ];
}

const textFrom = ({ letters }: Word, from: number): string =>
  letters
    .slice(from)
    .map(({ text }) => text)
    .join('');

function tokensOf(words: readonly Word[]): readonly string[] {
  return words.flatMap((word) => (word.isSpaced ? [word.text, ...formsOf(word)] : pairsOf(word))).map(wordToken);
}

/** What a name is found by. */
export function nameTokens(words: readonly Word[]): readonly string[] {
  if (words.length === 0) return [];
  const initials = words.flatMap(({ letters }) => letters.map(({ text }) => initialOf(text)));
  const isKorean = words.length > 1 && initials.every((initial) => initial !== undefined);
  return [
    ...new Set([
      wholeToken(words),
      ...tokensOf(words),
      ...joinedPairs(words).map(([one, other]) => wordToken(one.text + other.text)),
      ...(isKorean ? [wordToken(initials.join(''))] : []),
    ]),
  ];
}

/** What other words of a title are found by. */
export function otherTokens(words: readonly Word[]): readonly string[] {
  return [...new Set(tokensOf(words).map(otherToken))];
}

const isTerm = (text: string): boolean =>
  text.length >= leastTerm && text.length <= longestTerm && !/[\p{N}\p{Co}]/u.test(text);

/** The words that typing errors may be corrected to. */
export function termsOf(words: readonly Word[]): readonly string[] {
  const spaced = words.filter(({ isSpaced }) => isSpaced).map(({ text }) => text);
  const tied = joinedPairs(words).flatMap(([one, other]) => (other.isTied ? [one.text + other.text] : []));
  return [...new Set([...spaced, ...tied].filter(isTerm))];
}

/** A token that is asked for. */
export interface QueryToken {
  readonly text: string;
  /** Whether what begins with it will do: it may be typed on. */
  readonly isPrefix: boolean;
  /** Whether it is a word, in which there may be typing errors. */
  readonly isWord: boolean;
}

/** The tokens that each have to be there. */
export function queryTokens(words: readonly Word[], most: number): readonly QueryToken[] {
  const tokens = words.flatMap((word, index): QueryToken[] => {
    if (word.isSpaced)
      return [{ text: wordToken(word.text), isPrefix: index === words.length - 1, isWord: isTerm(word.text) }];
    const pairs = pairsOf(word);
    // A character alone begins a pair wherever it is; else the pairs say it all.
    return (pairs.length === 1 ? pairs : pairs.slice(0, -1)).map((text) => ({
      text,
      isPrefix: pairs.length === 1,
      isWord: false,
    }));
  });
  return tokens.slice(0, most);
}
