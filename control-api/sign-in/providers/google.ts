import type { Clock } from '../../../server/kit/clock.ts';
import { OpenIdRedirect } from './openid-redirect.ts';
import { OpenIdServer } from './openid-server.ts';
import { emailOf, isGoogleAuthority, nameOf, timeOf } from './person.ts';
import { ProviderRefused, type ProviderIdentity, type RedirectFlow, type TokenFlow } from './port.ts';
import { verifyIdToken, type IdTokenClaims } from './signed-tokens.ts';

/** Our clients at Google. */
export interface GoogleOptions {
  readonly issuer: string;
  /** The web client, which redirects and draws the button in pages. Empty: there is none. */
  readonly webClientId: string;
  /** Only redirects need it. */
  readonly clientSecret: string;
  /** Those of apps. */
  readonly appClientIds: readonly string[];
  readonly clock: Clock;
}

function identityOf({ sub, email, email_verified, hd, name, auth_time }: IdTokenClaims): ProviderIdentity {
  const address = emailOf(email);
  return {
    provider: 'google',
    subject: sub,
    email: address,
    emailIsProven: isGoogleAuthority(address, email_verified, hd),
    name: nameOf(name),
    authenticatedAt: timeOf(auth_time),
  };
}

/** Signing in with Google. https://developers.google.com/identity/openid-connect/openid-connect */
export function google(options: GoogleOptions): { readonly redirect: RedirectFlow; readonly token: TokenFlow } {
  const { issuer, webClientId, clientSecret, appClientIds, clock } = options;
  const server = new OpenIdServer({
    provider: 'google',
    issuer,
    // Google's documents allow both: older SDKs name it without the scheme.
    alsoKnownAs: [issuer.replace(/^https?:\/\//, '')],
    clock,
  });
  const audiences = [webClientId, ...appClientIds].filter((each) => each !== '');
  return {
    redirect: new OpenIdRedirect({
      provider: 'google',
      server,
      clientId: webClientId,
      secret: async () => clientSecret,
      scope: 'openid email profile',
      identityOf: ({ claims }) => identityOf(claims),
    }),
    token: {
      async verify({ idToken, nonce }) {
        if (idToken === undefined) throw new ProviderRefused('google', 'malformed');
        return identityOf(await verifyIdToken(idToken, server.tokens, { audiences, nonce }));
      },
    },
  };
}
