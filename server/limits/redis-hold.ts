import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Mutex } from 'redis-semaphore';

export interface HoldOptions {
  readonly client: Redis;
  readonly key: string;
  /** Called once when it was lost: renewed too late, or gone with the data of the server. Not after a release. */
  readonly onLost: () => void;
  /** How long it is held without being renewed, in milliseconds: so long it stays after its process was killed. */
  readonly lifeMs: number;
}

/** So many renewals may fail in the life of a hold before it is lost. */
const renewals = 6;

/**
 * A key that one holder has and keeps alive. The library's own renewal is not used: it ends the process with an
 * unhandled rejection when Redis does not answer.
 */
export class Hold {
  readonly #options: HoldOptions;
  readonly #id = randomUUID();
  #timer: NodeJS.Timeout | undefined;
  #aliveUntil = 0;
  #ended = false;

  private constructor(options: HoldOptions) {
    this.#options = options;
  }

  /** Takes the key, or returns undefined when another holder has it. @throws when Redis is away */
  static async take(options: HoldOptions): Promise<Hold | undefined> {
    const hold = new Hold(options);
    const askedAt = performance.now();
    try {
      if (!(await hold.#mutex({ isHeld: false }).tryAcquire())) return undefined;
    } catch (error) {
      // Redis may have set it before the answer was lost.
      await hold.release();
      throw error;
    }
    hold.#plan(askedAt);
    return hold;
  }

  /** Gives it up; a second time does nothing. When Redis is away it ends with its life. */
  async release(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await this.#mutex({ isHeld: true })
      .release()
      .catch(() => undefined);
  }

  /** The library's view of the key. Asking for what one has already is how it renews. */
  #mutex({ isHeld }: { readonly isHeld: boolean }): Mutex {
    const { client, key, lifeMs } = this.#options;
    return new Mutex(client, key, {
      identifier: this.#id,
      ...(isHeld ? { acquiredExternally: true } : {}),
      lockTimeout: lifeMs,
      refreshInterval: 0,
      acquireAttemptsLimit: 1,
      retryInterval: 0,
    });
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** @param askedAt when Redis was asked the last time that it answered */
  #plan(askedAt?: number): void {
    const { lifeMs } = this.#options;
    if (askedAt !== undefined) this.#aliveUntil = askedAt + lifeMs;
    this.#timer = setTimeout(() => void this.#renew(), lifeMs / renewals);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    // Redis that does not answer took nothing away, as long as the hold lives.
    const isOurs = await this.#mutex({ isHeld: true })
      .tryAcquire()
      .catch(() => undefined);
    if (this.#ended) return;
    const isOver = performance.now() + this.#options.lifeMs / renewals >= this.#aliveUntil;
    if (isOurs === false || (isOurs === undefined && isOver)) {
      this.#end();
      this.#options.onLost();
    } else this.#plan(isOurs ? askedAt : undefined);
  }
}
