import type { Generated } from 'kysely';
import type { Role } from '../../kit/permissions.ts';

declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    invitation: 'sign-in';
  }
}

/**
 * Who is to become staff. A row lives as long as nobody has accepted it, and goes with its challenge: that one has the
 * link, of which nothing is in the database.
 */
export interface InvitationsTable {
  id: string;
  /** The one whose link was sent last; an earlier link opens nothing. */
  challenge_id: string;
  /** Lower case; one invitation for each. */
  email: string;
  role: Role;
  /** 1: who accepts it works on the titles of `invitation_scopes` alone, of which there may be none any more. */
  is_narrowed: Generated<number>;
  /** The account that answers for it: the invitation ends when that one may invite nobody any more. */
  invited_by: string;
  created_at: number;
}

/** Series and movies that somebody is invited to work on. */
export interface InvitationScopesTable {
  invitation_id: string;
  title_id: string;
}
