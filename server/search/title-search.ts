import type { Database, Transaction } from '../db/port.ts';
import { Candidates, placeOfCandidate, readPlace, writePlace, type Candidate } from './candidates.ts';
import { correctionsOf, type Correction } from './corrections.ts';
import { findOutdated, findWaiting, markOutdated } from './documents.ts';
import { errorsIn, highlightsIn, meant, type Corrections } from './fitting.ts';
import { foldWords } from './fold.ts';
import { mostWeight, type Found, type Hit, type Search, type SearchedTitle, type SearchOptions } from './port.ts';
import { asCorrected, asName, asOtherWords, asWords, readQuestion, type Question } from './question.ts';
import type { TitleIndex } from './title-index.ts';
import { nameTokens, otherTokens, termsOf } from './tokens.ts';

/** Errors are corrected when fewer titles fit as typed. */
const enough = 10;
/** The most documents of each kind that are looked at. */
const mostDocuments = 300;

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
    let corrections: Corrections = [];
    const fitsAsTyped = found.size > 0;
    if (found.behind.length < wanted && found.size < enough) {
      corrections = await this.#correctionsOf(question);
      if (corrections.some((each) => each.length > 0)) {
        const documents = await this.#index.find(asCorrected(question, corrections), options.visible, mostDocuments);
        found.add('corrected', documents, (document) => errorsIn(document, question, corrections));
      }
    }
    const shown = found.behind.slice(0, options.limit);
    const best = after === undefined && !fitsAsTyped ? found.behind[0] : undefined;
    return {
      hits: shown.map((candidate) => present(candidate, question, corrections)),
      hasMore: found.behind.length > options.limit,
      didYouMean: best ? meant(best.document, question, corrections) : null,
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

  /** One after the other: a question is not to take all connections. */
  async #correctionsOf({ tokens }: Question): Promise<Corrections> {
    const corrections: (readonly Correction[])[] = [];
    for (const token of tokens) corrections.push(await correctionsOf(token, this.#index));
    return corrections;
  }
}

function present(candidate: Candidate, question: Question, corrections: Corrections): Hit {
  const { kind, document } = candidate;
  return {
    titleId: document.titleId,
    kind,
    language: document.language,
    name: document.name,
    highlights: highlightsIn(document, question, kind === 'corrected' ? corrections : []),
    place: writePlace(placeOfCandidate(candidate)),
  };
}
