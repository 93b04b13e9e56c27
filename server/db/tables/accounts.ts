import type { Generated } from 'kysely';
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
  /** 1: as staff it works on the titles of `staff_scopes` alone, of which there may be none any more. */
  is_narrowed: Generated<number>;
  /** When somebody asked for the account to be deleted; null when nobody did, as are the next three. */
  deletion_requested_at: number | null;
  /** Until when it can be kept; from then on it is being removed. */
  deletion_ends_at: number | null;
  /** Who asked: its owner, staff, the provider that it came by, or nobody, because nobody used it any more. */
  deletion_by: 'owner' | 'staff' | 'provider' | 'unused' | null;
  /** What its owner said about why. */
  deletion_reason: string | null;
  created_at: number;
  updated_at: number;
}

/** Series and movies that somebody whose rights are narrowed works on. */
export interface StaffScopesTable {
  account_id: string;
  title_id: string;
}
