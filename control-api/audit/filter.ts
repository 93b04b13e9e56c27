import type { Connection } from '../../server/db/port.ts';
import { auditEvents } from '../../server/kit/audit-events.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { AddressTags } from '../address-tags.ts';
import { findAccountByEmail, normalizeEmail } from '../account.ts';
import type { AuditQuery } from './schemas.ts';
import { findTagged, type AuditFilter } from './search.ts';

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
 * Whom an id or an e-mail address stands for: the account that has the address, and what records have its tag: accounts
 * that had it, also those that are gone, and invitations that went there.
 */
async function idsOf(
  db: Connection,
  tags: Pick<AddressTags, 'endsOf'>,
  idOrEmail: string | undefined,
): Promise<readonly string[] | undefined> {
  if (!idOrEmail?.includes('@')) return idOrEmail === undefined ? undefined : [idOrEmail];
  const address = normalizeEmail(idOrEmail);
  const account = await findAccountByEmail(db, address);
  return [...new Set([...(account ? [account.id] : []), ...(await findTagged(db, tags.endsOf(address)))])];
}

/**
 * What was asked for, with accounts by their ids.
 * @returns undefined when nothing can fit: there was never anything with that address, no event in that group
 */
export async function filterOf(
  db: Connection,
  tags: Pick<AddressTags, 'endsOf'>,
  query: AuditQuery,
): Promise<AuditFilter | undefined> {
  const filter: AuditFilter = {
    subjects: await idsOf(db, tags, query.subject),
    actors: await idsOf(db, tags, query.actor),
    address: query.address?.toLowerCase(),
    events: query.event === undefined ? undefined : eventsOf(query.event),
    from: timeIn(query.from, 'from'),
    to: timeIn(query.to, 'to'),
  };
  const lists = [filter.subjects, filter.actors, filter.events];
  return lists.some((list) => list?.length === 0) ? undefined : filter;
}
