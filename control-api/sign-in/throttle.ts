import { createHash } from 'node:crypto';
import type { Counter, Limits } from '../../server/limits/port.ts';
import { countOne, tooMany } from '../../server/http/callers/limits.ts';
import { networkOf } from '../../server/http/callers/network.ts';

const windowSeconds = 15 * 60;
/** Wrong passwords allowed per account from all networks together, as a multiple of those allowed from one of them. */
const networksPerAccount = 10;
/** More than anybody needs, and not enough to keep the process busy with hashing. */
const signInsPerAccount = 20;
/** Every page that is loaded and every app that is started may refresh once; someone with many tabs does not get here. */
const refreshesPerFamily = 60;
/** How long the network of a sign-in is remembered. */
const rememberedSeconds = 20 * 86_400;

/**
 * Limits over 15 minutes.
 *
 * Wrong passwords are counted before they are judged, so that attempts at the same time cannot slip through, and just
 * the same for accounts that do not exist: per network, per account and network, and, much higher, per account.
 * Anybody can use the last one up for somebody else; so it does not hold for a network from which the account signed
 * in lately.
 */
export class SignInThrottle {
  readonly #perNetwork: Counter;
  readonly #perAccountAndNetwork: Counter;
  readonly #perAccount: Counter;
  readonly #signIns: Counter;
  readonly #refreshes: Counter;
  /** Sign-ins by account and network: what has a count signed in lately. */
  readonly #remembered: Counter;

  /** @param allowed wrong passwords: `perAccount` from one network, `perAddress` for whatever accounts */
  constructor(limits: Pick<Limits, 'counter'>, allowed: { readonly perAccount: number; readonly perAddress: number }) {
    const counter = (name: string, points: number, seconds = windowSeconds) =>
      limits.counter(`sign-in.${name}`, { points, seconds });
    this.#perNetwork = counter('network', allowed.perAddress);
    this.#perAccountAndNetwork = counter('account-and-network', allowed.perAccount);
    this.#perAccount = counter('account', allowed.perAccount * networksPerAccount);
    this.#signIns = counter('success', signInsPerAccount);
    this.#refreshes = counter('refresh', refreshesPerFamily);
    this.#remembered = counter('known-network', 1, rememberedSeconds);
  }

  /**
   * Lets `judge` find out whether a password is right; it returns undefined when not. What was right, or could not
   * be judged, does not count as wrong. Right ones have a limit of their own, asked before: judging is the expense.
   * @throws ProblemError too_many_requests; whatever `judge` throws
   */
  async attempt<T>(account: string, address: string, judge: () => Promise<T | undefined>): Promise<T | undefined> {
    // What is typed in has any length; a hash has one.
    const accountKey = createHash('sha256').update(account).digest('base64url');
    const network = networkOf(address);
    const pairKey = `${accountKey} ${network}`;
    const signIns = await this.#signIns.look(accountKey);
    if (signIns && signIns.used >= signInsPerAccount) throw tooMany('sign-ins', signIns);

    const counts: [Counter, string][] = [
      [this.#perNetwork, network],
      [this.#perAccountAndNetwork, pairKey],
    ];
    if (!(await this.#remembered.look(pairKey))) counts.push([this.#perAccount, accountKey]);
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
    // Forgotten first, so that the time it is remembered begins anew.
    await this.#remembered.forget(pairKey);
    await this.#remembered.consume(pairKey);
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
