declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    challenge: 'sign-in';
  }
}

/** What a challenge is about. */
export type ChallengePurpose =
  /** An address that nobody has proven wants an account. */
  | 'sign-up'
  /** Signing in by a code that was sent. */
  | 'sign-in'
  /** A new password for one that is forgotten. */
  | 'recovery'
  /** Another address, which the new one must confirm. */
  | 'email-change'
  /** One's own address, which was never proven. */
  | 'email-proof'
  /** Half signed in: the second factor is missing. */
  | 'second-factor'
  /** A code for what asks for a recent proof. */
  | 'confirmation'
  /** A notice was sent, and its reader may say that it was somebody else. */
  | 'not-me'
  /** Somebody is to become staff. */
  | 'invitation'
  /** Somebody is at Google, Apple or Facebook. */
  | 'provider'
  /** A passkey is being made or asked for. */
  | 'passkey';

/**
 * What somebody began and must still prove. Its secrets (the app's token, the link, the code) are derived from its id
 * and a key of the server (`kid`): neither they nor hashes of them are in the database.
 */
export interface ChallengesTable {
  id: string;
  purpose: ChallengePurpose;
  /** Whom it is about; null when that may be nobody. */
  account_id: string | null;
  /** Where the code was sent: lower case; null when none was. */
  email: string | null;
  kid: string;
  /** What belongs to its purpose, as JSON. */
  data: string;
  /** Wrong codes so far. */
  tries: number;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}
