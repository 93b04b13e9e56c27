import createClient from 'openapi-fetch';
import type { paths } from '../../../../openapi.d.ts';
import { ApiError } from '../api/problem.ts';
import { reachSuccess } from '../api/transport.ts';
import type { Account, SignedIn } from '../api/types.ts';
import { TokenKeeper, type HeldToken } from './token-keeper.ts';

type SessionState =
  | { readonly status: 'restoring' }
  /** The server could not be asked who is signed in. */
  | { readonly status: 'unreachable'; readonly error: unknown }
  | { readonly status: 'signed-out'; readonly notice: string | undefined }
  | { readonly status: 'signed-in'; readonly account: Account };

/** These routes use the refresh cookie; the header is what another site cannot make a browser send. */
const client = createClient<paths>({
  baseUrl: '/',
  fetch: reachSuccess,
  credentials: 'same-origin',
  headers: { 'dramabox-client': 'dashboard' },
});

function hold(signedIn: SignedIn | undefined): HeldToken<Account> {
  if (!signedIn) throw new TypeError('The server answered a sign-in with nothing');
  return {
    accessToken: signedIn.accessToken,
    expiresAt: Date.now() + signedIn.expiresIn * 1000,
    account: signedIn.account,
  };
}

/** Who is signed in, for the whole page. */
class Session {
  #state: SessionState = { status: 'restoring' };
  readonly #listeners = new Set<() => void>();
  readonly #keeper = new TokenKeeper<Account>(
    async () =>
      hold((await client.POST('/api/v1/accounts/refresh', { body: { delivery: 'cookie' }, keepalive: true })).data),
    (held) =>
      this.#set(held ? { status: 'signed-in', account: held.account } : { status: 'signed-out', notice: undefined }),
  );

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
          ? { status: 'signed-out', notice: undefined }
          : { status: 'unreachable', error },
      );
    }
  }

  /** @throws ApiError in the server's words, UnreachableError */
  async signIn(email: string, password: string): Promise<void> {
    const { data } = await client.POST('/api/v1/accounts/sign-in', { body: { email, password, delivery: 'cookie' } });
    this.#keeper.adopt(hold(data));
  }

  /** Ends the sign-in on the server, then in all tabs. */
  async signOut(): Promise<void> {
    try {
      await client.POST('/api/v1/accounts/sign-out', { body: { delivery: 'cookie' } });
    } catch (error) {
      // Already ended counts as ended.
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    }
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
        this.#set({ status: 'signed-out', notice: 'Your session has ended. Sign in again to go on.' });
      }
      throw error;
    }
  }

  #set(state: SessionState): void {
    const before = this.#state;
    // A renewed token of the same account changes nothing on the page.
    if (before.status === 'signed-in' && state.status === 'signed-in' && before.account.id === state.account.id) return;
    if (before.status === 'signed-out' && state.status === 'signed-out') return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const session = new Session();
