import type { Account } from '../../../kit/api/types.ts';

/** What the pages learn from the frame around them (`useOutletContext`). */
export interface ShellContext {
  readonly account: Account;
  /** Whether changes are announced by the server; pages ask by themselves otherwise. */
  readonly isLive: boolean;
}
