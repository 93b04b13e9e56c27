import type { Transaction } from '../../server/db/port.ts';
import type { SlugsTable } from '../../server/db/tables/titles.ts';
import { catalogProblems } from './problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { foldText } from '../../server/assets/title-keys.ts';

/** Longest slug, in characters. */
export const slugCharacters = 80;
/** Letters and digits of any script, with single hyphens between them: what `slugFrom` makes. */
export const slugPattern = '^[\\p{Ll}\\p{Lo}\\p{Lm}\\p{M}\\p{N}]+(-[\\p{Ll}\\p{Lo}\\p{Lm}\\p{M}\\p{N}]+)*$';
const expression = new RegExp(slugPattern, 'u');

/** What it may be the address of. */
type Kind = SlugsTable['of'];

/**
 * An address made of a name: letters of any script stay ("第三集" is a good address; browsers show it as it is), marks
 * above and below Latin letters go. Empty when the name has neither letters nor digits.
 */
function slugFrom(name: string): string {
  const words = foldText(name.replace(/['’]/g, '')).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return Array.from(words.join('-')).slice(0, slugCharacters).join('').replace(/-+$/, '');
}

/** Whether a text is a slug as it is written here. */
export function isSlug(text: string): boolean {
  return expression.test(text) && Array.from(text).length <= slugCharacters;
}

/**
 * Gives a thing an address; those that it had lead to it. False when the address is, or once was, another one's: links
 * to that are out in the world.
 */
async function putSlug(
  tx: Transaction,
  given: { readonly of: Kind; readonly slug: string; readonly subjectId: string; readonly now: number },
): Promise<boolean> {
  const { of, slug, subjectId, now } = given;
  await tx.updateTable('slugs').set({ is_current: 0 }).where('subject_id', '=', subjectId).execute();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('slugs')
    .values({ of, slug, subject_id: subjectId, is_current: 1, created_at: now })
    .onConflict((conflict) =>
      conflict.columns(['of', 'slug']).doUpdateSet({ is_current: 1 }).where('slugs.subject_id', '=', subjectId),
    )
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

const mostTries = 10;
/** How many are tried at once. */
const atOnce = 50;

/** The first of `slug`, `slug-2`, `slug-3`, … that never was anybody's. */
export async function freeSlug(tx: Transaction, of: Kind, slug: string): Promise<string> {
  const base = Array.from(slug)
    .slice(0, slugCharacters - 8)
    .join('');
  for (let first = 1; ; first += atOnce) {
    const names = Array.from({ length: atOnce }, (_, index) =>
      first + index === 1 ? slug : `${base}-${first + index}`,
    );
    const taken = await tx.selectFrom('slugs').select('slug').where('of', '=', of).where('slug', 'in', names).execute();
    const free = names.find((name) => !taken.some((row) => row.slug === name));
    if (free !== undefined) return free;
  }
}

/**
 * Gives a thing an address. Without a wish it is made of the name, with a number behind it where that is taken.
 * @throws ProblemError invalid_request, slug_taken
 */
export async function giveSlug(
  tx: Transaction,
  given: {
    readonly of: Kind;
    readonly id: string;
    readonly slug: string | undefined;
    readonly name: string;
    readonly now: number;
  },
): Promise<void> {
  const { of, id, slug, name, now } = given;
  if (slug !== undefined && !isSlug(slug)) throw new ProblemError('invalid_request', `${slug} is no address.`);
  // Somebody may take the one that is free in this very moment: then the next one is.
  for (let tries = slug === undefined ? mostTries : 1; tries > 0; tries -= 1) {
    // A name without letters and digits has the id for an address.
    const chosen = slug ?? (await freeSlug(tx, of, slugFrom(name) || id.toLowerCase().replace('_', '-')));
    if (await putSlug(tx, { of, slug: chosen, subjectId: id, now })) return;
  }
  const chosen = slug ?? name;
  throw new ProblemError(catalogProblems.slug_taken, `The address ${chosen} belongs to another one, or once did.`, {
    extras: { slug: chosen },
  });
}
