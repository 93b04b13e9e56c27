import { createHash } from 'node:crypto';
import type { Counter, LastingCounters, Limits } from '../../server/limits/port.ts';
import { countOne, tooMany } from '../../server/http/callers/limits.ts';
import type { CallerAddress } from '../../server/http/access.ts';
import { networkOf } from '../../server/http/callers/network.ts';

const windowSeconds = 15 * 60;
/** Wrong passwords allowed per account from all networks together, as a multiple of those allowed from one of them. */
const networksPerAccount = 10;
/** More than anybody needs, and not enough to keep the process busy with hashing. */
const signInsPerAccount = 20;
/** Every page that is loaded and every app that is started may refresh once; someone with many tabs does not get here. */
const refreshesPerFamily = 60;
/** Wrong second factors: who gets here has the first one already. */
const secondFactorsPerAccount = 10;
/** How long the network of a sign-in is remembered. */
const rememberedSeconds = 20 * 86_400;

/**
 * Limits over 15 minutes, and longer ones for a network that uses them up again and again (`grows`).
 *
 * Wrong passwords are counted before they are judged, so that attempts at the same time cannot slip through, and just
 * the same for accounts that do not exist: per network, per account and network, and, much higher, per account.
 * Anybody can use the first and the last one up for somebody else; so they do not hold for an account in a network from
 * which it signed in lately, where the limit of both together does.
 *
 * Behind a proxy that nobody said is to be believed, all networks are one: what is counted by network alone would shut
 * everybody out as soon as one of them guesses. There only the limits of an account hold. What a request says of itself
 * is never a part of a key, so nobody gets more guesses by making it up; and it can be said with effect only from where
 * a proxy stands (`mayBeEverybody`), so that from the internet nobody gets out of the limit of his own address. Behind
 * such a proxy others can still use up the ten guesses of one account and keep its owner waiting: that ends with
 * `server.trustProxy`, and the notice says so.
 */
export class SignInThrottle {
  readonly #perNetwork: Counter;
  readonly #perAccountAndNetwork: Counter;
  readonly #perAccount: Counter;
  readonly #signIns: Counter;
  readonly #refreshes: Counter;
  readonly #secondFactors: Counter;
  /** Sign-ins by account and network: what has a count signed in lately. */
  readonly #remembered: Counter;

  /**
   * @param lasting counts guesses, so that neither a restart nor another process gives more of them
   * @param limits counts what is no guess
   * @param allowed wrong passwords: `perAccount` from one network, `perAddress` for whatever accounts
   */
  constructor(
    lasting: Pick<LastingCounters, 'counter'>,
    limits: Pick<Limits, 'counter'>,
    allowed: { readonly perAccount: number; readonly perAddress: number },
  ) {
    const guesses = (name: string, points: number, grows: boolean) =>
      lasting.counter(`sign-in.${name}`, { points, seconds: windowSeconds, ...(grows && { grows }) });
    this.#perNetwork = guesses('network', allowed.perAddress, true);
    this.#perAccountAndNetwork = guesses('account-and-network', allowed.perAccount, true);
    // Anybody can use this one up for somebody else: it does not grow.
    this.#perAccount = guesses('account', allowed.perAccount * networksPerAccount, false);
    this.#secondFactors = guesses('second-factor', secondFactorsPerAccount, true);
    this.#signIns = limits.counter('sign-in.success', { points: signInsPerAccount, seconds: windowSeconds });
    this.#refreshes = limits.counter('sign-in.refresh', { points: refreshesPerFamily, seconds: windowSeconds });
    this.#remembered = lasting.counter('sign-in.known-network', { points: 1, seconds: rememberedSeconds });
  }

  /**
   * Lets `judge` find out whether a password is right; it returns undefined when not. What was right, or could not
   * be judged, does not count as wrong. Right ones have a limit of their own, asked before: judging is the expense.
   * @throws ProblemError too_many_requests; whatever `judge` throws
   */
  async attempt<T>(account: string, from: CallerAddress, judge: () => Promise<T | undefined>): Promise<T | undefined> {
    const { accountKey, network, pairKey } = keysOf(account, from);
    const signIns = await this.#signIns.look(accountKey);
    if (signIns && signIns.used >= signInsPerAccount) throw tooMany('sign-ins', signIns);

    const isKnown = await this.knows(account, from);
    // In this order: who has used up one of them uses up none of those behind it.
    const counts: [Counter, string][] = [
      ...(isKnown || from.isSharedAddress ? [] : [[this.#perNetwork, network] as [Counter, string]]),
      [this.#perAccountAndNetwork, pairKey],
      ...(isKnown ? [] : [[this.#perAccount, accountKey] as [Counter, string]]),
    ];
    for (const [counter, key] of counts) await countOne(counter, key, 'attempts');
    const forgive = async () => {
      for (const [counter, key] of counts) await counter.giveBack(key);
    };
    let verdict: T | undefined;
    try {
      verdict = await judge();
    } catch (error) {
      await forgive();
      throw error;
    }
    if (verdict === undefined) return undefined;
    await forgive();
    await this.#perAccountAndNetwork.forget(pairKey);
    await this.#signIns.consume(accountKey);
    await this.remember(account, from);
    return verdict;
  }

  /** Whether an account signed in from this network lately. What others use up does not hold for it there. */
  async knows(account: string, from: CallerAddress): Promise<boolean> {
    return (await this.#remembered.look(keysOf(account, from).pairKey)) !== undefined;
  }

  /** Notes that an account signed in from this network, by whatever it was. */
  async remember(account: string, from: CallerAddress): Promise<void> {
    const { pairKey } = keysOf(account, from);
    // Forgotten first, so that the time it is remembered begins anew.
    await this.#remembered.forget(pairKey);
    await this.#remembered.consume(pairKey);
  }

  /**
   * Lets `judge` find out whether a second factor is right; it returns undefined when not.
   * @throws ProblemError too_many_requests; whatever `judge` throws
   */
  async secondFactor<T>(accountId: string, judge: () => Promise<T | undefined>): Promise<T | undefined> {
    await countOne(this.#secondFactors, accountId, 'attempts');
    const verdict = await judge();
    if (verdict !== undefined) await this.#secondFactors.forget(accountId);
    return verdict;
  }

  /**
   * Counts a refresh of a sign-in.
   * @throws ProblemError too_many_requests
   */
  async refresh(familyId: string): Promise<void> {
    await countOne(this.#refreshes, familyId, 'refreshes');
  }
}

/** What an account and a network are counted by. What is typed in has any length; a hash has one. */
function keysOf(account: string, { address }: CallerAddress) {
  const accountKey = createHash('sha256').update(account).digest('base64url');
  const network = networkOf(address);
  return { accountKey, network, pairKey: `${accountKey} ${network}` };
}
