import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Keyring } from '../../server/keys/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { isId } from '../../server/kit/ids.ts';

const algorithm = 'HS256';
/** RFC 9068 §2.1: so that no other kind of token is taken for one. */
const type = 'at+jwt';
const issuer = 'dramabox';
const audience = 'dramabox-control-api';
/** Ours have some 350 characters; longer ones are not even parsed. */
const maxCharacters = 2048;

/** What an access token says. It says nothing of roles: those are looked up, so that a change counts at once. */
export interface AccessClaims {
  readonly accountId: string;
  /** The sign-in it descends from. */
  readonly familyId: string;
}

const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** A JWT (RFC 7519), HS256, signed with the keyring's current key, which its `kid` names. */
export function signAccessToken(
  { accountId, familyId }: AccessClaims,
  options: { readonly keyring: Keyring; readonly clock: Clock; readonly seconds: number },
): string {
  const { kid, secret } = options.keyring.current;
  const iat = toSeconds(options.clock.now());
  return jwt.sign(
    { sub: accountId, fam: familyId, iss: issuer, aud: audience, iat, exp: iat + options.seconds },
    createSecretKey(secret),
    { algorithm, header: { alg: algorithm, typ: type, kid } },
  );
}

/** The claims of a genuine token that has not expired, else undefined. The algorithm is ours, whatever the header says. */
export function verifyAccessToken(
  token: string,
  options: { readonly keyring: Keyring; readonly clock: Clock },
): AccessClaims | undefined {
  if (token.length > maxCharacters) return undefined;
  const header = readHeader(token);
  // No extension is known here, so a token that demands one is refused (RFC 7515 §4.1.11).
  if (header?.alg !== algorithm || header.typ !== type || header.crit !== undefined) return undefined;
  const key = typeof header.kid === 'string' ? options.keyring.find(header.kid) : undefined;
  if (!key) return undefined;
  try {
    // A key object: from bytes the library would first try to make a public key.
    const payload = jwt.verify(token, createSecretKey(key.secret), {
      algorithms: [algorithm],
      issuer,
      audience,
      clockTimestamp: toSeconds(options.clock.now()),
    });
    return toClaims(payload);
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError) return undefined;
    throw error;
  }
}

/** What a token says of itself, before anything of it is believed; undefined when it is no JWT. */
function readHeader(token: string): jwt.JwtHeader | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toClaims(payload: string | jwt.JwtPayload): AccessClaims | undefined {
  if (typeof payload === 'string') return undefined;
  const { exp, sub, fam } = payload as Record<string, unknown>;
  // The library refuses a token that is past its expiry, but not one that has none.
  if (exp === undefined || typeof sub !== 'string' || typeof fam !== 'string') return undefined;
  return isId('account', sub) && isId('family', fam) ? { accountId: sub, familyId: fam } : undefined;
}
