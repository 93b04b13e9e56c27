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
  /** The account that answers for it: the invitation ends when that one may invite nobody any more. */
  invited_by: string;
  created_at: number;
}
