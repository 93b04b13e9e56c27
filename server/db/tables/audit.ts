declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    audit: 'audit';
  }
}

/** What was changed, by whom. Rows are only added, in the transaction of the change. */
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
}
