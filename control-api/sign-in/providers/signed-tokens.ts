import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../../server/kit/clock.ts';
import { fetchFrom } from './outgoing.ts';
import { ProviderAway, ProviderRefused, type ProviderName, type Refusal } from './port.ts';

/** The one algorithm by which all of these providers sign, whatever a token's header says. */
const algorithms = ['RS256'];
/** How far a provider's clock may be off, in seconds. */
const leewaySeconds = 60;
/** Tokens that are issued are brought at once; Apple's notices may be sent again for a day. In seconds. */
const oldestSeconds = 86_400;
/** Those of providers have 1000 to 2000 characters; longer ones are not even parsed. */
const maxCharacters = 16_384;

/** Whose tokens they are, and by which keys they are signed. */
export interface TokenIssuer {
  readonly provider: ProviderName;
  /** How it names itself in `iss`. */
  readonly issuers: readonly string[];
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

/**
 * The keys that a provider publishes at an address (RFC 7517). They are kept for ten minutes. A key that is not among
 * them has them fetched again, but not twice within 30 seconds: providers change keys, and attackers invent them.
 */
export function publishedKeys(provider: ProviderName, url: URL): JWTVerifyGetKey {
  return createRemoteJWKSet(url, {
    [customFetch]: fetchFrom(provider),
    timeoutDuration: 10_000,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
  });
}

/**
 * The claims of a JWT (RFC 7519) that `issuer` signed for one of `audiences`, and whose time is now.
 * @throws ProviderRefused, ProviderAway
 */
export async function verifySigned(
  token: string,
  { provider, issuers, keys, clock }: TokenIssuer,
  audiences: readonly string[],
): Promise<JWTPayload> {
  if (token.length > maxCharacters) throw new ProviderRefused(provider, 'malformed');
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer: [...issuers],
      audience: [...audiences],
      requiredClaims: ['iat', 'exp'],
      maxTokenAge: oldestSeconds,
      clockTolerance: leewaySeconds,
      currentDate: new Date(clock.now()),
    });
    return payload;
  } catch (error) {
    throw explain(provider, error);
  }
}

/** What an ID token says of a person. */
export type IdTokenClaims = JWTPayload & { readonly sub: string };

/**
 * The claims of an ID token (OpenID Connect Core §3.1.3.7).
 * @param expected `nonce`: undefined for a token that comes from the provider itself and is held against another one
 * @throws ProviderRefused, ProviderAway
 */
export async function verifyIdToken(
  token: string,
  issuer: TokenIssuer,
  expected: { readonly audiences: readonly string[]; readonly nonce: string | undefined },
): Promise<IdTokenClaims> {
  const claims = await verifySigned(token, issuer, expected.audiences);
  const { aud, azp, sub, nonce } = claims;
  const isOurs = (client: unknown) => typeof client === 'string' && expected.audiences.includes(client);
  const audiences = [aud].flat();
  // `azp`: whom it was issued to, which may be another client than whom it is for. Of several somebody must be named.
  if (!audiences.every(isOurs) || (azp === undefined ? audiences.length > 1 : !isOurs(azp)))
    throw new ProviderRefused(issuer.provider, 'audience');
  if (expected.nonce !== undefined && (expected.nonce === '' || nonce !== expected.nonce))
    throw new ProviderRefused(issuer.provider, 'nonce');
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw new ProviderRefused(issuer.provider, 'claims');
  return { ...claims, sub };
}

const byClaim: Readonly<Record<string, Refusal>> = { iss: 'issuer', aud: 'audience', iat: 'not-yet', nbf: 'not-yet' };

function explain(provider: ProviderName, error: unknown): Error {
  const refuse = (refusal: Refusal) => new ProviderRefused(provider, refusal);
  if (error instanceof errors.JWTExpired) return refuse('expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refuse(error.reason === 'check_failed' ? (byClaim[error.claim] ?? 'claims') : 'claims');
  if (error instanceof errors.JOSEAlgNotAllowed) return refuse('algorithm');
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
    return refuse('signature');
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return refuse('malformed');
  if (error instanceof ProviderAway) return error;
  // The keys did not come, or are none.
  if (error instanceof errors.JOSEError) return new ProviderAway(provider, 'its keys cannot be read');
  throw error;
}
