import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { ProblemError } from '../kit/errors.ts';
import { Counters } from './counters.ts';
import { LockNotFree, type Counter, type CounterOptions, type Lease, type Limits, type LockOptions } from './port.ts';
import { Hold } from './redis-hold.ts';

/** How often somebody who waits for a lock looks, and asks its holder again, in milliseconds. */
const lookMs = 100;
const askMs = 1000;
/** How long locks and leases outlive a killed process, in milliseconds. */
const usualLifeMs = 30_000;

export interface RedisLimitsOptions {
  readonly commands: Redis;
  /** Only listens to channels. */
  readonly subscriber: Redis;
  /** What every key and channel begins with, its colon included. */
  readonly prefix: string;
  /** How long locks and leases outlive a killed process, in milliseconds; default 30 s. */
  readonly lifeMs?: number;
}

/** Something held here, by the key that others ask for. */
interface Held {
  readonly hold: Hold;
  readonly onWanted: (() => void) | undefined;
}

/** Limits that all processes of an installation share, on Redis. */
export class RedisLimits implements Limits {
  readonly #options: RedisLimitsOptions;
  readonly #lifeMs: number;
  readonly #channel: string;
  readonly #counters: Counters;
  readonly #held = new Map<string, Held>();
  readonly #leases = new Map<AbortController, Hold>();
  readonly #closing = new AbortController();
  readonly locks: Limits['locks'] = {
    take: (key, options) => this.#takeLock(key, options),
    takeIfFree: async (key) => {
      const hold = await this.#holdLock(key, undefined).catch((cause: unknown) => {
        throw away(key, cause);
      });
      return hold && (() => this.#giveBack(key, hold));
    },
  };
  readonly leases: Limits['leases'] = { take: (name) => this.#takeLease(name) };

  private constructor(options: RedisLimitsOptions) {
    this.#options = options;
    this.#lifeMs = options.lifeMs ?? usualLifeMs;
    this.#channel = `${options.prefix}locks`;
    this.#counters = new Counters((name, { points, seconds }) => {
      const common = { keyPrefix: `${options.prefix}count:${name}`, points, duration: seconds };
      return new RateLimiterRedis({
        ...common,
        storeClient: options.commands,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(common),
      });
    });
  }

  /** Resolves once it hears who wants its locks. @throws Error when Redis is away */
  static async open(options: RedisLimitsOptions): Promise<RedisLimits> {
    const limits = new RedisLimits(options);
    options.subscriber.on('message', limits.#hear);
    await options.subscriber.subscribe(limits.#channel);
    return limits;
  }

  counter(name: string, options: CounterOptions): Counter {
    return this.#counters.get(name, options);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#options.subscriber.off('message', this.#hear);
    for (const lease of this.#leases.keys()) lease.abort(new Error('The limits were closed'));
    await Promise.all([
      ...[...this.#held].map(([key, { hold }]) => this.#giveBack(key, hold)),
      ...[...this.#leases.values()].map((hold) => hold.release()),
      this.#options.subscriber.unsubscribe(this.#channel).catch(() => undefined),
    ]);
  }

  readonly #hear = (channel: string, key: string): void => {
    if (channel === this.#channel) this.#held.get(key)?.onWanted?.();
  };

  async #takeLock(key: string, { waitMs, signal, onWanted }: LockOptions): Promise<() => Promise<void>> {
    const deadline = performance.now() + waitMs;
    const givingUp = AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
    let askedAt = -Infinity;
    for (;;) {
      let trouble: unknown;
      if (!givingUp.aborted) {
        try {
          const hold = await this.#holdLock(key, onWanted);
          if (hold) return () => this.#giveBack(key, hold);
          if (performance.now() - askedAt > askMs) {
            askedAt = performance.now();
            await this.#options.commands.publish(this.#channel, key);
          }
        } catch (error) {
          trouble = error;
        }
      }
      const left = deadline - performance.now();
      if (givingUp.aborted || left <= 0) {
        if (trouble !== undefined && !givingUp.aborted) throw away(key, trouble);
        throw new LockNotFree(`The lock ${key} was not given up in time`);
      }
      await rest(Math.min(lookMs, left), givingUp);
    }
  }

  /** One attempt. A lock that is lost is as good as wanted: its holder should let go. */
  async #holdLock(key: string, onWanted: (() => void) | undefined): Promise<Hold | undefined> {
    if (this.#closing.signal.aborted) return undefined;
    const hold = await Hold.take({
      client: this.#options.commands,
      key: `${this.#options.prefix}lock:${key}`,
      lifeMs: this.#lifeMs,
      onLost: () => {
        if (this.#held.get(key)?.hold === hold) this.#held.delete(key);
        onWanted?.();
      },
    });
    if (hold === undefined) return undefined;
    this.#held.set(key, { hold, onWanted });
    if (!this.#closing.signal.aborted) return hold;
    await this.#giveBack(key, hold);
    return undefined;
  }

  async #giveBack(key: string, hold: Hold): Promise<void> {
    if (this.#held.get(key)?.hold === hold) this.#held.delete(key);
    await hold.release();
  }

  async #takeLease(name: string): Promise<Lease | undefined> {
    if (this.#closing.signal.aborted) return undefined;
    const lost = new AbortController();
    const hold = await Hold.take({
      client: this.#options.commands,
      key: `${this.#options.prefix}lease:${name}`,
      lifeMs: this.#lifeMs,
      onLost: () => {
        this.#leases.delete(lost);
        lost.abort(new Error(`The lease ${name} was lost`));
      },
    }).catch(() => undefined);
    if (hold === undefined) return undefined;
    if (this.#closing.signal.aborted) {
      await hold.release();
      return undefined;
    }
    this.#leases.set(lost, hold);
    return {
      signal: lost.signal,
      release: async () => {
        this.#leases.delete(lost);
        await hold.release();
      },
    };
  }
}

function away(key: string, cause: unknown): ProblemError {
  return new ProblemError('not_ready', `The lock ${key} cannot be taken now. Try again in a moment.`, { cause });
}

/** Waits so many milliseconds, less when the signal aborts. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
