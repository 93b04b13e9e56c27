import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../../server/kit/errors.ts';

const windowSeconds = 15 * 60;

/** The network a caller comes from: one subscriber holds a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const [head = '', tail] = address.split('%', 1).join('').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? first : [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last];
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** One attempt at a password, counted before it is judged so that attempts at the same time cannot slip through. */
export interface Attempt {
  /** The password was right: the account starts anew, and the attempt does not count against the address. */
  succeeded(): Promise<void>;
}

/**
 * Counts wrong passwords per account and per network address over 15 minutes, in memory: with several processes each
 * counts for itself. Accounts that do not exist are counted just the same.
 */
export class SignInThrottle {
  readonly #perAccount: RateLimiterMemory;
  readonly #perAddress: RateLimiterMemory;

  constructor(limits: { readonly perAccount: number; readonly perAddress: number }) {
    this.#perAccount = new RateLimiterMemory({ keyPrefix: 'account', points: limits.perAccount, duration: windowSeconds });
    this.#perAddress = new RateLimiterMemory({ keyPrefix: 'address', points: limits.perAddress, duration: windowSeconds });
  }

  /** @throws ProblemError too_many_requests */
  async attempt(account: string, address: string): Promise<Attempt> {
    // What is typed in has any length; a hash has one.
    const accountKey = createHash('sha256').update(account).digest('base64url');
    const addressKey = networkOf(address);
    await consume(this.#perAddress, addressKey);
    await consume(this.#perAccount, accountKey);
    return {
      succeeded: async () => {
        await this.#perAccount.delete(accountKey);
        await this.#perAddress.reward(addressKey, 1);
      },
    };
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    const retryAfterSeconds = Math.max(1, Math.ceil(thrown.msBeforeNext / 1000));
    throw new ProblemError('too_many_requests', `Too many attempts. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`, { extras: { retryAfterSeconds } });
  }
}
