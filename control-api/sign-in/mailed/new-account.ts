import type { Selectable } from 'kysely';
import type { Transaction } from '../../../server/db/port.ts';
import type { AccountsTable } from '../../../server/db/tables/accounts.ts';
import { newId } from '../../../server/kit/ids.ts';
import type { Role } from '../../../server/kit/permissions.ts';
import { insertAccount, lockAccount, noDeletion, updateAccount, type AccountRow } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import { dropChallengesOfAddress } from '../challenges/challenges.ts';
import { deleteWaysIn } from '../factors/repository.ts';

/** A new active account; its address, if any, is proven. */
export function newAccountRow(
  of: { readonly email: string | null; readonly passwordHash: string | null; readonly role: Role },
  now: number,
): Selectable<AccountsTable> {
  return {
    id: newId('account'),
    email: of.email,
    email_proven_at: of.email === null ? null : now,
    password_hash: of.passwordHash,
    role: of.role,
    status: 'active',
    is_narrowed: 0,
    ...noDeletion,
    created_at: now,
    updated_at: now,
  };
}

/** Takes the transaction back in which an account was to be made with an address that somebody got meanwhile. */
export class AddressTaken extends Error {
  override readonly name = 'AddressTaken';
}

/** Inserts it and holds it. Undefined when the address is taken. */
export async function makeAccount(tx: Transaction, row: Selectable<AccountsTable>): Promise<AccountRow | undefined> {
  return (await insertAccount(tx, row)) ? lockAccount(tx, row.id) : undefined;
}

/**
 * Notes that the owner of an account's address has shown that it is theirs, from outside. Was that never done before,
 * somebody else may have made the account and prepared it: its password, other ways in, sign-ins with their streams and
 * everything that was begun go. What others began with the address goes in any case. The transaction holds the account's row.
 * @returns the account as it is then
 */
export async function proveAddress(
  tx: Transaction,
  account: AccountRow,
  now: number,
  changes: Pick<AccountChanges, 'end'>,
): Promise<AccountRow> {
  if (account.email === null) return account;
  await dropChallengesOfAddress(tx, account.email);
  if (account.email_proven_at !== null) return account;
  await changes.end(tx, account.id);
  await deleteWaysIn(tx, account.id);
  const change = { email_proven_at: now, password_hash: null, updated_at: now };
  await updateAccount(tx, account.id, change);
  return { ...account, ...change };
}
