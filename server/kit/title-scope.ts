import { ProblemError } from './errors.ts';
import { isAllowed, type Role } from './permissions.ts';

/** Series and movies with everything below them: all there are, or those that are named. */
export type Roots = 'all' | ReadonlySet<string>;

/**
 * Whether what belongs to this series or movie is there for somebody who works on these. The only place that decides
 * it: what is not there answers as if it did not exist.
 */
export function isWithin(roots: Roots, rootId: string): boolean {
  return roots === 'all' || roots.has(rootId);
}

/** Whether the rights of this role can be narrowed to some titles: staff, but for those who say what staff may do. */
export function canBeNarrowed(role: Role): boolean {
  return isAllowed(role, 'titles.read') && !isAllowed(role, 'accounts.manage');
}

/**
 * The part of the catalogue that somebody works on, for one request. Everything about titles and assets that staff ask
 * for is laid against it, and it knows whether it was asked: tests hold every route to that.
 */
export class TitleScope {
  readonly #roots: Roots;
  #isAsked = false;

  constructor(roots: Roots) {
    this.#roots = roots;
  }

  includes(rootId: string): boolean {
    this.#isAsked = true;
    return isWithin(this.#roots, rootId);
  }

  /** For queries; undefined: all of them. */
  get roots(): readonly string[] | undefined {
    this.#isAsked = true;
    return this.#roots === 'all' ? undefined : [...this.#roots];
  }

  /** For what is about the catalogue as a whole. @throws ProblemError rights_narrowed */
  requireAll(): void {
    this.#isAsked = true;
    if (this.#roots !== 'all')
      throw new ProblemError(
        'rights_narrowed',
        'This is about the whole catalogue, and your account works on some titles.',
      );
  }

  get isAsked(): boolean {
    return this.#isAsked;
  }
}

/** For what the service does itself. */
export const everyTitle = new TitleScope('all');
