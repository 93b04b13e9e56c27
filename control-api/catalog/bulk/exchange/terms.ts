import type { Connection } from '../../../../server/db/port.ts';
import type { CreditRole, TermKind } from '../../../../server/db/tables/terms.ts';
import { creditRoles } from '../../terms/schemas.ts';

/** A category, a tag or a person of a title, by its address and not by its id: that is the same on another server. */
export interface NamedTerm {
  /** `category/romance`, `person/kim-mina`. */
  readonly term: string;
  /** What a person is to the title; null for categories and tags. */
  readonly role: CreditRole | null;
  /** Whom somebody plays. */
  readonly part: string | null;
}

/** Terms with the ids that they have here. */
export interface KnownTerm extends NamedTerm {
  readonly id: string;
}

const entry = new RegExp(String.raw`^(\S{3,100})(?:\s+(${creditRoles.join('|')})(?::\s*(.+))?)?$`, 'u');

/** Terms as one text, a line for each: `category/romance`, `person/kim-mina cast: Captain Han`. */
export function termsText(terms: readonly NamedTerm[]): string {
  return terms
    .map(({ term, role, part }) => [term, role === null ? '' : ` ${role}`, part === null ? '' : `: ${part}`].join(''))
    .join('\n');
}

/** Reads what `termsText` writes. @throws RangeError for what is none, in words */
export function readTerms(text: string): readonly NamedTerm[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).map((line) => {
    const [, term, role, part] = entry.exec(line) ?? [];
    if (term === undefined)
      throw new RangeError(
        `must be like category/romance, or person/kim-mina cast: The captain, each in a line of its own; this is not: ${line.slice(0, 80)}`,
      );
    return { term, role: (role as CreditRole | undefined) ?? null, part: part ?? null };
  });
}

/** The terms of all titles under some roots, by title, in their order. */
export async function readTermsOf(
  db: Connection,
  rootIds: readonly string[],
): Promise<ReadonlyMap<string, readonly KnownTerm[]>> {
  const rows = await db
    .selectFrom('title_terms')
    .innerJoin('titles', 'titles.id', 'title_terms.title_id')
    .innerJoin('terms', 'terms.id', 'title_terms.term_id')
    .innerJoin('slugs', (join) => join.onRef('slugs.subject_id', '=', 'terms.id').on('slugs.is_current', '=', 1))
    .select(['title_id', 'terms.id', 'terms.kind', 'slug', 'role', 'part'])
    .where('root_id', 'in', rootIds)
    .where('deleted_at', 'is', null)
    .orderBy('title_id')
    .orderBy('title_terms.position')
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.title_id)].map(([titleId, own]) => [
      titleId,
      own.map(({ id, kind, slug, role, part }) => ({
        id,
        term: `${kind}/${slug}`,
        role: role === '' ? null : role,
        part,
      })),
    ]),
  );
}

/** Which term a name is of, with its present name; former addresses lead to it as well. */
export async function findTerms(
  db: Connection,
  names: readonly string[],
): Promise<readonly (readonly [name: string, known: { readonly id: string; readonly term: string }])[]> {
  const slugs = names.map((name) => name.slice(name.indexOf('/') + 1));
  const rows = await db
    .selectFrom('slugs as asked')
    .innerJoin('slugs as now', (join) =>
      join.onRef('now.subject_id', '=', 'asked.subject_id').on('now.is_current', '=', 1),
    )
    .innerJoin('terms', 'terms.id', 'asked.subject_id')
    .select(['asked.slug', 'now.slug as current', 'terms.id', 'terms.kind'])
    .where('asked.of', 'in', ['category', 'tag', 'person'] satisfies TermKind[])
    .where('asked.slug', 'in', slugs)
    .execute();
  return rows.map(({ slug, current, id, kind }) => [`${kind}/${slug}`, { id, term: `${kind}/${current}` }] as const);
}
