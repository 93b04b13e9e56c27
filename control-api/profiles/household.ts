import type { Selectable } from 'kysely';
import type { ProfilesTable } from '../../server/db/tables/profiles.ts';

/**
 * What may happen in a household, decided from its rows alone.
 *
 * A **household** is the profiles of one account, of which the first one made is the **main** profile. Which of them a
 * request is for is kept for its sign-in, so no client can name one that was not chosen. A **kids' profile** shows
 * nothing that is meant for people older than 12, and manages neither profiles nor the account.
 */
export type ProfileRow = Selectable<ProfilesTable>;

/** Profiles of an account. */
export const mostProfiles = 5;
/** The highest limit that a kids' profile may have, and its limit unless another is given; an age in years. */
export const kidsLimit = 12;

/** A household as one of its sign-ins sees it. */
export interface Household {
  /** The main one first, the others in the order in which they were made; never empty. */
  readonly profiles: readonly ProfileRow[];
  /** What this sign-in chose; undefined when it has not chosen yet. Its `profileId` is null when that was taken away. */
  readonly choice: { readonly profileId: string | null } | undefined;
  /** Whether a PIN is asked for on the way from a kids' profile to one that has none. */
  readonly pinToLeaveKids: boolean;
}

/** The profile of an account that is always there. */
export function mainOf({ profiles }: Household): ProfileRow {
  const main = profiles.find(({ is_main }) => is_main === 1);
  if (!main) throw new Error('There is a household without a main profile');
  return main;
}

/**
 * The profile that requests of this sign-in are for: the chosen one. Until one is chosen it is the main one, unless a
 * PIN protects that. Undefined when somebody has to choose first.
 */
export function currentOf(household: Household): ProfileRow | undefined {
  const { profiles, choice } = household;
  if (choice) return profiles.find(({ id }) => id === choice.profileId);
  const main = mainOf(household);
  return main.pin_hash === null ? main : undefined;
}

/** Whether the sign-in chose a profile that was taken away since: a child may be holding the device. */
export function hasLostItsProfile(household: Household): boolean {
  return household.choice !== undefined && currentOf(household) === undefined;
}

/**
 * The profile whose PIN must be given to choose `target`: its own, or that of the main one to leave a kids' profile
 * where the household wants that. Undefined when no PIN is asked for.
 */
export function pinHolderFor(household: Household, target: ProfileRow): ProfileRow | undefined {
  if (target.pin_hash !== null) return target;
  const isKept = currentOf(household)?.is_kids === 1 || hasLostItsProfile(household);
  if (!household.pinToLeaveKids || !isKept || target.is_kids === 1) return undefined;
  const main = mainOf(household);
  return main.pin_hash === null ? undefined : main;
}

/** Whether a maturity limit lets no more through than another one; null: no limit. */
export function isWithin(limit: number | null, other: number | null): boolean {
  return other === null || (limit !== null && limit <= other);
}
