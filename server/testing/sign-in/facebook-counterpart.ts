import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { JWTPayload } from 'jose';
import type { Test } from 'tap';
import { CounterpartServer } from './counterpart-server.ts';
import { SigningKey } from './signing-key.ts';

/** Somebody at Facebook. An address only if they have one, and only for apps that they let see it. */
export interface FacebookPerson {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
}

interface Code {
  readonly appId: string;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly scopes: readonly string[];
  readonly person: FacebookPerson;
}

/** An access token, and what tests change about it. */
interface Token {
  readonly appId: string;
  readonly person: FacebookPerson;
  scopes: readonly string[];
  isValid: boolean;
  /** Seconds since the epoch. */
  expiresAt: number;
  type: 'USER' | 'PAGE' | 'APP';
}

/** An error as the Graph API answers it. */
class GraphError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A stateful counterpart of Facebook Login on this machine: the dialog, the exchange of its codes (once, with PKCE and
 * the app's secret), `debug_token`, `/me` with `appsecret_proof`, and the keys of Limited Login. What errors say is
 * what the Graph API was seen to say.
 */
export class FacebookCounterpart {
  readonly server: CounterpartServer;
  /** Secrets by the id of their app. */
  readonly apps = new Map<string, string>();
  /** Who signs in next. */
  person: FacebookPerson = { id: '1001', name: 'Some Body' };
  /** Whether who signs in next gives up instead. */
  givesUp = false;
  /** Permissions that people take away in the dialog. */
  refused: readonly string[] = [];
  /** Whether apps get an ID token with the access token. */
  givesIdTokens = true;
  /** What ID tokens say instead, before they are signed. */
  tamper: (claims: JWTPayload) => JWTPayload = (claims) => claims;
  /** Whether tokens of other apps are told about all the same. */
  tellsAboutAll = false;
  key: SigningKey;
  readonly #codes = new Map<string, Code>();
  readonly #tokens = new Map<string, Token>();

  private constructor(server: CounterpartServer, key: SigningKey) {
    this.server = server;
    this.key = key;
    server.serve((request, response) => void this.#handle(request, response));
  }

  /** Listens on a free port until `t` ends. */
  static async listen(t: Test): Promise<FacebookCounterpart> {
    return new FacebookCounterpart(await CounterpartServer.listen(t), await SigningKey.make());
  }

  /** The three hosts, which are one here. */
  get addresses() {
    const { url } = this.server;
    return { www: url, limited: `${url}/limited`, graph: url };
  }

  /** Gives a token of `appId`, as an SDK gets one. */
  giveToken(appId: string, scopes: readonly string[] = ['email', 'public_profile']): string {
    const token = `EAA${randomBytes(24).toString('hex')}`;
    const expiresAt = Math.floor(Date.now() / 1000) + 5_184_000;
    this.#tokens.set(token, { appId, person: this.person, scopes, isValid: true, expiresAt, type: 'USER' });
    return token;
  }

  /** Changes what is known of a token. */
  change(token: string, change: Partial<Pick<Token, 'isValid' | 'expiresAt' | 'type' | 'scopes'>>): void {
    Object.assign(this.#tokens.get(token) ?? {}, change);
  }

  /** Claims of a good token of Limited Login. */
  claims(appId: string, nonce: string): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    const { id, name, email } = this.person;
    const person = { sub: id, name, ...(email !== undefined && { email }) };
    return { iss: this.addresses.www, aud: appId, iat: now, exp: now + 3600, jti: `${id}.${now}`, nonce, ...person };
  }

  /** Such a token, after `tamper`. */
  idToken(appId: string, nonce: string): Promise<string> {
    return this.key.sign(this.tamper(this.claims(appId, nonce)));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.server.url);
    const form = request.method === 'POST' ? new URLSearchParams(await text(request)) : url.searchParams;
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
    try {
      const [, path = url.pathname] = /^\/v\d+\.\d+(\/.*)$/.exec(url.pathname) ?? [];
      if (path === '/dialog/oauth') response.writeHead(302, { location: this.#dialog(url.searchParams).href }).end();
      else if (path === '/oauth/access_token') send(200, await this.#exchange(form));
      else if (path === '/debug_token') send(200, this.#debug(form));
      else if (path === '/me') send(200, this.#me(form));
      else if (path.endsWith('/.well-known/oauth/openid/jwks/')) send(200, { keys: [this.key.publicJwk] });
      else throw new GraphError(2500, 'Unknown path components');
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const { message, code } = error;
      send(400, { error: { message, type: 'OAuthException', code, fbtrace_id: 'trace' } });
    }
  }

  /** Where the dialog sends the browser back to. */
  #dialog(query: URLSearchParams): URL {
    const appId = query.get('client_id') ?? '';
    const back = new URL(query.get('redirect_uri') ?? '');
    if (!this.apps.has(appId)) throw new GraphError(101, 'Error validating application.');
    back.searchParams.set('state', query.get('state') ?? '');
    if (this.givesUp) {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set('error_reason', 'user_denied');
      return back;
    }
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, {
      appId,
      redirectUri: query.get('redirect_uri') ?? '',
      challenge: query.get('code_challenge'),
      nonce: query.get('nonce'),
      scopes: (query.get('scope') ?? '').split(',').filter((scope) => !this.refused.includes(scope)),
      person: this.person,
    });
    back.searchParams.set('code', code);
    return back;
  }

  async #exchange(form: URLSearchParams): Promise<object> {
    const appId = form.get('client_id') ?? '';
    if (!this.apps.has(appId)) throw new GraphError(101, 'Error validating application.');
    if (this.apps.get(appId) !== form.get('client_secret')) throw new GraphError(1, 'Error validating client secret.');
    const code = this.#codes.get(form.get('code') ?? '');
    if (!code) throw new GraphError(100, 'Invalid verification code format.');
    const verifier = form.get('code_verifier') ?? '';
    if (code.challenge !== null && createHash('sha256').update(verifier).digest('base64url') !== code.challenge)
      throw new GraphError(100, 'Invalid code_verifier parameter');
    if (code.appId !== appId || code.redirectUri !== form.get('redirect_uri'))
      throw new GraphError(100, 'Error validating verification code. Please make sure your redirect_uri is identical');
    this.#codes.delete(form.get('code') ?? '');
    const { person } = this;
    this.person = code.person;
    const token = this.giveToken(appId, code.scopes);
    const idToken = await this.idToken(appId, code.nonce ?? '');
    this.person = person;
    return {
      access_token: token,
      token_type: 'bearer',
      expires_in: 5_184_000,
      ...(this.givesIdTokens && code.scopes.includes('openid') && { id_token: idToken }),
    };
  }

  #debug(query: URLSearchParams): object {
    const [appId = '', secret] = (query.get('access_token') ?? '').split('|');
    if (!this.apps.has(appId) || this.apps.get(appId) !== secret)
      throw new GraphError(190, 'Invalid OAuth access token signature.');
    const token = this.#tokens.get(query.get('input_token') ?? '');
    const malformed = { code: 190, message: 'Invalid OAuth access token data.' };
    if (!token) return { data: { error: malformed, is_valid: false, scopes: [] } };
    if (token.appId !== appId && !this.tellsAboutAll)
      throw new GraphError(100, '(#100) The App_id in the input_token did not match the Viewing App');
    return {
      data: {
        app_id: token.appId,
        type: token.type,
        application: 'An app',
        data_access_expires_at: token.expiresAt,
        expires_at: token.expiresAt,
        is_valid: token.isValid,
        scopes: token.scopes,
        user_id: token.person.id,
      },
    };
  }

  #me(query: URLSearchParams): object {
    const accessToken = query.get('access_token') ?? '';
    const token = this.#tokens.get(accessToken);
    if (!token?.isValid) throw new GraphError(190, 'Error validating access token.');
    const proof = createHmac('sha256', this.apps.get(token.appId) ?? '')
      .update(accessToken)
      .digest('hex');
    if (query.get('appsecret_proof') !== proof)
      throw new GraphError(100, 'Invalid appsecret_proof provided in the API argument');
    const { id, name, email } = token.person;
    return { id, name, ...(email !== undefined && token.scopes.includes('email') && { email }) };
  }
}
