import { createHash } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../../server/kit/clock.ts';
import { FacebookGraph, graphVersion, type FacebookApp } from './facebook-graph.ts';
import { codeFrom } from './openid-errors.ts';
import { emailOf, nameOf, timeOf } from './person.ts';
import { ProviderRefused, type ProviderIdentity, type RedirectFlow, type TokenFlow } from './port.ts';
import { publishedKeys, verifyIdToken, type IdTokenClaims, type TokenIssuer } from './signed-tokens.ts';

/** Hosts of Facebook. Limited Login has had one of its own since 2024, and tokens name either. */
export interface FacebookAddresses {
  readonly www: string;
  readonly limited: string;
  readonly graph: string;
}

/** Our app at Facebook. */
export interface FacebookOptions extends FacebookApp {
  readonly addresses: FacebookAddresses;
  readonly clock: Clock;
}

const keysPath = '/.well-known/oauth/openid/jwks/';

/** Facebook does not say whether an address was ever confirmed. */
const unproven = { emailIsProven: false } as const;

function identityIn({ sub, email, name, auth_time }: IdTokenClaims): ProviderIdentity {
  return {
    provider: 'facebook',
    subject: sub,
    email: emailOf(email),
    ...unproven,
    name: nameOf(name),
    authenticatedAt: timeOf(auth_time),
  };
}

/**
 * Signing in with Facebook: pages and Android by Facebook Login, whose access token says nothing by itself and is asked
 * about, iOS by Limited Login, whose token is signed.
 * https://developers.facebook.com/documentation/facebook-login/guides/advanced/oidc-token (PKCE, nonce)
 * https://developers.facebook.com/documentation/facebook-login/ios/limited-login/token/validating
 */
export function facebook(options: FacebookOptions): { readonly redirect: RedirectFlow; readonly token: TokenFlow } {
  const { appId, clock, addresses } = options;
  const graph = new FacebookGraph(addresses.graph, options);
  const limitedKeys = publishedKeys('facebook', new URL(addresses.limited + keysPath));
  const wwwKeys = publishedKeys('facebook', new URL(addresses.www + keysPath));
  const keys: JWTVerifyGetKey = async (header, token) => {
    try {
      return await limitedKeys(header, token);
    } catch {
      return wwwKeys(header, token);
    }
  };
  const tokens: TokenIssuer = { provider: 'facebook', issuers: [addresses.www, addresses.limited], keys, clock };
  const audiences = [appId];

  /** Whom an access token belongs to. One that another app got is genuine, and no reason to let anybody in here. */
  async function ownerOf(accessToken: string): Promise<ProviderIdentity> {
    const { is_valid: isValid, app_id, type, user_id, expires_at: end } = await graph.debug(accessToken);
    if (!isValid) throw new ProviderRefused('facebook', 'revoked');
    if (app_id !== appId) throw new ProviderRefused('facebook', 'audience');
    if (end === undefined || (end !== 0 && end * 1000 <= clock.now())) throw new ProviderRefused('facebook', 'expired');
    const { id, name, email } = await graph.me(accessToken);
    if (type !== 'USER' || id !== user_id) throw new ProviderRefused('facebook', 'claims');
    return {
      provider: 'facebook',
      subject: id,
      // Only with the permission: without it, or without an address, nothing is said.
      email: emailOf(email),
      ...unproven,
      name: nameOf(name),
    };
  }

  return {
    redirect: {
      async authorizationUrl({ state, nonce, codeVerifier, redirectUri }) {
        const url = new URL(`${addresses.www}/${graphVersion}/dialog/oauth`);
        url.search = new URLSearchParams({
          client_id: appId,
          response_type: 'code',
          scope: 'openid,email,public_profile',
          redirect_uri: redirectUri,
          state,
          nonce,
          code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
          code_challenge_method: 'S256',
        }).toString();
        return url;
      },
      async finish(answer, { nonce, codeVerifier, redirectUri }) {
        const code = codeFrom('facebook', answer);
        const { access_token, id_token: idToken } = await graph.exchange({ code, codeVerifier, redirectUri });
        const owner = await ownerOf(access_token);
        if (idToken === undefined) return owner;
        // Facebook gives one where the app may have it. Then it must be of this sign-in, and of the same person.
        const { sub } = await verifyIdToken(idToken, tokens, { audiences, nonce });
        if (sub !== owner.subject) throw new ProviderRefused('facebook', 'claims');
        return owner;
      },
    },
    token: {
      async verify({ idToken, accessToken, nonce }) {
        if (idToken !== undefined) return identityIn(await verifyIdToken(idToken, tokens, { audiences, nonce }));
        if (accessToken === undefined) throw new ProviderRefused('facebook', 'malformed');
        return ownerOf(accessToken);
      },
    },
  };
}
