import * as openid from 'openid-client';
import { codeFrom, explainOpenId } from './openid-errors.ts';
import type { OpenIdServer } from './openid-server.ts';
import {
  ProviderRefused,
  type ProviderAnswer,
  type ProviderIdentity,
  type ProviderName,
  type RedirectFlow,
  type RedirectSecrets,
} from './port.ts';
import { verifyIdToken, type IdTokenClaims } from './signed-tokens.ts';

/** What a provider says at the end of a redirect. */
interface Redirected {
  readonly claims: IdTokenClaims;
  readonly answer: ProviderAnswer;
  readonly refreshToken: string | undefined;
}

/** How a provider is sent to. */
export interface OpenIdRedirectOptions {
  readonly provider: ProviderName;
  readonly server: OpenIdServer;
  readonly clientId: string;
  /** The client's secret, made for each request where it is a signed one. */
  readonly secret: () => Promise<string>;
  readonly scope: string;
  /** Further parameters of the address. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly identityOf: (redirected: Redirected) => ProviderIdentity;
}

/** The authorization code flow of OpenID Connect, with PKCE (RFC 7636) and a nonce (OpenID Connect Core §3.1). */
export class OpenIdRedirect implements RedirectFlow {
  readonly #options: OpenIdRedirectOptions;

  constructor(options: OpenIdRedirectOptions) {
    this.#options = options;
  }

  async authorizationUrl(secrets: RedirectSecrets & { readonly state: string }): Promise<URL> {
    const { scope, parameters } = this.#options;
    return openid.buildAuthorizationUrl(await this.#client(), {
      scope,
      ...parameters,
      redirect_uri: secrets.redirectUri,
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(secrets.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  async finish(answer: ProviderAnswer, secrets: RedirectSecrets): Promise<ProviderIdentity> {
    const { provider, server, clientId, identityOf } = this.#options;
    const code = codeFrom(provider, answer);
    const client = await this.#client();
    const { issuer, authorization_response_iss_parameter_supported: namesItself } = client.serverMetadata();
    if (answer.iss === undefined ? namesItself : answer.iss !== issuer) throw new ProviderRefused(provider, 'issuer');
    const cameBackTo = new URL(secrets.redirectUri);
    cameBackTo.search = new URLSearchParams({ code, ...(answer.iss !== undefined && { iss: answer.iss }) }).toString();
    const { id_token: idToken, refresh_token: refreshToken } = await this.#exchange(client, cameBackTo, secrets);
    if (idToken === undefined) throw new ProviderRefused(provider, 'claims');
    // The library looks at the claims, not at the signature.
    const claims = await verifyIdToken(idToken, server.tokens, { audiences: [clientId], nonce: secrets.nonce });
    return identityOf({ claims, answer, refreshToken });
  }

  async #exchange(
    client: openid.Configuration,
    cameBackTo: URL,
    secrets: RedirectSecrets,
  ): Promise<openid.TokenEndpointResponse> {
    try {
      return await openid.authorizationCodeGrant(client, cameBackTo, {
        pkceCodeVerifier: secrets.codeVerifier,
        expectedNonce: secrets.nonce,
        idTokenExpected: true,
      });
    } catch (error) {
      throw explainOpenId(this.#options.provider, error);
    }
  }

  async #client(): Promise<openid.Configuration> {
    const { server, clientId, secret } = this.#options;
    return server.client(clientId, await secret());
  }
}
