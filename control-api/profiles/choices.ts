import type { Caller } from '../../server/http/writes/audit.ts';
import { currentOf, hasLostItsProfile, pinHolderFor, type ProfileRow } from './household.ts';
import { profileIn, type Households } from './households.ts';
import { requireSamePin, type Pins } from './pins.ts';
import { putChoice, type SignIn } from './repository.ts';
import { presentProfile, type CurrentProfileView } from './schemas.ts';

export interface ChoicesOptions {
  readonly households: Households;
  readonly pins: Pins;
}

/** Which profile the requests of a sign-in are for. */
export class Choices {
  readonly #options: ChoicesOptions;

  constructor(options: ChoicesOptions) {
    this.#options = options;
  }

  /** Undefined when one has to be chosen first. @throws ProblemError not_found when the account is gone */
  async current(signIn: SignIn): Promise<ProfileRow | undefined> {
    return currentOf(await this.#options.households.find(signIn));
  }

  /** Who watches on a sign-in, for what is not for kids. */
  async watcher(signIn: SignIn): Promise<'free' | 'kids' | 'nobody'> {
    const household = await this.#options.households.find(signIn);
    if (hasLostItsProfile(household)) return 'nobody';
    return currentOf(household)?.is_kids === 1 ? 'kids' : 'free';
  }

  async show(signIn: SignIn): Promise<CurrentProfileView> {
    const household = await this.#options.households.find(signIn);
    const profile = currentOf(household);
    return { profile: profile ? presentProfile(profile) : null, isChosen: household.choice !== undefined && !!profile };
  }

  /**
   * Makes a profile the one that requests of this sign-in are for, until it ends or another one is chosen.
   * @param pin of the profile, or of the main one where that is asked for to leave a kids' profile
   * @throws ProblemError not_found, pin_required, wrong_pin, too_many_requests; conflict when a PIN changed meanwhile
   */
  async choose(caller: Caller, id: string, pin: string | undefined): Promise<CurrentProfileView> {
    const { households, pins } = this.#options;
    const before = await households.find(caller);
    const proven = pinHolderFor(before, profileIn(before, id));
    if (proven) await pins.prove(proven, pin, caller);
    return households.hold(caller, async (tx, household) => {
      const profile = profileIn(household, id);
      requireSamePin(proven, pinHolderFor(household, profile));
      await putChoice(tx, caller, id);
      return { profile: presentProfile(profile), isChosen: true };
    });
  }
}
