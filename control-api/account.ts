import { domainToASCII } from 'node:url';
import type { Insertable, Selectable, Updateable } from 'kysely';
import { Type, type Static } from 'typebox';
import type { Connection, Transaction } from '../server/db/port.ts';
import type { AccountsTable } from '../server/db/tables/accounts.ts';
import { plainAddress } from '../server/kit/mail-address.ts';
import { toIso } from '../server/kit/clock.ts';
import { permissions, permissionsOf, roles, type Role } from '../server/kit/permissions.ts';
import { idSchema, nullable, timeSchema } from './schemas.ts';

/** An account as every feature meets it: how it is shown, found and held. What may be done to it is in `accounts/`. */

export type AccountRow = Selectable<AccountsTable>;

type DeletionColumn = 'deletion_requested_at' | 'deletion_ends_at' | 'deletion_by' | 'deletion_reason';

/** Of an account that stays. */
export const noDeletion = {
  deletion_requested_at: null,
  deletion_ends_at: null,
  deletion_by: null,
  deletion_reason: null,
} satisfies Pick<AccountRow, DeletionColumn>;

const roleSchema = Type.Enum([...roles] as ['super_admin', 'content_manager', 'support', 'finance', 'viewer', 'guest']);
export const accountStatusSchema = Type.Enum(['active', 'disabled', 'locked'], {
  description: '`disabled` by staff; `locked` by its owner, until a new password is set by mail.',
});

/** Of one plain address, from its beginning to its end. */
export const emailPattern = plainAddress.source;
/** 254 is the longest address that SMTP can deliver to (RFC 5321 §4.5.3.1.3). */
export const emailSchema = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: emailPattern,
  description: 'Upper and lower case are the same.',
});

/** Whether an account can have this address. What cannot must not reach a query: PostgreSQL fails on U+0000. */
export function isEmail(address: string): boolean {
  return plainAddress.test(address);
}

export const newPasswordSchema = Type.String({
  minLength: 12,
  maxLength: 256,
  description: 'At least 12 characters, no other rules.',
});

/**
 * E-mail addresses are compared without case: as one word, never as a pattern. A domain is kept as mail servers are
 * asked for it (`xn--…`, RFC 5891 §4): it can be spelt in many ways, with full-width letters say, which all lead to one
 * mailbox, and limits and accounts are by mailbox.
 */
export function normalizeEmail(email: string): string {
  const address = email.trim().normalize('NFC').toLowerCase();
  const at = address.lastIndexOf('@') + 1;
  return at === 0 ? address : address.slice(0, at) + asciiDomain(address.slice(at).replace(/\.$/, ''));
}

const asciiDomain = (domain: string) => (/^[\x21-\x7e]*$/.test(domain) ? domain : domainToASCII(domain) || domain);

/** That an account is to be deleted. */
const deletionSchema = Type.Object(
  {
    requestedAt: timeSchema,
    endsAt: { ...timeSchema, description: 'Until when it can be kept. From then on everything of it is removed.' },
    by: Type.Enum(['owner', 'staff', 'provider', 'unused'], {
      description:
        'Who asked for it; `provider`: its owner, at Facebook; `unused`: nobody, it is a guest that is gone.',
    }),
  },
  { description: 'Null: it stays.' },
);

export const accountSchema = Type.Object(
  {
    id: idSchema('account'),
    email: nullable(Type.String({ maxLength: 254, description: 'Null when it has none.' })),
    isEmailProven: Type.Boolean({ description: 'Whether its owner has shown that the address is theirs.' }),
    role: roleSchema,
    status: accountStatusSchema,
    deletion: nullable(deletionSchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { $id: 'Account' },
);
export type AccountView = Static<typeof accountSchema>;

/** The account that is signed in: also what it may do, so that apps show what leads somewhere. */
export const ownAccountSchema = Type.Object(
  {
    ...accountSchema.properties,
    permissions: Type.Array(Type.Enum([...permissions]), { maxItems: permissions.length, uniqueItems: true }),
    isSecondFactorMissing: Type.Boolean({
      description: 'Whether the rights of its role are withheld until a second factor is set up or shown.',
    }),
  },
  { $id: 'OwnAccount' },
);
export type OwnAccountView = Static<typeof ownAccountSchema>;

/** What counts for a sign-in: see `Identity` of `server/http/access.ts`. */
interface Rights {
  readonly role: Role;
  readonly withheldRole?: Role;
}

/** An account as the API shows it to itself, with what it may do in this sign-in. */
export function presentOwnAccount(row: AccountRow, { role, withheldRole }: Rights): OwnAccountView {
  return {
    ...presentAccount(row),
    permissions: [...permissionsOf(role)],
    isSecondFactorMissing: withheldRole !== undefined,
  };
}

function presentDeletion(row: Pick<AccountRow, DeletionColumn>): AccountView['deletion'] {
  const { deletion_requested_at: requestedAt, deletion_ends_at: endsAt, deletion_by: by } = row;
  if (requestedAt === null || endsAt === null || by === null) return null;
  return { requestedAt: toIso(requestedAt), endsAt: toIso(endsAt), by };
}

/** An account as the API shows it: never its password hash. */
export function presentAccount(row: AccountRow): AccountView {
  return {
    id: row.id,
    email: row.email,
    isEmailProven: row.email_proven_at !== null,
    role: row.role,
    status: row.status,
    deletion: presentDeletion(row),
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
  };
}

export async function findAccount(db: Connection, id: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findAccountByEmail(db: Connection, email: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
}

/** False when the e-mail is taken. */
export async function insertAccount(db: Connection, row: Insertable<AccountsTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('accounts')
    .values(row)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateAccount(
  db: Connection,
  id: string,
  change: Omit<Updateable<AccountsTable>, 'id' | 'created_at'> & { readonly updated_at: number },
): Promise<void> {
  await db.updateTable('accounts').set(change).where('id', '=', id).execute();
}

/**
 * Holds the account's row until the transaction ends, and returns it as it is now. Everybody who gives or revokes refresh
 * tokens, or changes what they depend on, takes it first: PostgreSQL shows a revocation only the rows that were there
 * when it began, and the successor that a refresh in flight inserts would outlive it.
 */
export async function lockAccount(tx: Transaction, id: string): Promise<AccountRow | undefined> {
  await tx
    .updateTable('accounts')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .execute();
  return findAccount(tx, id);
}

/**
 * The same for several, in the order of their ids, so that two who hold the same ones never wait for each other. What is
 * not there is not in the answer.
 */
export async function lockAccounts(tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, AccountRow>> {
  const held = new Map<string, AccountRow>();
  for (const id of [...ids].sort()) {
    const row = await lockAccount(tx, id);
    if (row) held.set(id, row);
  }
  return held;
}
