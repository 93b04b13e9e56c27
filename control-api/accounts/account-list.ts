import { sql, type RawBuilder } from 'kysely';
import type { Connection } from '../../server/db/port.ts';
import type { Role } from '../../server/kit/permissions.ts';
import { normalizeEmail, type AccountRow } from '../account.ts';
import { displayText } from '../display-text.ts';
import { deletedAccountId } from '../personal-data.ts';
import { escapeLike } from '../like-pattern.ts';

/** The longest text that is searched for: as long as an address can be. */
export const searchCharacters = 254;

/** Which accounts, newest first, from where on. */
export interface AccountListPage {
  /** Only those with one of these roles; all when undefined. */
  readonly roles: readonly Role[] | undefined;
  /** None of these roles: apart from `roles`, because most accounts are left by it, and are walked in their order. */
  readonly withoutRoles: readonly Role[];
  readonly status: AccountRow['status'] | undefined;
  /** Only those whose address begins with this text, or whose id it is. */
  readonly search: string | undefined;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** The id that somebody means, with or without its prefix, in any letters. */
function idIn(search: string): string | undefined {
  const digits = /^(?:account_)?([0-9a-hjkmnp-tv-z]{26})$/i.exec(search)?.[1];
  return digits && `account_${digits.toUpperCase()}`;
}

/** Both parts are looked up in an index; no character of what was typed stands for another one. */
function matching(search: string): RawBuilder<boolean> | undefined {
  const text = normalizeEmail(displayText(search, searchCharacters));
  if (text === '') return undefined;
  const id = idIn(text);
  return id === undefined
    ? sql<boolean>`accounts.email like ${`${escapeLike(text)}%`} escape '\\'`
    : sql<boolean>`accounts.id = ${id}`;
}

/** One more than `limit` when there are more. */
export async function listAccounts(db: Connection, page: AccountListPage): Promise<AccountRow[]> {
  let query = db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '!=', deletedAccountId)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('id', '<', page.cursor);
  if (page.roles !== undefined) query = query.where('role', 'in', page.roles);
  if (page.withoutRoles.length > 0) query = query.where('role', 'not in', page.withoutRoles);
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  const match = page.search === undefined ? undefined : matching(page.search);
  if (match) query = query.where(match);
  return query.execute();
}
