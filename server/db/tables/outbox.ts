import type { Generated } from 'kysely';

/** What happened, as it was recorded; only `server/outbox/` touches these tables. Goes when nobody waits for it. */
export interface OutboxEventsTable {
  /** From the database's own sequence. Taken while the subject's row is held, it orders the events of one subject. */
  id: Generated<number>;
  name: string;
  subject: string;
  /** JSON. */
  payload: string;
  recorded_at: number;
}

/** Who hears of which event: one row for each of the two. */
export interface OutboxConsumersTable {
  consumer: string;
  event: string;
}

/** An event that a consumer has still to handle, or could not; gone once it is handled. */
export interface OutboxDeliveriesTable {
  event_id: number;
  consumer: string;
  /** Of the event, for the order. */
  subject: string;
  /** Tries begun. */
  attempts: Generated<number>;
  /** Not to be tried before. */
  due_at: number;
  /** Since when it is not tried any more; null while it is waiting. */
  set_aside_at: number | null;
  last_error: string | null;
}
