import type { Connection } from '../../server/db/port.ts';
import { auditEvents } from '../../server/kit/audit-events.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { findAccountByEmail, normalizeEmail } from '../account.ts';
import type { AuditQuery } from './schemas.ts';
import type { AuditFilter } from './search.ts';

/** The events that names stand for: events, known to this release or not, and groups, which are all of theirs. */
export function eventsOf(names: string): readonly string[] {
  const events = names
    .split(',')
    .flatMap((name) => (name.includes('.') ? [name] : auditEvents.filter((event) => event.startsWith(`${name}.`))));
  return [...new Set(events)];
}

/** @throws ProblemError invalid_request for a leap second, which no clock here knows */
function timeIn(text: string | undefined, field: 'from' | 'to'): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ProblemError('invalid_request', `\`${field}\` is a second that no clock here has.`);
  return time;
}

/**
 * What was asked for, with accounts by their ids.
 * @returns undefined when nothing can fit: there is no account with that address, no event in that group
 */
export async function filterOf(db: Connection, query: AuditQuery): Promise<AuditFilter | undefined> {
  const idOf = async (idOrEmail: string | undefined) =>
    idOrEmail?.includes('@') ? (await findAccountByEmail(db, normalizeEmail(idOrEmail)))?.id : idOrEmail;
  const filter: AuditFilter = {
    subject: await idOf(query.subject),
    actor: await idOf(query.actor),
    address: query.address?.toLowerCase(),
    events: query.event === undefined ? undefined : eventsOf(query.event),
    from: timeIn(query.from, 'from'),
    to: timeIn(query.to, 'to'),
  };
  const isNobody = (asked: string | undefined, found: string | undefined) => asked !== undefined && found === undefined;
  if (isNobody(query.subject, filter.subject) || isNobody(query.actor, filter.actor)) return undefined;
  return filter.events?.length === 0 ? undefined : filter;
}
