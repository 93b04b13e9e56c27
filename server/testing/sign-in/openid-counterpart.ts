import type { IncomingMessage, ServerResponse } from 'node:http';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Test } from 'tap';
import { CounterpartServer } from './counterpart-server.ts';
import { browse, type BrowserAnswer } from './redirected-browser.ts';
import { SigningKey } from './signing-key.ts';

/** A client of a provider. */
export interface CounterpartClient {
  readonly id: string;
  /** A text, or the public key that its signed secrets are held against (Apple). */
  readonly secret: string | { readonly publicKeyPem: string; readonly teamId: string };
  readonly redirectUri: string;
  /** An app's code comes without a redirect, so without an address and PKCE. */
  readonly isApp?: boolean;
}

/** Where the parts of the two are. Apple's last one is not in its document. */
const routes = {
  google: { authorization: '/o/oauth2/v2/auth', token: '/token', jwks: '/oauth2/v3/certs', revocation: '/revoke' },
  apple: { authorization: '/auth/authorize', token: '/auth/token', jwks: '/auth/keys', revocation: '/auth/revoke' },
} as const;

/** What a provider says of somebody. */
export type Person = { readonly sub: string } & Readonly<Record<string, unknown>>;

/**
 * A real OpenID provider on this machine (`oidc-provider`), set up as Google or as Apple is: client secrets, codes that
 * work once, PKCE, exact addresses. It does what tests ask of it besides: changes keys, signs other claims, fails.
 */
export class OpenIdCounterpart {
  readonly server: CounterpartServer;
  /** Who signs in next. */
  person: Person = { sub: 'somebody' };
  /** Whether who signs in next gives up instead. */
  givesUp = false;
  /** What ID tokens say instead, before they are signed. */
  tamper: (claims: JWTPayload) => JWTPayload = (claims) => claims;
  /** What signs tokens instead. */
  forge: ((claims: JWTPayload) => string | Promise<string>) | undefined;
  /** Whether the published key names its algorithm. */
  namesAlgorithm = true;
  key: SigningKey;
  readonly #kind: 'google' | 'apple';
  readonly #clients: readonly CounterpartClient[];
  /** Who was asked for the name already. */
  readonly #met = new Set<string>();
  #provider: Provider | undefined;

  private constructor(
    kind: 'google' | 'apple',
    clients: readonly CounterpartClient[],
    server: CounterpartServer,
    key: SigningKey,
  ) {
    this.#kind = kind;
    this.#clients = clients;
    this.server = server;
    this.key = key;
  }

  /** Listens on a free port until `t` ends. */
  static async listen(
    t: Test,
    kind: 'google' | 'apple',
    clients: readonly CounterpartClient[],
  ): Promise<OpenIdCounterpart> {
    const made = new OpenIdCounterpart(kind, clients, await CounterpartServer.listen(t), await SigningKey.make());
    made.#start();
    return made;
  }

  get issuer(): string {
    return this.server.url;
  }

