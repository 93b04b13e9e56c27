declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    key: 'api-keys';
  }
}

/** Keys with which other programs call the API. */
export interface ApiKeysTable {
  id: string;
  /** What the key is for, in the words of who made it. */
  name: string;
  /** SHA-256 of the secret part, hex. */
  secret_hash: string;
  /** Permissions, as a JSON array. */
  scopes: string;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}
