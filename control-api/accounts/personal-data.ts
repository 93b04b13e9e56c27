import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { findAccount, presentAccount } from '../account.ts';
import { atOnce, type PersonalData } from '../personal-data.ts';
import { findScopedTitles, putScopedTitles } from '../staff-scopes.ts';

/** The account itself. Its row goes last, by who ends the account, when nothing refers to it any more. */
export function personalDataOfAccounts(db: Database): PersonalData {
  return {
    tables: { accounts: 'erased', staff_scopes: 'erased' },
    sections: [
      {
        name: 'account',
        about: 'Your account.',
        async *read(accountId) {
          const row = await findAccount(db, accountId);
          if (!row) return;
          const provenAt = row.email_proven_at === null ? null : toIso(row.email_proven_at);
          yield [{ ...presentAccount(row), emailProvenAt: provenAt, reasonForDeletion: row.deletion_reason }];
        },
      },
      {
        name: 'titlesWorkedOn',
        about: 'Titles that your work for this service was narrowed to.',
        read: (accountId) => atOnce(findScopedTitles(db, { of: 'account', id: accountId })),
      },
    ],
    async erase(tx, { id }) {
      await putScopedTitles(tx, { of: 'account', id }, null);
    },
  };
}
