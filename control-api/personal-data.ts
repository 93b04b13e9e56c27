import type { Transaction } from '../server/db/port.ts';
import type { AccountRow } from './account.ts';

/**
 * What a feature knows about people: how their owner gets a copy of it, and how it goes with the account. Each feature
 * that has a table with accounts in it adds its own; `personal-data/coverage.test.ts` fails while one is missing.
 */
export interface PersonalData {
  /**
   * Every table of the feature in which an account is named, with what becomes of its rows: they are `erased`, or they
   * are `kept` without anybody's name: `why` says what for.
   */
  readonly tables: Readonly<Record<string, 'erased' | { readonly kept: string }>>;
  /** What the copy shows. None where there is nothing that says anything to a person. */
  readonly sections: readonly DataSection[];
  /**
   * What has to be done outside of the transaction, before the rows are gone: objects in the storage, streams, uploads.
   * It may be called again for the same account, and ends when the signal aborts.
   */
  beforeErasure?(accountId: string, signal: AbortSignal): Promise<void>;
  /**
   * Removes the rows, or takes the account out of them, in the one transaction that ends the account and holds its row.
   * Who else must hear of it is told by a durable event.
   */
  erase(tx: Transaction, account: AccountRow): Promise<void>;
}

/** A part of the copy: a list of things under one name. */
export interface DataSection {
  /** In the file: `signIns`. */
  readonly name: string;
  /** What it is, as a sentence for the person who reads the file. */
  readonly about: string;
  /**
   * The things, some at a time, so that the file is never in memory whole. Never passwords, tokens or hashes of them, and
   * nothing about other people.
   */
  read(accountId: string): AsyncIterable<readonly object[]>;
}

/** Rows read at once for a copy. */
const rowsAtOnce = 500;

/**
 * Reads a list some rows at a time, by a key that sorts it.
 * @param read the rows behind a key, at most `limit`, in the order of the key
 */
export async function* inPages<Row>(
  read: (after: string, limit: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<readonly Row[], void> {
  for (let after = ''; ;) {
    const rows = await read(after, rowsAtOnce);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < rowsAtOnce) return;
    after = keyOf(last);
  }
}

/** A list that is short enough to be read at once. */
export async function* atOnce<Row extends object>(read: Promise<readonly Row[]>): AsyncGenerator<readonly Row[], void> {
  yield await read;
}

/** Stands for the people who have no account here any more: what is the service's and not theirs passes to it. */
export const deletedAccountId = 'account_00000000000000000000000000';

/** Makes sure that there is that account: nobody can sign in to it, and no list shows it. */
export async function ensureDeletedAccount(tx: Transaction, now: number): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({ id: deletedAccountId, email: null, role: 'guest', status: 'disabled', created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
