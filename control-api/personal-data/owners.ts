import type { Transaction } from '../../server/db/port.ts';
import type { AccountRow } from '../account.ts';

/** What the owner of an account is told of here. */
type DataNotice = 'account.deletion-begun' | 'account.deletion-taken-back' | 'account.data-copy-ready';

/** `address` of who did it; null when nobody asked from one. */
interface DoneBy {
  readonly address: string | null;
}

/** What personal data ask of sign-in: who is signed in, and telling owners, each with a link that says it was somebody else. */
export interface Owners {
  /** Tells the owner, in the transaction that holds the account's row. */
  tell(tx: Transaction, account: AccountRow, notice: DataNotice, by: DoneBy): Promise<void>;
  /** The same, and ends the sign-ins but for one (`keep`), and everything that was begun. */
  record(
    tx: Transaction,
    account: AccountRow,
    notice: DataNotice,
    by: DoneBy & { readonly keep?: string },
  ): Promise<void>;
  /** Ends every sign-in, and what was begun, without telling anybody. */
  end(tx: Transaction, accountId: string): Promise<void>;
  /** After it: what is open asks again whether it may stay; streams end. */
  publish(accountId: string): Promise<void>;
  /** After it: what was recorded is looked for at once. */
  wake(): void;
}
