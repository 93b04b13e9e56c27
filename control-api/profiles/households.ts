import type { Database, Transaction } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { newId } from '../../server/kit/ids.ts';
import { lockAccount } from '../account.ts';
import { firstAvatar } from './avatars.ts';
import type { Household, ProfileRow } from './household.ts';
import { findHousehold, insertProfile, type SignIn } from './repository.ts';

export interface HouseholdsOptions {
  readonly db: Database;
  /** Records that a main profile was made, which no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

/** Finds households, and makes the main profile of those that nobody has asked for yet. */
export class Households {
  readonly #options: HouseholdsOptions;

  constructor(options: HouseholdsOptions) {
    this.#options = options;
  }

  /** The household of a sign-in. @throws ProblemError not_found when the account is gone */
  async find(signIn: SignIn): Promise<Household> {
    return (await findHousehold(this.#options.db, signIn)) ?? (await this.hold(signIn, async (_, found) => found));
  }

  /**
   * Holds the account's row while `work` changes the household, so that of any number of requests on any number of
   * processes one after the other sees what the ones before it did. Like every transaction it may be tried again.
   * @throws ProblemError not_found when the account is gone; whatever `work` throws
   */
  async hold<T>(signIn: SignIn, work: (tx: Transaction, household: Household) => Promise<T>): Promise<T> {
    return this.#options.db.transaction().execute(async (tx) => {
      if (!(await lockAccount(tx, signIn.accountId))) throw new ProblemError('not_found', 'There is no such account.');
      const household = (await findHousehold(tx, signIn)) ?? (await this.#begin(tx, signIn));
      return work(tx, household);
    });
  }

  async #begin(tx: Transaction, { accountId }: SignIn): Promise<Household> {
    const now = this.#options.clock.now();
    const main: ProfileRow = {
      id: newId('profile'),
      account_id: accountId,
      is_main: 1,
      name: null,
      ...firstAvatar,
      language: null,
      maturity_limit: null,
      is_kids: 0,
      pin_hash: null,
      preferences: '{}',
      created_at: now,
      updated_at: now,
    };
    await insertProfile(tx, main);
    await this.#options.audit.record(tx, { event: 'profile.created', subject: main.id, after: { isMain: true } });
    return { profiles: [main], choice: undefined, pinToLeaveKids: false };
  }
}

/** @throws ProblemError not_found for what is no profile of the household, and so for those of others */
export function profileIn({ profiles }: Household, id: string): ProfileRow {
  const profile = profiles.find((each) => each.id === id);
  if (!profile) throw new ProblemError('not_found', 'There is no such profile.');
  return profile;
}
