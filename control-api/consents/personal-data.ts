import type { Database } from '../../server/db/port.ts';
import { inPages, type PersonalData } from '../personal-data.ts';
import { presentPastConsent } from './schemas.ts';

/** What somebody agreed to. It proves nothing once there is nobody that it is about, so it goes with the account. */
export function personalDataOfConsents(db: Database): PersonalData {
  return {
    tables: { consents: 'erased' },
    sections: [
      {
        name: 'consents',
        about: 'What you agreed to or withdrew: which document, which version, when, from where.',
        async *read(accountId) {
          const read = (after: string, limit: number) =>
            db
              .selectFrom('consents')
              .selectAll()
              .where('account_id', '=', accountId)
              .where('id', '>', after)
              .orderBy('id')
              .limit(limit)
              .execute();
          for await (const rows of inPages(read, ({ id }) => id)) yield rows.map(presentPastConsent);
        },
      },
    ],
    async erase(tx, { id }) {
      await tx.deleteFrom('consents').where('account_id', '=', id).execute();
    },
  };
}
