import { toIso } from '../../server/kit/clock.ts';
import type { AccountEvent } from './schemas.ts';

/** A record of the audit log about an account. */
export interface HistoryEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: string;
  /** Who did it; null when nobody was signed in. */
  readonly actor: string | null;
  readonly address: string | null;
  /** JSON, as is `after`. */
  readonly before: string | null;
  readonly after: string | null;
}

const read = (json: string | null) => (json === null ? null : (JSON.parse(json) as AccountEvent['before']));

/** As those see it who help the owner: from where staff did something is nothing that they need. */
export function presentEvent(entry: HistoryEntry, accountId: string): AccountEvent {
  const isByStaff = entry.actor !== null && entry.actor !== accountId;
  return {
    id: entry.id,
    at: toIso(entry.at),
    event: entry.event,
    actor: entry.actor,
    address: isByStaff ? null : entry.address,
    before: read(entry.before),
    after: read(entry.after),
  };
}
