import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { atOnce, type PersonalData } from '../personal-data.ts';

/** A household: a few profiles, and what is set for all of them. Pictures are the service's own. */
export function personalDataOfProfiles(db: Database): PersonalData {
  const profilesOf = (accountId: string) =>
    db.selectFrom('profiles').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
  return {
    tables: { profiles: 'erased', chosen_profiles: 'erased', profile_settings: 'erased' },
    sections: [
      {
        name: 'profiles',
        about: 'Who watches with your account, and what is set for each of them.',
        read: (accountId) =>
          atOnce(
            profilesOf(accountId).then((rows) =>
              rows.map((row) => ({
                id: row.id,
                isMain: row.is_main === 1,
                name: row.name,
                avatar: { picture: row.picture, colour: row.colour },
                language: row.language,
                maturityLimit: row.maturity_limit,
                isKids: row.is_kids === 1,
                hasPin: row.pin_hash !== null,
                preferences: JSON.parse(row.preferences) as unknown,
                createdAt: toIso(row.created_at),
                updatedAt: toIso(row.updated_at),
              })),
            ),
          ),
      },
      {
        name: 'profileSettings',
        about: 'What is set for all of your profiles. Empty: what everybody begins with.',
        read: (accountId) =>
          atOnce(
            db
              .selectFrom('profile_settings')
              .selectAll()
              .where('account_id', '=', accountId)
              .execute()
              .then((rows) =>
                rows.map((row) => ({
                  isPinAskedToLeaveKids: row.pin_to_leave_kids === 1,
                  updatedAt: toIso(row.updated_at),
                })),
              ),
          ),
      },
    ],
    async erase(tx, { id }) {
      await tx.deleteFrom('chosen_profiles').where('account_id', '=', id).execute();
      await tx.deleteFrom('profiles').where('account_id', '=', id).execute();
      await tx.deleteFrom('profile_settings').where('account_id', '=', id).execute();
    },
  };
}
