import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import * as openid from 'openid-client';
import type { Clock } from '../../../server/kit/clock.ts';
import { appleNotices } from './apple-notices.ts';
import { explainOpenId } from './openid-errors.ts';
import { OpenIdRedirect } from './openid-redirect.ts';
import { OpenIdServer } from './openid-server.ts';
import { emailOf, isTrue, nameOf, timeOf } from './person.ts';
import {
  ProviderRefused,
  type AppleNotices,
  type ProviderIdentity,
  type RedirectFlow,
  type RevocableGrant,
  type Revocation,
  type TokenFlow,
} from './port.ts';
import { verifyIdToken, type IdTokenClaims } from './signed-tokens.ts';

/** How long a client's secret is good for, in seconds: it is made for one request. Apple allows six months. */
const secretSeconds = 300;

/** Our clients at Apple, and the team's key that speaks for them. */
export interface AppleOptions {
  readonly issuer: string;
  /** The Services ID, which is the client that redirects. Empty: there is none. */
  readonly serviceId: string;
  /** Those of apps. */
  readonly bundleIds: readonly string[];
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly clock: Clock;
}

/** What Apple is asked, and what it tells. */
export interface Apple {
  readonly redirect: RedirectFlow;
  readonly token: TokenFlow;
  readonly revocation: Revocation;
  readonly notices: AppleNotices;
}

function identityOf(claims: IdTokenClaims): ProviderIdentity {
  const email = emailOf(claims['email']);
  return {
    provider: 'apple',
    subject: claims.sub,
    email,
    emailIsProven: email !== undefined && isTrue(claims['email_verified']),
    name: undefined,
    authenticatedAt: timeOf(claims['auth_time']),
  };
}

/** The name in `{"name":{"firstName":…,"lastName":…},"email":…}`. Nobody signed it: the address in it is not looked at. */
function nameIn(user: string | undefined): string | undefined {
  if (user === undefined || user.length > 4096) return undefined;
  try {
    const { firstName = '', lastName = '' } = (JSON.parse(user) as { name?: Record<string, unknown> }).name ?? {};
    return nameOf([firstName, lastName].filter((part) => typeof part === 'string').join(' '));
  } catch {
    return undefined;
  }
}

/** Signing in with Apple. https://developer.apple.com/documentation/signinwithapplerestapi */
export function apple(options: AppleOptions): Apple {
  const { issuer, serviceId, bundleIds, clock } = options;
  const server = new OpenIdServer({
    provider: 'apple',
    issuer,
    unsaid: { revocation_endpoint: new URL('/auth/revoke', issuer).href },
    clock,
  });
  const secretOf = async (clientId: string): Promise<string> => {
    const now = Math.floor(clock.now() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: options.keyId })
      .setIssuer(options.teamId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + secretSeconds)
      .sign(options.privateKey);
  };
  const client = async (clientId: string) => server.client(clientId, await secretOf(clientId));

  /** What an app's code is exchanged for. It came without a redirect, so without an address and PKCE. */
  async function grantFor(clientId: string, code: string, subject: string): Promise<RevocableGrant> {
    const asked = await client(clientId);
    let tokens: openid.TokenEndpointResponse;
    try {
      tokens = await openid.genericGrantRequest(asked, 'authorization_code', { code });
    } catch (error) {
      throw explainOpenId('apple', error);
    }
    const { id_token: idToken, refresh_token: refreshToken } = tokens;
    if (idToken === undefined || refreshToken === undefined) throw new ProviderRefused('apple', 'claims');
    const { sub } = await verifyIdToken(idToken, server.tokens, { audiences: [clientId], nonce: undefined });
    // Somebody else's code, put beside one's own token.
    if (sub !== subject) throw new ProviderRefused('apple', 'code');
    return { clientId, refreshToken };
  }

  return {
    redirect: new OpenIdRedirect({
      provider: 'apple',
      server,
      clientId: serviceId,
      secret: () => secretOf(serviceId),
      scope: 'openid email name',
      // Who asks for the name is posted to.
      parameters: { response_mode: 'form_post' },
      identityOf: ({ claims, answer, refreshToken }) => ({
        ...identityOf(claims),
        name: nameIn(answer.user),
        grant: refreshToken === undefined ? undefined : { clientId: serviceId, refreshToken },
      }),
    }),
    token: {
      async verify({ idToken, authorizationCode, nonce }) {
        if (idToken === undefined) throw new ProviderRefused('apple', 'malformed');
        const claims = await verifyIdToken(idToken, server.tokens, { audiences: bundleIds, nonce });
        const identity = identityOf(claims);
        const clientId = bundleIds.find((each) => [claims.aud].flat().includes(each));
        if (authorizationCode === undefined || clientId === undefined) return identity;
        return { ...identity, grant: await grantFor(clientId, authorizationCode, claims.sub) };
      },
    },
    revocation: {
      async revoke({ clientId, refreshToken }) {
        const asked = await client(clientId);
        try {
          await openid.tokenRevocation(asked, refreshToken, { token_type_hint: 'refresh_token' });
        } catch (error) {
          // It knows no such grant any more.
          if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') return;
          throw explainOpenId('apple', error);
        }
      },
    },
    notices: appleNotices(
      server.tokens,
      [serviceId, ...bundleIds].filter((each) => each !== ''),
    ),
  };
}
