import { initialOf } from './hangul.ts';
import type { Letter, Word } from './fold.ts';
import type { Range } from './port.ts';
import { compact, joinedPairs } from './tokens.ts';

/** What is looked for in a text: a word, a beginning of one, or a pair of characters. */
export interface Mark {
  readonly text: string;
  readonly isPrefix: boolean;
  /** The whole word is marked, because what was typed is not in it. */
  readonly isCorrection?: boolean;
}

/** The letters from the first on that hold so many folded characters. */
function lettersWith(letters: readonly Letter[], characters: number): readonly Letter[] {
  let held = 0;
  const end = letters.findIndex(({ text }) => (held += text.length) >= characters);
  return letters.slice(0, end + 1);
}

function rangeOf(letters: readonly Letter[]): readonly Range[] {
  const [first, last] = [letters[0], letters.at(-1)];
  return first && last ? [{ start: first.start, length: last.end - first.start }] : [];
}

/** Where a folded text is in some letters, beginning at the beginning of one. */
function rangesIn(letters: readonly Letter[], { text, isPrefix }: Mark): readonly Range[] {
  const whole = letters.map((letter) => letter.text).join('');
  let before = 0;
  for (const [index, letter] of letters.entries()) {
    const fits = isPrefix ? whole.startsWith(text, before) : whole.slice(before) === text;
    if (fits) return rangeOf(lettersWith(letters.slice(index), text.length));
    before += letter.text.length;
  }
  return [];
}

function inSpaced(word: Word, mark: Mark): readonly Range[] {
  if (mark.isCorrection) return word.text === mark.text ? rangeOf(word.letters) : [];
  const direct = word.text === mark.text || (mark.isPrefix && word.text.startsWith(mark.text));
  if (direct) return rangeOf(lettersWith(word.letters, mark.text.length));
  const initials = word.letters.map((letter) => ({ ...letter, text: initialOf(letter.text) ?? '' }));
  if (initials.some(({ text }) => text === '')) return word.text.startsWith('ال') ? rangesIn(word.letters, mark) : [];
  const byInitials = rangesIn(initials, mark);
  return byInitials.length > 0 ? byInitials : rangesIn(word.letters, mark);
}

function inUnspaced({ letters }: Word, { text }: Mark): readonly Range[] {
  return letters.flatMap((letter, index) => {
    const next = letters[index + 1];
    if (letter.text === text) return rangeOf([letter]);
    return next && letter.text + next.text === text ? rangeOf([letter, next]) : [];
  });
}

/** In order, without those over or right behind another. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start || b.length - a.length)) {
    const last = result.at(-1);
    if (last && range.start <= last.start + last.length) {
      const end = Math.max(last.start + last.length, range.start + range.length);
      result[result.length - 1] = { start: last.start, length: end - last.start };
    } else result.push(range);
  }
  return result;
}

/**
 * What of a name was asked for.
 * @param words of the name
 * @param whole the question without spaces: where the name begins with it, that is marked, and nothing else
 */
export function highlight(words: readonly Word[], whole: string, marks: readonly Mark[]): readonly Range[] {
  const letters = words.flatMap((word) => word.letters);
  if (compact(words).startsWith(whole)) return rangeOf(lettersWith(letters, whole.length));
  const joined = joinedPairs(words).map(([one, other]) => ({
    ...other,
    text: one.text + other.text,
    letters: [...one.letters, ...other.letters],
  }));
  return merged(
    marks.flatMap((mark) => {
      const direct = words.flatMap((word) => (word.isSpaced ? inSpaced(word, mark) : inUnspaced(word, mark)));
      return direct.length > 0 ? direct : joined.flatMap((word) => inSpaced(word, mark));
    }),
  );
}
