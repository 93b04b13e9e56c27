/** Requests that were made with an `Idempotency-Key`, and what was answered. One row for each account, route and key. */
export interface IdempotencyKeysTable {
  account_id: string;
  /** Method and pattern. */
  route: string;
  /** SHA-256 of what the client made, base64url. */
  key: string;
  /** HMAC of what else the client sent, keyed by the client's key: it may hold a password. */
  fingerprint: string;
  /** The request that does it. */
  request_id: string;
  /** Until then nobody else does it. */
  locked_until: number;
  /** When its change was made, in the transaction of the change. */
  changed_at: number | null;
  /** The answer, once there is one. */
  status: number | null;
  content_type: string | null;
  location: string | null;
  body: string | null;
  created_at: number;
  expires_at: number;
}
