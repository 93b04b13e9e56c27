import { createHmac } from 'node:crypto';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { OperatorError } from '../../../server/kit/errors.ts';
import { fetchFrom } from './outgoing.ts';
import { ProviderAway, ProviderRefused, type Refusal } from './port.ts';

/** Meta keeps a version for two years at least, and then answers as the oldest one that it has. */
export const graphVersion = 'v24.0';

/** Our app at Facebook. */
export interface FacebookApp {
  readonly appId: string;
  readonly appSecret: string;
}

const failure = Type.Object({
  error: Type.Object({ code: Type.Number(), is_transient: Type.Optional(Type.Boolean()) }),
});

const exchanged = Type.Object({
  access_token: Type.String({ minLength: 1, maxLength: 4096 }),
  id_token: Type.Optional(Type.String({ maxLength: 16_384 })),
});

const debugged = Type.Object({
  data: Type.Object({
    is_valid: Type.Boolean(),
    app_id: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
    user_id: Type.Optional(Type.String({ maxLength: 255 })),
    /** Seconds since the epoch; 0: never. */
    expires_at: Type.Optional(Type.Number()),
  }),
});

const me = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 255 }),
  name: Type.Optional(Type.Unknown()),
  email: Type.Optional(Type.Unknown()),
});

/** Whose fault an error is: who asks is our app, or what is asked about is no good. By Meta's codes. */
type Blame = Readonly<Record<number, 'operator' | Refusal>>;

/** Something is wrong at Meta, or it is asked too much. https://developers.facebook.com/docs/graph-api/guides/error-handling */
const passing = new Set([1, 2, 4, 17, 32, 341, 368, 613]);

/** The parts of the Graph API that tell who signed in. */
export class FacebookGraph {
  readonly #base: string;
  readonly #app: FacebookApp;
  readonly #fetch = fetchFrom('facebook');

  /** @param address of the API, without a version */
  constructor(address: string, app: FacebookApp) {
    this.#base = `${address}/${graphVersion}`;
    this.#app = app;
  }

  /** What a code of the dialog is worth, once. @throws ProviderRefused, ProviderAway, OperatorError */
  async exchange(sent: {
    readonly code: string;
    readonly codeVerifier: string;
    readonly redirectUri: string;
  }): Promise<Static<typeof exchanged>> {
    const body = new URLSearchParams({
      client_id: this.#app.appId,
      client_secret: this.#app.appSecret,
      redirect_uri: sent.redirectUri,
      code: sent.code,
      code_verifier: sent.codeVerifier,
    });
    const response = await this.#fetch(`${this.#base}/oauth/access_token`, { method: 'POST', body });
    return this.#read(response, exchanged, 'code', { 1: 'operator', 101: 'operator' });
  }

  /**
   * What a token is. Whose app it belongs to is for the caller to look at, though Facebook itself refuses to tell about
   * those of others. @throws ProviderRefused, ProviderAway, OperatorError
   */
  async debug(accessToken: string): Promise<Static<typeof debugged>['data']> {
    const query = new URLSearchParams({
      input_token: accessToken,
      access_token: `${this.#app.appId}|${this.#app.appSecret}`,
    });
    const response = await this.#fetch(`${this.#base}/debug_token?${query}`);
    const blame: Blame = { 101: 'operator', 190: 'operator', 100: 'audience' };
    return (await this.#read(response, debugged, 'malformed', blame)).data;
  }

  /** Whom a token belongs to, asked with a proof that we know the app's secret. @throws as `debug` does */
  async me(accessToken: string): Promise<Static<typeof me>> {
    const proof = createHmac('sha256', this.#app.appSecret).update(accessToken).digest('hex');
    const query = new URLSearchParams({ fields: 'id,name,email', access_token: accessToken, appsecret_proof: proof });
    const response = await this.#fetch(`${this.#base}/me?${query}`);
    return this.#read(response, me, 'revoked', { 100: 'operator' });
  }

  async #read<T extends TSchema>(response: Response, schema: T, otherwise: Refusal, blame: Blame): Promise<Static<T>> {
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && Value.Check(schema, answer)) return answer;
    if (response.ok || !Value.Check(failure, answer))
      throw new ProviderAway('facebook', `its answer makes no sense (${response.status})`);
    const { code, is_transient: isTransient = false } = answer.error;
    if (isTransient || (passing.has(code) && !(code in blame)))
      throw new ProviderAway('facebook', `it says so (${code})`);
    const whose = blame[code] ?? otherwise;
    if (whose !== 'operator') throw new ProviderRefused('facebook', whose);
    throw new OperatorError(
      `Facebook does not accept signIn.facebookAppId or signIn.facebookAppSecret (error ${code} of the Graph API)`,
    );
  }
}
