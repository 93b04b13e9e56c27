import type { Generated } from 'kysely';

declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    audit: 'audit';
  }
}

/**
 * What was changed, by whom. Rows are only added, in the transaction of the change; soon after they are chained, and
 * from then on triggers refuse every change of them. Only what `audit_chain` says is removed can be deleted.
 */
export interface AuditLogTable {
  /** Sorts by time. */
  id: string;
  at: number;
  event: string;
  /** Id of what was changed. It may be gone since. */
  subject: string;
  /** Id of an account; null when it was none: an operator at the machine, upkeep. */
  actor: string | null;
  /** The part of it that changed, as JSON. Never passwords or tokens. */
  before: string | null;
  after: string | null;
  request_id: string | null;
  /** Network address of the caller. */
  address: string | null;
  /** Until when more of the same is added to the record, and it is not chained; 0: it is as it will stay. */
  open_until: Generated<number>;
  /** Its place in the chain, without gaps, from 1 on; null while it waits to be chained, as is the hash. */
  sequence: Generated<number | null>;
  /** SHA-256 in hexadecimal of the record, its place, and the hash of the one before it. */
  hash: Generated<string | null>;
}

/** How far the audit log is chained, what of it was removed, and how its last check went. One row. */
export interface AuditChainTable {
  id: 'audit_log';
  /** Place and hash of the last record that was chained; 0 and zeros before the first. */
  sequence: number;
  hash: string;
  /** The last record that was removed for its age: the chain begins behind it. */
  removed_sequence: number;
  removed_hash: string;
  /** When the chain was last looked at from end to end; null before that, as is what was found. */
  checked_at: number | null;
  checked_records: number | null;
  /** In how many places it was broken. */
  breaks: number | null;
  /** The first of them, as JSON. */
  first_break: string | null;
}
