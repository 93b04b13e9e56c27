import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { displayText } from '../display-text.ts';
import { canonicalLanguage } from '../language.ts';
import { currentOf, isWithin, kidsLimit, mainOf, mostProfiles, type ProfileRow } from './household.ts';
import { profileIn, type Households } from './households.ts';
import { mergePreferences, readPreferences, writePreferences } from './preferences.ts';
import { profileProblems } from './problems.ts';
import { deleteProfile, insertProfile, putPinToLeaveKids, updateProfile, type SignIn } from './repository.ts';
import {
  nameCharacters,
  presentProfile,
  type ChangeProfile,
  type CreateProfile,
  type ProfileListView,
  type ProfileSettingsView,
  type ProfileView,
  type Restrictions,
} from './schemas.ts';

export interface ProfilesServiceOptions {
  readonly households: Households;
  readonly clock: Clock;
}

/** The profiles of an account, and what may be done to them. Who asks only ever meets those of their own account. */
export class ProfilesService {
  readonly #options: ProfilesServiceOptions;

  constructor(options: ProfilesServiceOptions) {
    this.#options = options;
  }

  async list(signIn: SignIn): Promise<ProfileListView> {
    const household = await this.#options.households.find(signIn);
    return { items: household.profiles.map(presentProfile), currentId: currentOf(household)?.id ?? null };
  }

  /** @throws ProblemError too_many_profiles, limit_too_high, invalid_request */
  async create(caller: Caller, given: CreateProfile): Promise<ProfileView> {
    const { households, clock } = this.#options;
    const row = newProfile(caller.accountId, given, clock.now());
    await households.hold(caller, async (tx, household) => {
      if (household.profiles.length >= mostProfiles)
        throw new ProblemError(
          profileProblems.too_many_profiles,
          `An account has at most ${mostProfiles} profiles. Delete one of them first.`,
          { extras: { limit: mostProfiles } },
        );
      const own = currentOf(household)?.maturity_limit ?? null;
      if (!isWithin(row.maturity_limit, own))
        throw new ProblemError(
          profileProblems.limit_too_high,
          `From this profile only ones with a maturity limit of at most ${String(own)} can be made.`,
        );
      await insertProfile(tx, row);
      await caller.audit.record(tx, { subject: row.id, after: { ...lookOf(row), ...restrictionsOf(row) } });
    });
    return presentProfile(row);
  }

  /** @throws ProblemError not_found, invalid_request */
  async change(caller: Caller, id: string, given: ChangeProfile): Promise<ProfileView> {
    return this.#change(caller, id, lookOf, (profile) => ({
      ...(given.name !== undefined && { name: shownName(given.name) }),
      ...given.avatar,
      ...(given.language !== undefined && { language: languageOrNull(given.language) }),
      ...(given.preferences && {
        preferences: writePreferences(mergePreferences(readPreferences(profile.preferences), given.preferences)),
      }),
    }));
  }

  /** @throws ProblemError not_found, main_profile, invalid_request */
  async restrict(caller: Caller, id: string, { isKids, maturityLimit }: Restrictions): Promise<ProfileView> {
    requireKidsLimit(isKids, maturityLimit);
    return this.#change(caller, id, restrictionsOf, (profile) => {
      if (isKids && profile.is_main === 1)
        throw new ProblemError(profileProblems.main_profile, "The main profile cannot be a kids' profile.");
      return { is_kids: Number(isKids), maturity_limit: maturityLimit };
    });
  }

  /** @throws ProblemError not_found, main_profile */
  async delete(caller: Caller, id: string): Promise<void> {
    await this.#options.households.hold(caller, async (tx, household) => {
      const profile = profileIn(household, id);
      if (profile.is_main === 1)
        throw new ProblemError(profileProblems.main_profile, 'The main profile cannot be deleted.');
      await deleteProfile(tx, id);
      await caller.audit.record(tx, { subject: id, before: { ...lookOf(profile), ...restrictionsOf(profile) } });
    });
  }

  async settings(signIn: SignIn): Promise<ProfileSettingsView> {
    return { requirePinToLeaveKids: (await this.#options.households.find(signIn)).pinToLeaveKids };
  }

  /** @throws ProblemError main_pin_missing */
  async changeSettings(caller: Caller, { requirePinToLeaveKids }: ProfileSettingsView): Promise<ProfileSettingsView> {
    const { households, clock } = this.#options;
    await households.hold(caller, async (tx, household) => {
      const main = mainOf(household);
      if (requirePinToLeaveKids && main.pin_hash === null)
        throw new ProblemError(profileProblems.main_pin_missing, 'Give the main profile a PIN first.');
      if (requirePinToLeaveKids === household.pinToLeaveKids) {
        caller.audit.unchanged();
        return;
      }
      await putPinToLeaveKids(tx, caller.accountId, requirePinToLeaveKids, clock.now());
      await caller.audit.record(tx, {
        subject: main.id,
        before: { requirePinToLeaveKids: household.pinToLeaveKids },
        after: { requirePinToLeaveKids },
      });
    });
    return { requirePinToLeaveKids };
  }

  /** Changes a profile, and records the facts of both sides. */
  async #change(
    caller: Caller,
    id: string,
    facts: (profile: ProfileRow) => Readonly<Record<string, string | number | boolean | null>>,
    decide: (profile: ProfileRow) => Partial<ProfileRow>,
  ): Promise<ProfileView> {
    const { households, clock } = this.#options;
    return households.hold(caller, async (tx, household) => {
      const profile = profileIn(household, id);
      const change = { ...decide(profile), updated_at: clock.now() };
      const after = { ...profile, ...change };
      await updateProfile(tx, id, change);
      await caller.audit.record(tx, { subject: id, before: facts(profile), after: facts(after) });
      return presentProfile(after);
    });
  }
}

/** @throws ProblemError invalid_request when nothing of the name can be seen */
function shownName(name: string): string {
  const shown = displayText(name, nameCharacters);
  if (shown === '') throw new ProblemError('invalid_request', 'The name has nothing that can be seen.');
  return shown;
}

const languageOrNull = (tag: string | null) => (tag === null ? null : canonicalLanguage(tag));

function requireKidsLimit(isKids: boolean, maturityLimit: number | null): void {
  if (isKids && !isWithin(maturityLimit, kidsLimit))
    throw new ProblemError('invalid_request', `A kids' profile has a maturity limit of at most ${kidsLimit}.`);
}

/** @throws ProblemError invalid_request */
function newProfile(accountId: string, given: CreateProfile, now: number): ProfileRow {
  const { isKids = false, maturityLimit = isKids ? kidsLimit : null } = given;
  requireKidsLimit(isKids, maturityLimit);
  return {
    id: newId('profile'),
    account_id: accountId,
    is_main: 0,
    name: shownName(given.name),
    ...given.avatar,
    language: languageOrNull(given.language ?? null),
    maturity_limit: maturityLimit,
    is_kids: Number(isKids),
    pin_hash: null,
    preferences: writePreferences(mergePreferences(readPreferences('{}'), given.preferences ?? {})),
    created_at: now,
    updated_at: now,
  };
}

const lookOf = ({ name, picture, colour, language, preferences }: ProfileRow) => ({
  name,
  picture,
  colour,
  language,
  preferences,
});

const restrictionsOf = ({ is_kids, maturity_limit }: ProfileRow) => ({
  isKids: is_kids === 1,
  maturityLimit: maturity_limit,
});
