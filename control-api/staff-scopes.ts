import { Type, type Static } from 'typebox';
import type { Connection, Transaction } from '../server/db/port.ts';
import { ProblemError } from '../server/kit/errors.ts';
import { idSchema, nullable } from './schemas.ts';

/**
 * What super admins say about which titles somebody of the staff works on, or is invited to. That somebody is narrowed
 * is kept beside them, apart from the titles: who has lost the last of these works on nothing, not on everything.
 */

/** A bounded number: these are parameters of every query. */
const mostTitles = 200;

const whatNullIs = 'Null: all titles. An empty list: none of them.';

/** What is said. */
export const wantedScopeSchema = nullable(
  Type.Array(idSchema('title'), {
    maxItems: mostTitles,
    uniqueItems: true,
    description: `Series and movies, with everything below them. ${whatNullIs}`,
  }),
);
export type WantedScope = Static<typeof wantedScopeSchema>;

export const scopedTitleSchema = Type.Object(
  { id: idSchema('title'), name: Type.String({ description: 'In its original language.' }) },
  { $id: 'ScopedTitle' },
);
export type ScopedTitle = Static<typeof scopedTitleSchema>;

const tables = {
  account: { table: 'staff_scopes', column: 'account_id' },
  invitation: { table: 'invitation_scopes', column: 'invitation_id' },
} as const;

/** Whose it is. */
interface Holder {
  readonly of: keyof typeof tables;
  readonly id: string;
}

/** The titles that are said of somebody, by their names; whether they are narrowed at all says the row beside them. */
export async function findScopedTitles(db: Connection, { of, id }: Holder): Promise<ScopedTitle[]> {
  const { table, column } = tables[of];
  const rows = await db
    .selectFrom(`${table} as scopes` as 'staff_scopes as scopes')
    .innerJoin('titles', 'titles.id', 'scopes.title_id')
    .leftJoin('title_texts', (join) =>
      join.onRef('title_texts.title_id', '=', 'titles.id').onRef('language', '=', 'original_language'),
    )
    .select(['titles.id', 'name'])
    .where(column as 'account_id', '=', id)
    .orderBy('name_order')
    .orderBy('titles.id')
    .execute();
  return rows.map(({ id: titleId, name }) => ({ id: titleId, name: name ?? '' }));
}

/**
 * Says it instead of what was said before; the row beside them is the caller's to change.
 * @throws ProblemError not_found when there is no such series or movie
 */
export async function putScopedTitles(tx: Transaction, { of, id }: Holder, wanted: WantedScope): Promise<void> {
  const { table, column } = tables[of];
  await tx
    .deleteFrom(table as 'staff_scopes')
    .where(column as 'account_id', '=', id)
    .execute();
  if (wanted === null || wanted.length === 0) return;
  const roots = await tx
    .selectFrom('titles')
    .select('id')
    .where('id', 'in', wanted)
    .where('parent_id', 'is', null)
    .execute();
  if (roots.length < wanted.length) throw new ProblemError('not_found', 'There is no such series or movie.');
  await tx
    .insertInto(table as 'staff_scopes')
    .values(wanted.map((titleId) => ({ [column as 'account_id']: id, title_id: titleId })))
    .execute();
}

/** What the audit log says of it. */
export const scopeFacts = (titles: readonly string[] | null) => ({
  titles: titles === null ? 'all' : titles.join(' '),
});