  get routes(): (typeof routes)['google' | 'apple'] {
    return routes[this.#kind];
  }

  /** Has another key from now on; the old one is published no more. */
  async rotate(): Promise<void> {
    this.key = await SigningKey.make();
    this.#start();
  }

  /** Claims of a good ID token for `clientId`, as an SDK brings one. */
  claims(clientId: string, nonce: string): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, aud: clientId, iat: now, exp: now + 3600, nonce, ...this.person };
  }

  /** A good ID token, after `tamper`. */
  idToken(clientId: string, nonce: string): Promise<string> {
    return this.key.sign(this.tamper(this.claims(clientId, nonce)));
  }

  /** Goes through a sign-in at `url` as a browser does; returns what it came back with. */
  browse(url: URL | string): Promise<BrowserAnswer> {
    return browse(this.issuer, url);
  }

  /** The code that an app's SDK gets. */
  async appCode(clientId: string): Promise<string> {
    const url = new URL(this.routes.authorization, this.issuer);
    url.search = new URLSearchParams({ client_id: clientId, response_type: 'code', scope: 'openid email' }).toString();
    return (await this.browse(url)).fields['code'] ?? '';
  }

  /** Whether a refresh token still stands for what somebody allowed. */
  async isGranted(refreshToken: string): Promise<boolean> {
    return (await this.#provider?.RefreshToken.find(refreshToken)) !== undefined;
  }

  #start(): void {
    const provider = new Provider(this.issuer, this.#configuration());
    provider.Client.prototype.compareClientSecret = async function compare(actual) {
      return matches(actual, this.clientId);
    };
    const matches = (actual: string, clientId: string) => this.#isSecretOf(actual, clientId);
    provider.use(async (ctx, next) => {
      await next();
      await this.#alter(ctx as unknown as KoaContextWithOIDC);
    });
    this.#provider = provider;
    const callback = provider.callback();
    this.server.serve((request, response) => {
      if (request.url?.startsWith('/interaction/')) void this.#interact(request, response);
      else void callback(request, response);
    });
  }

  #configuration(): Configuration {
    return {
      clients: this.#clients.map(({ id, secret, redirectUri }) => ({
        client_id: id,
        client_secret: typeof secret === 'string' ? secret : 'a signed one each time',
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      })),
      jwks: { keys: [this.key.privateJwk as never] },
      cookies: { keys: ['of tests'] },
      scopes: ['openid', 'email', 'profile', 'name'],
      claims: { openid: ['sub', 'email', 'email_verified', 'hd', 'name', 'is_private_email'] },
      routes: this.routes,
      // Both put the claims into the token.
      conformIdTokenClaims: false,
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ ...this.person, sub }) }),
      features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      pkce: { required: (_ctx, { clientId }) => this.#client(clientId)?.isApp !== true },
      allowOmittingSingleRegisteredRedirectUri: true,
      issueRefreshToken: async () => this.#kind === 'apple',
      // Everybody allows everything.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          accountId: oidc.session?.accountId ?? '',
          clientId: oidc.client?.clientId ?? '',
        });
        grant.addOIDCScope('openid email profile name');
        await grant.save();
        return grant;
      },
      ttl: { AccessToken: 600, IdToken: 3600, Interaction: 600, Session: 600, Grant: 600, RefreshToken: 3600 },
    };
  }

  #client(id: string): CounterpartClient | undefined {
    return this.#clients.find((client) => client.id === id);
  }

  /** Apple's secret is a JWT that the team signed for the client, for six months at most. */
  async #isSecretOf(presented: string, clientId: string): Promise<boolean> {
    const secret = this.#client(clientId)?.secret;
    if (typeof secret === 'string') return presented === secret;
    if (secret === undefined) return false;
    const key: KeyObject = createPublicKey(secret.publicKeyPem);
    return jwtVerify(presented, key, {
      algorithms: ['ES256'],
      issuer: secret.teamId,
      subject: clientId,
      audience: this.issuer,
      requiredClaims: ['iat', 'exp'],
      maxTokenAge: '183 days',
    }).then(
      ({ protectedHeader }) => typeof protectedHeader.kid === 'string',
      () => false,
    );
  }

  /** The page where somebody would sign in. */
  async #interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const error = this.#kind === 'apple' ? 'user_cancelled_authorize' : 'access_denied';
    await this.#provider?.interactionFinished(
      request,
      response,
      this.givesUp ? { error } : { login: { accountId: this.person.sub } },
    );
  }

  /** What the two do otherwise than the library, and what tests ask for. */
  async #alter(ctx: KoaContextWithOIDC): Promise<void> {
    const isApple = this.#kind === 'apple';
    const body = ctx.body as Record<string, unknown>;
    if (ctx.path === this.routes.token && typeof body['id_token'] === 'string') {
      const claims = this.tamper(decodeJwt(body['id_token']));
      ctx.body = { ...body, id_token: await (this.forge?.(claims) ?? this.key.sign(claims)) };
    } else if (ctx.path === this.routes.jwks && !this.namesAlgorithm) {
      const { alg: _alg, ...key } = this.key.publicJwk;
      ctx.body = { keys: [key] };
    } else if (ctx.path === '/.well-known/openid-configuration' && isApple) {
      // Apple's document says neither.
      const { revocation_endpoint: _revocation, authorization_response_iss_parameter_supported: _iss, ...rest } = body;
      ctx.body = rest;
    } else if (typeof ctx.body === 'string' && ctx.body.includes('<form method="post"') && isApple) {
      const withoutIssuer = ctx.body.replace(/<input type="hidden" name="iss"[^>]*>/, '');
      ctx.body = withoutIssuer.replace('</form>', `${this.#userField()}</form>`);
    }
  }

  /** The name and address of somebody who was not here before. */
  #userField(): string {
    const { sub, firstName, lastName, email } = this.person;
    if (this.givesUp || this.#met.has(sub)) return '';
    this.#met.add(sub);
    const user = JSON.stringify({ name: { firstName, lastName }, email }).replaceAll('"', '&quot;');
    return `<input type="hidden" name="user" value="${user}"/>`;
  }
}
