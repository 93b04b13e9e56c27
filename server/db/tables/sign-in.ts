declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    refresh: 'sign-in';
    family: 'sign-in';
  }
}

/** One row per sign-in, until it would have expired. */
export interface SignInsTable {
  /** The family of its refresh tokens. */
  id: string;
  account_id: string;
  /** How the person proved who they are, joined with commas (`server/http/proofs.ts`). */
  proofs: string;
  /** When they last did. */
  authenticated_at: number;
  /** As the client calls itself; shortened. */
  user_agent: string | null;
  /** Network address of its last refresh. */
  address: string | null;
  /** ISO 3166-1 alpha-2, where the proxy in front says it. */
  country: string | null;
  started_at: number;
  /** When it was last refreshed. */
  seen_at: number;
  expires_at: number;
  ended_at: number | null;
}

/** One row per refresh token ever issued and not yet expired; rotation keeps the family. */
export interface RefreshTokensTable {
  id: string;
  /** All descendants of one sign-in; the reuse of a spent token ends it. */
  family_id: string;
  /** The token it was given for; null for the first of a family. */
  parent_id: string | null;
  account_id: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  revoked_at: number | null;
}
