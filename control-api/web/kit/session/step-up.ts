import { bodyOf, type Api } from '../api/client.ts';
import { codeOf } from '../api/problem.ts';
import type { Begun, PasskeyQuestion, Proof, Way } from '../proofs/proof.ts';

/** How the server says that it wants to know again who it is before it does what was asked (`stepUp` of its routes). */
const required = 'step_up_required';

/**
 * Asks people to prove again who they are. Requests that need it wait here: the dialog shows while one of them does,
 * and one proof is good for all of them.
 */
export class StepUp {
  readonly #api: Pick<Api, 'GET' | 'POST'>;
  readonly #listeners = new Set<() => void>();
  #waiting: PromiseWithResolvers<boolean> | undefined;

  /** @param api asks without waiting here */
  constructor(api: Pick<Api, 'GET' | 'POST'>) {
    this.#api = api;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether a request waits for a proof. */
  readonly snapshot = (): boolean => this.#waiting !== undefined;

  /**
   * Sends a request; when the server asks for a proof first, sends it once more after that was given. Who gives none
   * is answered as the server did: `step_up_required`.
   */
  readonly around =
    (fetch: (request: Request) => Promise<Response>): ((request: Request) => Promise<Response>) =>
    async (request) => {
      const again = request.clone();
      try {
        return await fetch(request);
      } catch (error) {
        if (codeOf(error) !== required || !(await this.#ask())) throw error;
        return fetch(again);
      }
    };

  /** By what the account can prove it; none when only a new sign-in does. @throws ApiError, UnreachableError */
  async ways(): Promise<readonly Way[]> {
    return bodyOf(await this.#api.GET('/api/v1/accounts/me/ways-in')).confirmsBy;
  }

  /** @throws ApiError, UnreachableError */
  async askPasskey(): Promise<PasskeyQuestion> {
    return bodyOf(await this.#api.POST('/api/v1/accounts/me/confirm/passkey'));
  }

  /** Has a code sent to the address of the account. @throws ApiError, UnreachableError */
  async sendCode(): Promise<Begun> {
    return bodyOf(await this.#api.POST('/api/v1/accounts/me/confirm/code'));
  }

  /**
   * @throws ApiError invalid_credentials, invalid_code, invalid_second_factor, unknown_passkey, too_many_requests, and
   * what any request may; the requests go on waiting
   */
  async prove(proof: Proof): Promise<void> {
    await this.#api.POST('/api/v1/accounts/me/confirm', { body: proof });
    this.#end(true);
  }

  /** Gives no proof: what waited for it is not done. */
  giveUp(): void {
    this.#end(false);
  }

  #ask(): Promise<boolean> {
    this.#waiting ??= Promise.withResolvers<boolean>();
    const { promise } = this.#waiting;
    this.#tell();
    return promise;
  }

  #end(isProven: boolean): void {
    this.#waiting?.resolve(isProven);
    this.#waiting = undefined;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
