import type { Role } from '../../kit/permissions.ts';

declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    account: 'accounts';
  }
}

/**
 * - `active`.
 * - `disabled`: by staff, who alone can undo it.
 * - `locked`: by its owner, to whom something was told that he did not do. A new password by mail (recovery) opens it.
 */
type AccountStatus = 'active' | 'disabled' | 'locked';

/** Who can sign in. */
export interface AccountsTable {
  id: string;
  /** Lower case, unique; null for guests and those whose provider says none. */
  email: string | null;
  /** When its owner showed that it is theirs; null when staff typed it in. */
  email_proven_at: number | null;
  /** argon2id in PHC string format; null when the account has no password. */
  password_hash: string | null;
  role: Role;
  status: AccountStatus;
  created_at: number;
  updated_at: number;
}
