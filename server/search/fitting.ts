import type { Correction } from './corrections.ts';
import { foldWords, type Word } from './fold.ts';
import { highlight, type Mark } from './highlight.ts';
import type { Range } from './port.ts';
import type { Question } from './question.ts';
import type { StoredDocument } from './title-index.ts';
import { compact, nameTokens, termsOf, type QueryToken } from './tokens.ts';

/** A document, taken apart again. */
interface Reading {
  readonly names: readonly Word[];
  readonly tokens: ReadonlySet<string>;
}

function read({ name, otherWords }: StoredDocument): Reading {
  const names = foldWords(name);
  const texts = [names, ...otherWords.map((text) => foldWords(text))];
  return { names, tokens: new Set(texts.flatMap((words) => [...nameTokens(words), ...termsOf(words)])) };
}

/** What a document has of a token: the token, or the correction with the fewest errors; undefined: neither. */
function fitOf(
  { tokens }: Reading,
  token: QueryToken,
  corrections: readonly Correction[] = [],
): Correction | undefined {
  const isThere = tokens.has(token.text) || (token.isPrefix && [...tokens].some((each) => each.startsWith(token.text)));
  return isThere ? { term: token.text, errors: 0 } : corrections.find(({ term }) => tokens.has(term));
}

/** What each token of a question may be an error for. */
export type Corrections = readonly (readonly Correction[])[];

/** How many typing errors a question has, if this document was meant. */
export function errorsIn(document: StoredDocument, { tokens }: Question, corrections: Corrections): number {
  const reading = read(document);
  return tokens.reduce((sum, token, index) => sum + (fitOf(reading, token, corrections[index])?.errors ?? 0), 0);
}

function marksFor(reading: Reading, question: Question, corrections: Corrections): readonly Mark[] {
  const spellings = question.spellings.flat();
  if (corrections.length === 0) return spellings;
  return question.tokens.map((token, index): Mark => {
    const { term, errors } = fitOf(reading, token, corrections[index]) ?? { term: token.text, errors: 0 };
    return errors === 0 ? token : { text: term, isPrefix: false, isCorrection: true };
  });
}

/** What of a document's name was asked for. */
export function highlightsIn(document: StoredDocument, question: Question, corrections: Corrections): readonly Range[] {
  const reading = read(document);
  return highlight(reading.names, compact(question.words), marksFor(reading, question, corrections));
}

/** The question as it may have been meant: with words as they are written in a document. */
export function meant(document: StoredDocument, question: Question, corrections: Corrections): string | null {
  const reading = read(document);
  const written = [document.name, ...document.otherWords].flatMap((text) => {
    const words = foldWords(text);
    const slice = (start = 0, end = 0) => text.slice(start, end);
    return words.flatMap((word, index) => {
      const next = words[index + 1];
      const start = word.letters[0]?.start;
      const single: [string, string] = [word.text, slice(start, word.letters.at(-1)?.end)];
      return next
        ? [single, [word.text + next.text, slice(start, next.letters.at(-1)?.end)] as typeof single]
        : [single];
    });
  });
  // The first one of a word counts: that of the name.
  const writtenAs = new Map(written.toReversed());
  let isOther = false;
  const words = question.words.map(({ text, letters }) => {
    const typed = question.text.slice(letters[0]?.start, letters.at(-1)?.end);
    const index = question.tokens.findIndex((token) => token.text === text);
    const token = question.tokens[index];
    const fit = token && fitOf(reading, token, corrections[index]);
    if (!fit || fit.errors === 0) return typed;
    isOther = true;
    return writtenAs.get(fit.term) ?? typed;
  });
  return isOther ? words.join(' ') : null;
}
