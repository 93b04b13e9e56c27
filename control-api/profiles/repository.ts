import type { Insertable, Updateable } from 'kysely';
import type { Connection, Transaction } from '../../server/db/port.ts';
import type { ProfilesTable } from '../../server/db/tables/profiles.ts';
import type { Household } from './household.ts';

/** The sign-in of a request. */
export interface SignIn {
  readonly accountId: string;
  readonly familyId: string;
}

/** Undefined while nobody has asked for the profiles of the account: then it has none. */
export async function findHousehold(db: Connection, { accountId, familyId }: SignIn): Promise<Household | undefined> {
  const rows = await db
    .selectFrom('profiles')
    .leftJoin('chosen_profiles', (join) =>
      join
        .on('chosen_profiles.family_id', '=', familyId)
        .onRef('chosen_profiles.account_id', '=', 'profiles.account_id'),
    )
    .leftJoin('profile_settings', 'profile_settings.account_id', 'profiles.account_id')
    .selectAll('profiles')
    .select([
      'chosen_profiles.family_id as chosen_by',
      'chosen_profiles.profile_id as chosen_id',
      'profile_settings.pin_to_leave_kids',
    ])
    .where('profiles.account_id', '=', accountId)
    .orderBy('profiles.is_main', 'desc')
    .orderBy('profiles.id')
    .execute();
  const [first] = rows;
  if (!first) return undefined;
  return {
    profiles: rows.map((row) => {
      const { chosen_by: _by, chosen_id: _id, pin_to_leave_kids: _setting, ...profile } = row;
      return profile;
    }),
    choice: first.chosen_by === null ? undefined : { profileId: first.chosen_id },
    pinToLeaveKids: first.pin_to_leave_kids === 1,
  };
}

/** The following change a household: its account must be held (`lockAccount`). */
export async function insertProfile(tx: Transaction, row: Insertable<ProfilesTable>): Promise<void> {
  await tx.insertInto('profiles').values(row).execute();
}

export async function updateProfile(tx: Transaction, id: string, change: Updateable<ProfilesTable>): Promise<void> {
  await tx.updateTable('profiles').set(change).where('id', '=', id).execute();
}

/** Sign-ins that had chosen it have to choose again. */
export async function deleteProfile(tx: Transaction, id: string): Promise<void> {
  await tx.deleteFrom('profiles').where('id', '=', id).execute();
}

export async function putPinToLeaveKids(
  tx: Transaction,
  accountId: string,
  isRequired: boolean,
  now: number,
): Promise<void> {
  const values = { pin_to_leave_kids: Number(isRequired), updated_at: now };
  await tx
    .insertInto('profile_settings')
    .values({ account_id: accountId, ...values })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
    .execute();
}

/** What is chosen goes with the sign-in. */
export async function putChoice(tx: Transaction, { accountId, familyId }: SignIn, profileId: string): Promise<void> {
  const values = { profile_id: profileId };
  await tx
    .insertInto('chosen_profiles')
    .values({ family_id: familyId, account_id: accountId, ...values })
    .onConflict((conflict) => conflict.column('family_id').doUpdateSet(values))
    .execute();
}

/** Takes a profile away from all sign-ins but one. */
export async function takeFromOthers(tx: Transaction, profileId: string, { familyId }: SignIn): Promise<void> {
  await tx
    .updateTable('chosen_profiles')
    .set({ profile_id: null })
    .where('profile_id', '=', profileId)
    .where('family_id', '!=', familyId)
    .execute();
}
