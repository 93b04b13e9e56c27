import { hitKinds, type HitKind } from './port.ts';
import type { StoredDocument } from './title-index.ts';

/** A title that fits, before it is known which are shown. */
export interface Candidate {
  readonly document: StoredDocument;
  readonly kind: HitKind;
  /** Typing errors, in all words together. */
  readonly errors: number;
}

/** Where a title is in the order of hits. */
export interface Place {
  readonly kind: number;
  readonly errors: number;
  readonly weight: number;
  readonly titleId: string;
}

const compare = (a: Place, b: Place): number =>
  a.kind - b.kind ||
  a.errors - b.errors ||
  b.weight - a.weight ||
  (a.titleId < b.titleId ? 1 : a.titleId > b.titleId ? -1 : 0);

export const placeOfCandidate = ({ kind, errors, document: { weight, titleId } }: Candidate): Place => ({
  kind: hitKinds.indexOf(kind),
  errors,
  weight,
  titleId,
});

/** @throws RangeError when it is none */
export function readPlace(text: string): Place {
  const [, kind, errors, weight, titleId] = /^(\d)\.(\d{1,2})\.(\d{1,7})\.(\w{1,64})$/.exec(text) ?? [];
  if (titleId === undefined) throw new RangeError(`${text} is no place`);
  return { kind: Number(kind), errors: Number(errors), weight: Number(weight), titleId };
}

export function writePlace({ kind, errors, weight, titleId }: Place): string {
  return `${kind}.${errors}.${weight}.${titleId}`;
}

/** Titles that were found, each by its best name. */
export class Candidates {
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
