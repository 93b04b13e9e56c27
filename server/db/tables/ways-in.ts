declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    passkey: 'sign-in';
    identity: 'sign-in';
  }
}

/** The authenticator app of an account; at most one. */
export interface TotpFactorsTable {
  account_id: string;
  /** Sealed (`server/keys/secrets.ts`) for `totp:<account>`. */
  sealed_secret: string;
  /** The latest step of time whose code was used: none counts twice (RFC 6238 §5.2). */
  last_step: number;
  created_at: number;
  /** When a first code was right; null while it is being set up and counts for nothing. */
  confirmed_at: number | null;
}

/** Codes for the day the authenticator is lost. Each works once. */
export interface RecoveryCodesTable {
  account_id: string;
  /** SHA-256 of its 80 random bits, hex. */
  code_hash: string;
  created_at: number;
  used_at: number | null;
}

/** A WebAuthn credential. */
export interface PasskeysTable {
  id: string;
  account_id: string;
  /** As the authenticator names it, base64url; unique. */
  credential_id: string;
  /** COSE, base64url. */
  public_key: string;
  /** How often it was used, as the authenticator counts; 0 for those that do not. */
  counter: number;
  /** How browsers reach it, as JSON. */
  transports: string;
  /** 1 when its owner's other devices have it too. */
  is_synced: 0 | 1;
  name: string;
  created_at: number;
  used_at: number | null;
}

/** Somebody's account at Google, Apple or Facebook, or their phone, that signs in here. */
export interface IdentitiesTable {
  id: string;
  account_id: string;
  provider: 'google' | 'apple' | 'facebook' | 'phone';
  /** Their id at the provider: never the address, which may pass to somebody else. Unique with the provider. */
  subject: string;
  /** As the provider says it; for people to recognise it by. */
  email: string | null;
  name: string | null;
  /** JSON, sealed for `identity:<provider>:<subject>`: with it the provider takes back what the person allowed. */
  sealed_grant: string | null;
  /** Who is deleted at Firebase with the account. */
  firebase_user: string | null;
  linked_at: number;
  used_at: number;
}
