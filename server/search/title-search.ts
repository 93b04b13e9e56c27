import type { Database, Transaction } from '../db/port.ts';
import { correctionsOf, type Correction } from './corrections.ts';
import { findOutdated, findWaiting, markOutdated } from './documents.ts';
import { foldWords } from './fold.ts';
import { highlight, type Mark } from './highlight.ts';
import {
  hitKinds,
  mostWeight,
  type Found,
  type Hit,
  type HitKind,
  type Search,
  type SearchedTitle,
  type SearchOptions,
} from './port.ts';
import { asCorrected, asName, asOtherWords, asWords, readQuestion, type Question } from './question.ts';
import type { StoredDocument, TitleIndex } from './title-index.ts';
import { compact, nameTokens, otherTokens, termsOf, type QueryToken } from './tokens.ts';

/** Errors are corrected when fewer titles fit as typed. */
const enough = 10;
/** The most documents of each kind that are looked at. */
const mostDocuments = 300;

/** A title that fits, before it is known which are shown. */
interface Candidate {
  readonly document: StoredDocument;
  readonly kind: HitKind;
  /** Typing errors, in all words together. */
  readonly errors: number;
}

/** Where a title is in the order of hits. */
interface Place {
  readonly kind: number;
  readonly errors: number;
  readonly weight: number;
  readonly titleId: string;
}

/** What is alike for all databases: what is asked of the index, in which order, and what comes first. */
export class TitleSearch implements Search {
  readonly #db: Database;
  readonly #index: TitleIndex;

  constructor({ db, index }: { readonly db: Database; readonly index: TitleIndex }) {
    this.#db = db;
    this.#index = index;
  }

