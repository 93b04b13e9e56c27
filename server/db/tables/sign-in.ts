declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    refresh: 'sign-in';
    family: 'sign-in';
  }
}

/** One row per refresh token ever issued and not yet expired; rotation keeps the family. */
export interface RefreshTokensTable {
  id: string;
  /** All descendants of one sign-in; the reuse of a spent token revokes them all. */
  family_id: string;
  /** The token it was given for; null for the first of a family. */
  parent_id: string | null;
  account_id: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  /** When the person last proved who they are, and how; the same for the whole family. */
  authenticated_at: number;
  strength: 'password' | 'operator';
  created_at: number;
  expires_at: number;
  used_at: number | null;
  revoked_at: number | null;
}
