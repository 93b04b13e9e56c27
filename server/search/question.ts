import type { Correction } from './corrections.ts';
import { foldWords, type Word } from './fold.ts';
import { mostQueryCharacters } from './port.ts';
import type { Expression } from './title-index.ts';
import { joinedPairs, otherToken, queryTokens, wholeToken, wordToken, type QueryToken } from './tokens.ts';

/** The most tokens that a question has; further ones are left out. */
const mostTokens = 12;

/** What somebody typed, taken apart. */
export interface Question {
  readonly text: string;
  readonly words: readonly Word[];
  readonly tokens: readonly QueryToken[];
  /** The tokens, and those with two words in a row as one. */
  readonly spellings: readonly (readonly QueryToken[])[];
}

/** Undefined when there is nothing to look for. */
export function readQuestion(query: string): Question | undefined {
  const text = Array.from(query).slice(0, mostQueryCharacters).join('');
  const words = foldWords(text);
  if (words.length === 0) return undefined;
  const tokens = queryTokens(words, mostTokens);
  return { text, words, tokens, spellings: [tokens, ...joinedSpellings(words)] };
}

function joinedSpellings(words: readonly Word[]): readonly (readonly QueryToken[])[] {
  return joinedPairs(words).map(([one, other]) => {
    const index = words.indexOf(one);
    const joined = { ...other, text: one.text + other.text, letters: [...one.letters, ...other.letters] };
    return queryTokens([...words.slice(0, index), joined, ...words.slice(index + 2)], mostTokens);
  });
}

const term = ({ text, isPrefix }: Pick<QueryToken, 'text' | 'isPrefix'>): Expression => ({ token: text, isPrefix });
const anywhere = (token: Pick<QueryToken, 'text' | 'isPrefix'>): readonly Expression[] => [
  term(token),
  term({ ...token, text: otherToken(token.text) }),
];
const oneOf = (any: readonly Expression[]): Expression => (any.length === 1 ? (any[0] as Expression) : { any });

/** The whole name, or its beginning. */
export const asName = ({ words }: Question, isPrefix: boolean): Expression => ({ token: wholeToken(words), isPrefix });

/** All words of one of the spellings, in names. */
export const asWords = ({ spellings }: Question): Expression =>
  oneOf(spellings.map((tokens) => ({ all: tokens.map(term) })));

/** The same anywhere. */
export const asOtherWords = ({ spellings }: Question): Expression =>
  oneOf(spellings.map((tokens) => ({ all: tokens.map((token) => ({ any: anywhere(token) })) })));

/** All words, or what they may be errors for. */
export const asCorrected = ({ tokens }: Question, corrections: readonly (readonly Correction[])[]): Expression => ({
  all: tokens.map((token, index) => ({
    any: [
      ...anywhere(token),
      ...(corrections[index] ?? []).flatMap((each) => anywhere({ text: wordToken(each.term), isPrefix: false })),
    ],
  })),
});
