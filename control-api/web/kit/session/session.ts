import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../../openapi.d.ts';
import { ApiError } from '../api/problem.ts';
import { reachSuccess } from '../api/transport.ts';
import type { Account, SignedIn } from '../api/types.ts';
import { halfSignInOf, type HalfSignIn } from './half-sign-in.ts';
import { TokenKeeper, type HeldToken } from './token-keeper.ts';

/**
 * Why nobody is signed in any more. `ended`: the server ended the sign-in while the page was in use; `password-changed`:
 * it was done here.
 */
export type SignedOutBecause = 'ended' | 'password-changed';

export type SessionState =
  | { readonly status: 'restoring' }
  /** The server could not be asked who is signed in. */
  | { readonly status: 'unreachable'; readonly error: unknown }
  | { readonly status: 'signed-out'; readonly because: SignedOutBecause | undefined }
  | { readonly status: 'signed-in'; readonly account: Account };

function hold(signedIn: SignedIn | undefined): HeldToken<Account> {
  if (!signedIn) throw new TypeError('The server returned nothing for a sign-in');
  return {
    accessToken: signedIn.accessToken,
    expiresAt: Date.now() + signedIn.expiresIn * 1000,
    account: signedIn.account,
  };
}

/** Both are what the server said, whose members have one order. */
function isSame(before: Account, now: Account): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}

/** Who is signed in, for the whole page. */
export class Session {
  /** Asks the server as nobody: without an access token. What it refuses is thrown, as by `Api`. */
  readonly asNobody: Client<paths>;
  #state: SessionState = { status: 'restoring' };
  readonly #listeners = new Set<() => void>();
  readonly #keeper: TokenKeeper<Account>;

  /**
   * @param app names the app to the server, e.g. `dashboard`
   * @param serverPath the path in front of the server's addresses, without a slash at the end
   */
  constructor(app: string, serverPath: string) {
    // These routes use the refresh cookie; the header is what another site cannot make a browser send.
    this.asNobody = createClient<paths>({
      baseUrl: serverPath || '/',
      fetch: reachSuccess,
      credentials: 'same-origin',
      headers: { 'dramabox-client': app },
    });
    this.#keeper = new TokenKeeper<Account>(
      serverPath,
      async () =>
        hold(
          (await this.asNobody.POST('/api/v1/accounts/refresh', { body: { delivery: 'cookie' }, keepalive: true }))
            .data,
        ),
      (held) =>
        this.#set(held ? { status: 'signed-in', account: held.account } : { status: 'signed-out', because: undefined }),
    );
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): SessionState => this.#state;

  /** Goes on with the sign-in that this browser remembers, if any. */
  async restore(): Promise<void> {
    this.#set({ status: 'restoring' });
    try {
      await this.#keeper.token();
    } catch (error) {
      this.#set(
        error instanceof ApiError && error.status === 401
          ? { status: 'signed-out', because: undefined }
          : { status: 'unreachable', error },
      );
    }
  }

  /**
   * Signs in, or takes a step towards it.
   * @param ask shows the server a proof, with `delivery: 'cookie'`; `sign-in-requests.ts` has those that there are
   * @returns what is to be shown besides; undefined when somebody is signed in now
   * @throws ApiError, UnreachableError
   */
  async signIn(ask: (server: Client<paths>) => Promise<{ readonly data?: SignedIn }>): Promise<HalfSignIn | undefined> {
    try {
      this.#keeper.adopt(hold((await ask(this.asNobody)).data));
      return undefined;
    } catch (error) {
      const half = halfSignInOf(error);
      if (!half) throw error;
      return half;
    }
  }

  /**
   * The account is another one now, or may do other things: what the pages know of it is asked for again.
   * @throws ApiError, UnreachableError
   */
  async accountChanged(): Promise<void> {
    await this.renew(await this.token());
  }

  /** Ends the sign-in on the server, then in all tabs. */
  async signOut(): Promise<void> {
    try {
      await this.asNobody.POST('/api/v1/accounts/sign-out', { body: { delivery: 'cookie' } });
    } catch (error) {
      // Already ended counts as ended.
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    }
    this.#keeper.forget();
  }

  /** The password was changed, which ended every sign-in of the account, that of this browser too. */
  passwordChanged(): void {
    this.#set({ status: 'signed-out', because: 'password-changed' });
    this.#keeper.forget();
  }

  /** A valid access token. @throws ApiError 401 when the sign-in has ended; the page shows it then. */
  async token(): Promise<string> {
    return this.#guard(this.#keeper.token());
  }

  /** An access token other than `stale`, which the server refused. */
  async renew(stale: string): Promise<string> {
    return this.#guard(this.#keeper.renew(stale));
  }

  async #guard(held: Promise<HeldToken<Account>>): Promise<string> {
    try {
      return (await held).accessToken;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.#set({ status: 'signed-out', because: 'ended' });
      }
      throw error;
    }
  }

  #set(state: SessionState): void {
    const before = this.#state;
    // A renewed token changes nothing on the page, unless the account is another one now, or may do other things.
    if (before.status === 'signed-in' && state.status === 'signed-in' && isSame(before.account, state.account)) return;
    if (before.status === 'signed-out' && state.status === 'signed-out') return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
