import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { ProfileRow } from './household.ts';
import { profileIn, type Households } from './households.ts';
import { profileProblems } from './problems.ts';
import { takeFromOthers, updateProfile } from './repository.ts';
import { presentProfile, type ProfileView, type SetPin } from './schemas.ts';
import type { PinThrottle } from './throttle.ts';

/** What profiles ask of sign-in: PINs are kept as passwords are, and wait in the same line to be hashed. */
export interface PinHashing {
  /** @throws ProblemError too_many_requests when too much is being hashed already */
  hashPassword(pin: string): Promise<string>;
  /** @throws ProblemError too_many_requests when too much is being hashed already */
  verifyPassword(hash: string, pin: string): Promise<boolean>;
}

export interface PinsOptions {
  readonly households: Households;
  readonly throttle: PinThrottle;
  readonly hashing: PinHashing;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** PINs of profiles: given, set and removed. */
export class Pins {
  readonly #options: PinsOptions;

  constructor(options: PinsOptions) {
    this.#options = options;
  }

  /**
   * Asks for the PIN of a profile that has one. It takes some 100 ms, so never in a transaction.
   * @throws ProblemError pin_required, wrong_pin, too_many_requests
   */
  async prove(profile: ProfileRow, pin: string | undefined, caller: Caller): Promise<void> {
    const { throttle, hashing, logger } = this.#options;
    const { id: profileId, pin_hash: hash } = profile;
    if (hash === null) return;
    if (pin === undefined) throw new ProblemError(profileProblems.pin_required, undefined, { extras: { profileId } });
    if (await throttle.attempt(profile, () => hashing.verifyPassword(hash, pin))) return;
    const { accountId, address } = caller;
    logger.warn({ event: 'profile.wrong-pin', profileId, accountId, address }, 'a PIN was wrong');
    throw new ProblemError(profileProblems.wrong_pin, undefined, { extras: { profileId } });
  }

  /**
   * Gives a profile a PIN. Who knows the old one may change it; other sign-ins that had chosen the profile have to
   * choose again.
   * @throws ProblemError not_found, pin_required, wrong_pin, too_many_requests; conflict when it changed meanwhile
   */
  async set(caller: Caller, id: string, { pin, currentPin }: SetPin): Promise<ProfileView> {
    const { households, hashing, clock } = this.#options;
    const before = profileIn(await households.find(caller), id);
    await this.prove(before, currentPin, caller);
    const change = { pin_hash: await hashing.hashPassword(pin), updated_at: clock.now() };
    return households.hold(caller, async (tx, household) => {
      const profile = profileIn(household, id);
      requireSamePin(before, profile);
      await updateProfile(tx, id, change);
      await takeFromOthers(tx, id, caller);
      await caller.audit.record(tx, {
        subject: id,
        before: { hasPin: profile.pin_hash !== null },
        after: { hasPin: true },
      });
      return presentProfile({ ...profile, ...change });
    });
  }

  /** Takes the PIN of a profile away: also one that was forgotten. @throws ProblemError not_found, main_pin_in_use */
  async remove(caller: Caller, id: string): Promise<void> {
    const { households, throttle, clock } = this.#options;
    await households.hold(caller, async (tx, household) => {
      const profile = profileIn(household, id);
      if (profile.pin_hash === null) {
        caller.audit.unchanged();
        return;
      }
      if (profile.is_main === 1 && household.pinToLeaveKids)
        throw new ProblemError(
          profileProblems.main_pin_in_use,
          "The PIN of the main profile is asked for to leave kids' profiles. Change that first.",
        );
      await updateProfile(tx, id, { pin_hash: null, updated_at: clock.now() });
      await caller.audit.record(tx, { subject: id, before: { hasPin: true }, after: { hasPin: false } });
    });
    await throttle.forget(id);
  }
}

/** @throws ProblemError conflict when a profile has another PIN than the one that was proven */
export function requireSamePin(proven: ProfileRow | undefined, now: ProfileRow | undefined): void {
  if (proven?.id !== now?.id || proven?.pin_hash !== now?.pin_hash)
    throw new ProblemError('conflict', 'The PIN was changed meanwhile. Try again.');
}
