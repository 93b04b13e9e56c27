import { ApiError } from '../api/problem.ts';

/** An access token and whose it is. Lives in memory only; tabs of one browser pass it on by BroadcastChannel. */
export interface HeldToken<Account> {
  readonly accessToken: string;
  /** Milliseconds since the epoch on this machine's clock. */
  readonly expiresAt: number;
  readonly account: Account;
}

type Message<Account> =
  | { readonly type: 'ask' }
  | { readonly type: 'token'; readonly token: HeldToken<Account> }
  | { readonly type: 'signed-out' };

/** A refresh is given this long before another tab takes its silence for death. */
const markMs = 4_000;
/** How long siblings get to hand over the token they have: they answer from memory. */
const askMs = 120;
/** A token with less life than this is renewed before it is used. */
const marginMs = 20_000;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Keeps one access token fresh over all tabs.
 *
 * The server rotates the refresh token at each use and takes a second use of the same one for theft. So only one tab
 * refreshes at a time (Web Locks), a tab that waited takes what the other one got, and a new tab first asks its
 * siblings. A page that is reloaded in the middle of a refresh may lose the answer that carries the new cookie: the
 * request is sent with `keepalive`, and the next page waits for it (the mark in localStorage says that one is under
 * way; it holds no secret). Web Locks exist only on HTTPS and localhost; elsewhere the mark is the lock.
 *
 * Two servers at one host, each below a path of its own, are two worlds: pages of the one take nothing from the other.
 */
export class TokenKeeper<Account> {
  #held: HeldToken<Account> | undefined;
  #renewing: Promise<HeldToken<Account>> | undefined;
  readonly #channel: BroadcastChannel;
  readonly #lockName: string;
  readonly #markName: string;
  readonly #me = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  readonly #refresh: () => Promise<HeldToken<Account>>;
  readonly #onChange: (held: HeldToken<Account> | undefined) => void;

  /**
   * @param serverPath the path in front of the server's addresses
   * @param refresh asks the server for a new token by the cookie; throws what the request throws.
   * @param onChange is told of every new token, and of a sign-out (undefined) in any tab.
   */
  constructor(
    serverPath: string,
    refresh: () => Promise<HeldToken<Account>>,
    onChange: (held: HeldToken<Account> | undefined) => void,
  ) {
    this.#channel = new BroadcastChannel(`dramabox-session${serverPath}`);
    this.#lockName = `dramabox-refresh${serverPath}`;
    this.#markName = `dramabox-refresh-mark${serverPath}`;
    this.#refresh = refresh;
    this.#onChange = onChange;
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Message<Account>>) => {
      if (data.type === 'ask') {
        if (this.#isFresh()) this.#tell({ type: 'token', token: this.#held! });
      } else if (data.type === 'token') {
        if (data.token.expiresAt > (this.#held?.expiresAt ?? 0)) this.#hold(data.token);
      } else {
        this.#hold(undefined);
      }
    });
  }

  /** A token good for at least a few more seconds. Throws what the refresh throws. */
  async token(): Promise<HeldToken<Account>> {
    return this.#isFresh() ? this.#held! : this.renew();
  }

  /** A token other than `stale`, which the server no longer takes. */
  async renew(stale?: string): Promise<HeldToken<Account>> {
    this.#renewing ??= this.#alone(() => this.#renewAlone(stale)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Takes the token of a new sign-in, for all tabs. */
  adopt(token: HeldToken<Account>): void {
    this.#hold(token);
    this.#tell({ type: 'token', token });
  }

  /** Forgets the token in all tabs. */
  forget(): void {
    this.#hold(undefined);
    this.#tell({ type: 'signed-out' });
  }

  #tell(message: Message<Account>): void {
    this.#channel.postMessage(message);
  }

  #hold(token: HeldToken<Account> | undefined): void {
    this.#held = token;
    this.#onChange(token);
  }

  #isFresh(): boolean {
    return this.#held !== undefined && this.#held.expiresAt - Date.now() > marginMs;
  }

  async #renewAlone(stale: string | undefined): Promise<HeldToken<Account>> {
    const useful = () => this.#isFresh() && this.#held!.accessToken !== stale;
    if (!useful() && stale === undefined) {
      this.#tell({ type: 'ask' });
      await wait(askMs);
    }
    if (useful()) return this.#held!;
    this.#mark();
    const token = await this.#refresh();
    this.adopt(token);
    return token;
  }

  #mark(): void {
    localStorage.setItem(this.#markName, `${this.#me} ${Date.now()}`);
  }

  #unmark(): void {
    if (this.#isMarkedByMe()) localStorage.removeItem(this.#markName);
  }

  #isMarkedByMe(): boolean {
    return localStorage.getItem(this.#markName)?.startsWith(`${this.#me} `) ?? false;
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const run = async () => {
      await this.#othersMark();
      try {
        const result = await work();
        this.#unmark();
        return result;
      } catch (error) {
        // Without an answer nobody knows whether the server has rotated the token: on a page that is being left the
        // request fails here and still goes on. The mark stays, so that the next page gives it time.
        if (error instanceof ApiError) this.#unmark();
        throw error;
      }
    };
    return 'locks' in navigator ? navigator.locks.request(this.#lockName, run) : run();
  }

  /** Waits until no other page's refresh is under way. */
  async #othersMark(): Promise<void> {
    for (;;) {
      const [owner, at] = (localStorage.getItem(this.#markName) ?? '').split(' ');
      const age = Date.now() - Number(at);
      if (!owner || owner === this.#me || !(age >= 0 && age < markMs)) {
        if ('locks' in navigator) return;
        // Without real locks: claim, let a rival's claim land, and see who won.
        this.#mark();
        await wait(30);
        if (this.#isMarkedByMe()) return;
      }
      await wait(50);
    }
  }
}
