import * as openid from 'openid-client';
import { OperatorError } from '../../../server/kit/errors.ts';
import { ProviderAway, ProviderRefused, type ProviderAnswer, type ProviderName, type Refusal } from './port.ts';

/** What a token endpoint says when the client is wrong, not the person (RFC 6749 §5.2; Google's word for the address). */
const aboutOurClient = new Set([
  'invalid_client',
  'unauthorized_client',
  'redirect_uri_mismatch',
  'unsupported_grant_type',
]);

/** What says who we are there. */
const settings: Readonly<Record<ProviderName, string>> = {
  google: 'signIn.googleClientId, signIn.googleClientSecret',
  apple: 'signIn.appleServiceId, appleBundleIds, appleTeamId, appleKeyId, applePrivateKey',
  facebook: 'signIn.facebookAppId, signIn.facebookAppSecret',
};

const byClaim: Readonly<Record<string, Refusal>> = {
  iss: 'issuer',
  aud: 'audience',
  azp: 'audience',
  nonce: 'nonce',
  exp: 'expired',
  nbf: 'not-yet',
};

/** What the library found wrong, without what it quotes: its errors hold answers, with the tokens in them. */
export function explainOpenId(provider: ProviderName, error: unknown): Error {
  const causes = chainOf(error);
  const away = causes.find((each) => each instanceof ProviderAway);
  if (away instanceof Error) return away;
  if (error instanceof openid.ResponseBodyError)
    return aboutOurClient.has(error.error)
      ? new OperatorError(
          `${provider} does not accept us as a client (${error.error}): look at ${settings[provider]}, and at what is set there`,
        )
      : new ProviderRefused(provider, 'code');
  const claim = causes.flatMap((each) => (isAboutClaim(each) ? [each.claim] : []))[0];
  if (claim !== undefined) return new ProviderRefused(provider, byClaim[claim] ?? 'claims');
  return new ProviderAway(provider, `its answer makes no sense${codeOf(error)}`);
}

function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && chain.length < 8; each = each instanceof Error ? each.cause : undefined)
    chain.push(each);
  return chain;
}

function isAboutClaim(cause: unknown): cause is { readonly claim: string } {
  return typeof cause === 'object' && cause !== null && 'claim' in cause && typeof cause.claim === 'string';
}

function codeOf(error: unknown): string {
  return error instanceof openid.ClientError && error.code !== undefined ? ` (${error.code})` : '';
}

/** Google and Facebook; Apple. */
const cancelled = new Set(['access_denied', 'user_cancelled_authorize']);
/** RFC 6749 §4.1.2.1 */
const passing = new Set(['server_error', 'temporarily_unavailable']);

/** The code that the browser came back with. @throws ProviderRefused, ProviderAway when it came back with none */
export function codeFrom(provider: ProviderName, { code, error }: ProviderAnswer): string {
  if (error !== undefined && passing.has(error)) throw new ProviderAway(provider, 'it says so');
  if (error !== undefined) throw new ProviderRefused(provider, cancelled.has(error) ? 'cancelled' : 'code');
  if (code === undefined || code === '') throw new ProviderRefused(provider, 'code');
  return code;
}
