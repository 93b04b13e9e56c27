declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    profile: 'profiles';
  }
}

/** Who of an account's household watches. */
export interface ProfilesTable {
  id: string;
  account_id: string;
  /** 1 for the first one of an account, which is always there. */
  is_main: number;
  /** Null for a main profile that nobody named yet. */
  name: string | null;
  /** The avatar: a picture and the colour behind it. */
  picture: string;
  colour: string;
  /** BCP 47; null: what the device says. */
  language: string | null;
  /** An age in years: what is meant for older people is not shown. Null: no limit. */
  maturity_limit: number | null;
  is_kids: number;
  /** argon2id in PHC string format; null when no PIN is asked for. */
  pin_hash: string | null;
  /** What differs from the defaults, as JSON. */
  preferences: string;
  created_at: number;
  updated_at: number;
}

/** Which profile a sign-in has chosen. A sign-in without a row has not chosen yet. */
export interface ChosenProfilesTable {
  /** The sign-in (family of refresh tokens). */
  family_id: string;
  account_id: string;
  /** Null when it was taken away: the profile was deleted, or got another PIN. */
  profile_id: string | null;
}

/** What is set for all profiles of an account. One without a row has the defaults. */
export interface ProfileSettingsTable {
  account_id: string;
  pin_to_leave_kids: number;
  updated_at: number;
}
