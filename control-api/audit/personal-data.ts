import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { inPages, type DataSection, type PersonalData } from '../personal-data.ts';
import type { AuditRow } from './search.ts';

const facts = (json: string | null) => (json === null ? null : (JSON.parse(json) as unknown));

/** Somebody else's account. */
const isOther = ({ subject }: AuditRow, accountId: string) => subject.startsWith('account_') && subject !== accountId;

/** What a person is told of a record: who of the staff did something to them, and to whom they did it, is about others. */
function presentToPerson(row: AuditRow, accountId: string): object {
  const isOwn = row.actor === accountId;
  const isAboutOther = isOther(row, accountId);
  return {
    at: toIso(row.at),
    event: row.event,
    by: isOwn ? 'you' : row.actor === null ? 'nobody who was signed in' : 'staff',
    subject: isAboutOther ? null : row.subject,
    before: isAboutOther ? null : facts(row.before),
    after: isAboutOther ? null : facts(row.after),
    // Of a wrong password, say: from where somebody tried to get in is about the account.
    address: isOwn || row.actor === null ? row.address : null,
  };
}

/**
 * The log stays: it says who did what with the service, and a chain from which anybody could be taken out would prove
 * nothing. It has no addresses of people, and goes with its age.
 */
export function personalDataOfAudit(db: Database): PersonalData {
  const section = (name: string, about: string, column: 'subject' | 'actor'): DataSection => ({
    name,
    about,
    async *read(accountId) {
      const read = (after: string, limit: number) => {
        const query = db
          .selectFrom('audit_log')
          .selectAll()
          .where(column, '=', accountId)
          .where('id', '>', after)
          .orderBy('id')
          .limit(limit);
        // Those about the account itself are in the other list.
        return (column === 'actor' ? query.where('subject', '!=', accountId) : query).execute();
      };
      for await (const rows of inPages(read, ({ id }) => id)) yield rows.map((row) => presentToPerson(row, accountId));
    },
  });
  return {
    tables: {
      audit_log: { kept: 'Who did what with the service, until `collection.auditDays`; without addresses of people.' },
    },
    sections: [
      section('accountHistory', 'What happened to your account, as the log of changes has it.', 'subject'),
      section('ownDoings', 'What you did, as the log of changes has it.', 'actor'),
    ],
    erase: async () => undefined,
  };
}
