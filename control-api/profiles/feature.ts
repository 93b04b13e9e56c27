import type { Database } from '../../server/db/port.ts';
import { useWatchers } from '../../server/http/callers/kids.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { LastingCounters } from '../../server/limits/port.ts';
import type { Feature } from '../feature.ts';
import { registerChoiceRoutes } from './choice-routes.ts';
import { Choices } from './choices.ts';
import { Households } from './households.ts';
import { personalDataOfProfiles } from './personal-data.ts';
import { Pins, type PinHashing } from './pins.ts';
import { profileProblems } from './problems.ts';
import type { SignIn } from './repository.ts';
import { registerProfileRoutes } from './routes.ts';
import { ProfilesService } from './service.ts';
import { PinThrottle } from './throttle.ts';

export interface ProfilesDeps {
  readonly db: Database;
  readonly lastingCounters: Pick<LastingCounters, 'counter'>;
  readonly hashing: PinHashing;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Profiles, and what they are asked by others. */
export interface ProfilesFeature extends Feature {
  /**
   * The profile that requests of a sign-in are for; undefined when somebody has to choose first. `maturityLimit` is an
   * age in years, null: no limit.
   */
  current(signIn: SignIn): Promise<{ readonly id: string; readonly maturityLimit: number | null } | undefined>;
}

/** Who of an account's household watches: profiles, their PINs, and which of them a sign-in has chosen. */
export function profilesFeature(deps: ProfilesDeps): ProfilesFeature {
  const { clock } = deps;
  const households = new Households(deps);
  const pins = new Pins({ ...deps, households, throttle: new PinThrottle(deps.lastingCounters) });
  const choices = new Choices({ households, pins });
  return {
    name: 'profiles',
    problems: profileProblems,
    personalData: personalDataOfProfiles(deps.db),
    routes(app) {
      useWatchers(app, (signIn) => choices.watcher(signIn));
      registerProfileRoutes(app, new ProfilesService({ households, clock }));
      registerChoiceRoutes(app, choices, pins);
    },
    async current(signIn) {
      const profile = await choices.current(signIn);
      return profile && { id: profile.id, maturityLimit: profile.maturity_limit };
    },
  };
}
