import { allowedErrors, errorsBetween } from './distance.ts';
import type { TermPart, TitleIndex } from './title-index.ts';
import type { QueryToken } from './tokens.ts';

/** A word that may have been meant. */
export interface Correction {
  readonly term: string;
  readonly errors: number;
}

/** The most words that one word is corrected to. */
const mostCorrections = 40;
/** The most words of the dictionary that are compared for each part of a word. */
const mostCompared = 2000;
const longest = 60;

/** The word with two letters next to each other in the other order, for each two. */
function swapped(letters: readonly string[]): readonly string[] {
  return letters
    .slice(1)
    .map((letter, index) => [...letters.slice(0, index), letter, letters[index], ...letters.slice(index + 2)].join(''));
}

/**
 * Where to look for words with so many errors at most. Cut into one piece more than there are errors, a word keeps one
 * of them whole (but for letters that changed places between two pieces: those are asked for themselves).
 */
function partsOf(letters: readonly string[], errors: 1 | 2, isPrefix: boolean): readonly TermPart[] {
  const count = letters.length;
  const piece = (from: number, to: number): string => letters.slice(from, to).join('');
  const [least, most] = [Math.max(1, count - errors), count + errors];
  const cuts = errors === 1 ? [Math.floor(count / 2)] : [Math.floor(count / 3), count - Math.floor(count / 3)];
  const [first, last] = [cuts[0] as number, cuts.at(-1) as number];
  return [
    // What is typed on is only looked for by its beginning: the rest may be anywhere.
    { at: 'start', part: piece(0, first), least, most: isPrefix ? longest : most },
    { at: 'end', part: piece(last, count), least, most },
    ...(errors === 2 ? [{ at: 'anywhere', part: piece(first, last), least, most } as const] : []),
  ];
}

/** Words of the dictionary that may have been meant, those with the fewest errors first. Not the word itself. */
export async function correctionsOf(
  { text, isPrefix, isWord }: QueryToken,
  index: Pick<TitleIndex, 'terms'>,
): Promise<readonly Correction[]> {
  const letters = Array.from(text);
  const most = isWord ? allowedErrors(letters.length) : 0;
  if (most === 0) return [];
  const near = await index.terms(partsOf(letters, most, isPrefix), swapped(letters), mostCompared);
  return near
    .map((term) => ({
      term,
      errors: Math.min(errorsBetween(text, term, most), isPrefix ? errorsBetween(text, term, most, true) : Infinity),
    }))
    .filter(({ term, errors }) => errors <= most && term !== text)
    .sort((a, b) => a.errors - b.errors || a.term.length - b.term.length || (a.term < b.term ? -1 : 1))
    .slice(0, mostCorrections);
}
