import type { Role } from '../../kit/permissions.ts';

declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    account: 'accounts';
  }
}

/** Who can sign in. */
export interface AccountsTable {
  id: string;
  /** Lower case, unique. */
  email: string;
  /** argon2id in PHC string format. */
  password_hash: string;
  role: Role;
  status: 'active' | 'disabled';
  created_at: number;
  updated_at: number;
}
