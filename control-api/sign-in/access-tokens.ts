import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../server/kit/clock.ts';
import { isId } from '../../server/kit/ids.ts';
import type { Keyring } from '../../server/keys/port.ts';

const issuer = 'dramabox';
const audience = 'dramabox-control-api';

/** What an access token says. It says nothing of roles: those are looked up, so that a change counts at once. */
export interface AccessClaims {
  readonly accountId: string;
  /** The sign-in it descends from. */
  readonly familyId: string;
}

/** A JWT (RFC 7519), HS256, signed with the keyring's current key, which its `kid` names. */
export async function signAccessToken(
  claims: AccessClaims,
  options: { readonly keyring: Keyring; readonly clock: Clock; readonly seconds: number },
): Promise<string> {
  const { kid, secret } = options.keyring.current;
  const now = Math.floor(options.clock.now() / 1000);
  return new SignJWT({ fam: claims.familyId })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
    .setSubject(claims.accountId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + options.seconds)
    .sign(secret);
}

/** The claims of a genuine token that has not expired, else undefined. The algorithm is ours, whatever the header says. */
export async function verifyAccessToken(
  token: string,
  options: { readonly keyring: Keyring; readonly clock: Clock },
): Promise<AccessClaims | undefined> {
  if (token.length > 2048) return undefined;
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : options.keyring.find(kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.secret;
      },
      {
        algorithms: ['HS256'],
        typ: 'at+jwt',
        issuer,
        audience,
        currentDate: new Date(options.clock.now()),
        requiredClaims: ['exp', 'sub', 'fam'],
      },
    );
    const { sub, fam } = payload;
    if (typeof sub !== 'string' || typeof fam !== 'string' || !isId('account', sub) || !isId('family', fam))
      return undefined;
    return { accountId: sub, familyId: fam };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
