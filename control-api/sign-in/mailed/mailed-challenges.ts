import type { Connection, Database, Transaction } from '../../../server/db/port.ts';
import type { CallerAddress } from '../../../server/http/access.ts';
import { countOne } from '../../../server/http/callers/limits.ts';
import { networkOf } from '../../../server/http/callers/network.ts';
import type { Counter, LastingCounters } from '../../../server/limits/port.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import type { BegunChallenge, Challenges, NewChallenge } from '../challenges/challenges.ts';
import type { SignInThrottle } from '../throttle.ts';

const hour = 3600;
const day = 24 * hour;

export interface MailedChallengesOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly lasting: Pick<LastingCounters, 'counter'>;
  readonly throttle: Pick<SignInThrottle, 'knows'>;
}

/**
 * Challenges whose code or link goes to an address.
 *
 * Nothing here looks whether the address has an account: a row is written and an event recorded, the same for every
 * address, and who writes the letter finds out later what it says. So neither the words of an answer nor its time tell
 * who has an account. Limits count all addresses alike, for the same reason. Those that anybody can use up for somebody
 * else, from many networks say, do not hold where the account signed in from lately: its owner comes in by mail there.
 */
export class MailedChallenges {
  readonly #options: MailedChallengesOptions;
  readonly #perAddressAndNetwork: Counter;
  readonly #perAddress: Counter;
  readonly #perNetwork: Counter;

  constructor(options: MailedChallengesOptions) {
    this.#options = options;
    const counter = (name: string, points: number, seconds: number) =>
      options.lasting.counter(`mailed.${name}`, { points, seconds });
    this.#perAddressAndNetwork = counter('address-and-network', 5, hour);
    this.#perAddress = counter('address', 30, day);
    this.#perNetwork = counter('network', 60, hour);
  }

  /**
   * Begins one for the person who has the address, counted.
   * @throws ProblemError too_many_requests
   */
  async begin(challenge: NewChallenge & { readonly email: string }, from: CallerAddress): Promise<BegunChallenge> {
    const { db, outbox } = this.#options;
    await this.count(challenge.email, from);
    const begun = await db.transaction().execute((tx) => this.beginWithin(tx, challenge));
    outbox.wake();
    return begun;
  }

  /** Counts a mail that somebody asks for. @throws ProblemError too_many_requests */
  async count(email: string, from: CallerAddress): Promise<void> {
    const network = networkOf(from.address);
    const isKnown = await this.#options.throttle.knows(email, from);
    if (!from.isSharedAddress && !isKnown) await countOne(this.#perNetwork, network, 'mails');
    await countOne(this.#perAddressAndNetwork, `${email} ${network}`, 'mails to this address');
    if (!isKnown) await countOne(this.#perAddress, email, 'mails to this address');
  }

  /** The same as a part of a change, and not counted. */
  async beginWithin(tx: Transaction, challenge: NewChallenge & { readonly email: string }): Promise<BegunChallenge> {
    const { challenges, outbox } = this.#options;
    const begun = await challenges.begin(tx as Connection, challenge);
    await outbox.record(tx, 'challenge.begun', begun.id, { challengeId: begun.id });
    return begun;
  }
}
