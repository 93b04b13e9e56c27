import type { Clock } from '../../server/kit/clock.ts';
import { isSameSecret, Unreadable, type Secrets } from '../../server/kit/secrets.ts';

/** How long an address of a file is valid, in milliseconds: for a browser to follow it at once. */
const validMs = 60_000;

export interface CopyLinksOptions {
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * Short addresses of files, for browsers, which send no token when they follow one. They are made for who is signed in and
 * has just shown a second factor (where there is one); the link in a mail leads to that page, and never to the file: who
 * reads somebody's mail must not get everything else as well.
 */
export class CopyLinks {
  readonly #options: CopyLinksOptions;

  constructor(options: CopyLinksOptions) {
    this.#options = options;
  }

  /** A token for this copy; `expiresAt` in milliseconds since the epoch. */
  make(copyId: string): { readonly token: string; readonly expiresAt: number } {
    const { secrets, clock } = this.#options;
    const expiresAt = clock.now() + validMs;
    const { kid } = secrets;
    return { token: `${expiresAt}.${kid}.${this.#proof(copyId, expiresAt, kid)}`, expiresAt };
  }

  /** Whether the token opens this copy, now. */
  isValid(copyId: string, token: string): boolean {
    const [time = '', kid = '', proof = ''] = token.split('.');
    const expiresAt = Number(time);
    if (!(expiresAt > this.#options.clock.now())) return false;
    try {
      return isSameSecret(this.#proof(copyId, expiresAt, kid), proof);
    } catch (error) {
      if (error instanceof Unreadable) return false;
      throw error;
    }
  }

  #proof(copyId: string, expiresAt: number, kid: string): string {
    return this.#options.secrets.derive(kid, `data copy ${copyId} ${expiresAt}`).toString('base64url');
  }
}
