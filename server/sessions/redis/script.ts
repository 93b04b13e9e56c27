import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/**
 * One Lua script, which Redis runs as one step. It is sent by its SHA-1 and, to a server that does not know it yet
 * (a new one, one that was restarted), once as text.
 */
export class Script {
  readonly #text: string;
  readonly #sha1: string;

  constructor(text: string) {
    this.#text = text;
    this.#sha1 = createHash('sha1').update(text).digest('hex');
  }

  /** @throws Error of the connection, or ReplyError */
  async run(redis: Redis, key: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#sha1, 1, key, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.#text, 1, key, ...args);
    }
  }
}