  async put(tx: Transaction, { documents, ...title }: SearchedTitle): Promise<void> {
    if (!Number.isInteger(title.weight) || title.weight < 0 || title.weight > mostWeight)
      throw new RangeError(`${title.weight} is no weight`);
    await this.#index.put(
      tx,
      title,
      documents.map(({ language, name, otherWords }) => {
        const [named, others] = [foldWords(name), otherWords.map((text) => foldWords(text))];
        return {
          language,
          name,
          otherWords,
          tokens: [...nameTokens(named), ...others.flatMap((words) => otherTokens(words))],
          terms: [named, ...others].flatMap((words) => termsOf(words)),
        };
      }),
    );
  }

  async find(query: string, options: SearchOptions): Promise<Found> {
    const after = options.after === undefined ? undefined : readPlace(options.after);
    const question = readQuestion(query);
    if (!question) return { hits: [], hasMore: false, didYouMean: null };
    const found = new Candidates(options.languages ?? [], after);
    const wanted = options.limit + 1;
    for (const [kind, expression] of [
      ['name', asName(question, false)],
      ['prefix', asName(question, true)],
      ['words', asWords(question)],
      ['other', asOtherWords(question)],
    ] as const) {
      found.add(kind, await this.#index.find(expression, options.visible, mostDocuments), () => 0);
      // What comes later is behind all of these.
      if (found.behind.length >= wanted) break;
    }
    let corrections: readonly (readonly Correction[])[] = [];
    const fitsAsTyped = found.size > 0;
    if (found.behind.length < wanted && found.size < enough) {
      corrections = await Promise.all(question.tokens.map((token) => correctionsOf(token, this.#index)));
      if (corrections.some((each) => each.length > 0)) {
        const documents = await this.#index.find(asCorrected(question, corrections), options.visible, mostDocuments);
        found.add('corrected', documents, (document) => errorsIn(document, question, corrections));
      }
    }
    const shown = found.behind.slice(0, options.limit);
    const best = found.behind[0];
    return {
      hits: shown.map((candidate) => present(candidate, question, corrections)),
      hasMore: found.behind.length > options.limit,
      didYouMean: fitsAsTyped || !best ? null : meant(best.document, question, corrections),
    };
  }

  async putLater(tx: Transaction, titleIds: readonly string[]): Promise<void> {
    await markOutdated(tx, titleIds);
  }

  async waiting(limit: number): Promise<readonly string[]> {
    return findWaiting(this.#db, limit);
  }

  async outdated(titleIds: readonly string[]): Promise<readonly string[]> {
    return titleIds.length === 0 ? [] : findOutdated(this.#db, titleIds);
  }

  async tidy(signal: AbortSignal): Promise<number> {
    return this.#index.tidy(signal);
  }
}

const compare = (a: Place, b: Place): number =>
  a.kind - b.kind ||
  a.errors - b.errors ||
  b.weight - a.weight ||
  (a.titleId < b.titleId ? 1 : a.titleId > b.titleId ? -1 : 0);

const placeOfCandidate = ({ kind, errors, document: { weight, titleId } }: Candidate): Place => ({
  kind: hitKinds.indexOf(kind),
  errors,
  weight,
  titleId,
});

/** @throws RangeError when it is none */
function readPlace(text: string): Place {
  const [, kind, errors, weight, titleId] = /^(\d)\.(\d{1,2})\.(\d{1,7})\.(\w{1,64})$/.exec(text) ?? [];
  if (titleId === undefined) throw new RangeError(`${text} is no place`);
  return { kind: Number(kind), errors: Number(errors), weight: Number(weight), titleId };
}

function writePlace({ kind, errors, weight, titleId }: Place): string {
  return `${kind}.${errors}.${weight}.${titleId}`;
}

/** Titles that were found, each by its best name. */
class Candidates {
  readonly #languages: readonly string[];
  readonly #after: Place | undefined;
  readonly #titles = new Map<string, Candidate>();

  constructor(languages: readonly string[], after: Place | undefined) {
    this.#languages = languages;
    this.#after = after;
  }

  get size(): number {
    return this.#titles.size;
  }

  /** Those behind the page before, in order. */
  get behind(): readonly Candidate[] {
    const after = this.#after;
    return [...this.#titles.values()]
      .map((candidate) => ({ candidate, place: placeOfCandidate(candidate) }))
      .filter(({ place }) => !after || compare(place, after) > 0)
      .sort((a, b) => compare(a.place, b.place))
      .map(({ candidate }) => candidate);
  }

  /** Titles that are here already fit better. */
  add(kind: HitKind, documents: readonly StoredDocument[], errors: (document: StoredDocument) => number): void {
    const added = new Map<string, Candidate>();
    for (const document of documents) {
      if (this.#titles.has(document.titleId)) continue;
      const candidate = { document, kind, errors: errors(document) };
      const other = added.get(document.titleId);
      if (!other || this.#isBetter(candidate, other)) added.set(document.titleId, candidate);
    }
    for (const [titleId, candidate] of added) this.#titles.set(titleId, candidate);
  }

  #isBetter(one: Candidate, other: Candidate): boolean {
    return (
      one.errors < other.errors ||
      (one.errors === other.errors && this.#rankOf(one.document) < this.#rankOf(other.document))
    );
  }

  /** How far a name's language is from what is read best. */
  #rankOf({ language }: StoredDocument): number {
    const main = (tag: string) => tag.split('-', 1)[0];
    const exact = this.#languages.indexOf(language);
    if (exact >= 0) return exact;
    const near = this.#languages.findIndex((tag) => main(tag) === main(language));
    return near >= 0 ? near + 0.5 : Infinity;
  }
}

interface Reading {
  readonly names: ReturnType<typeof foldWords>;
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

type Corrections = readonly (readonly Correction[])[];

function errorsIn(document: StoredDocument, { tokens }: Question, corrections: Corrections): number {
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

function present(candidate: Candidate, question: Question, corrections: Corrections): Hit {
  const { titleId, language, name } = candidate.document;
  const reading = read(candidate.document);
  return {
    titleId,
    kind: candidate.kind,
    language,
    name,
    highlights: highlight(
      reading.names,
      compact(question.words),
      marksFor(reading, question, candidate.kind === 'corrected' ? corrections : []),
    ),
    place: writePlace(placeOfCandidate(candidate)),
  };
}

/** The question as it may have been meant: with words as they are written in a document. */
function meant(document: StoredDocument, question: Question, corrections: Corrections): string | null {
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
