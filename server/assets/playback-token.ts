import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, SigningKey } from '../keys/port.ts';

/**
 * A playback token is the path prefix that authorises a viewer: `/s/<token>/<asset>/<version>/…`. Every URI in
 * every manifest is relative, so players carry it along (RFC 3986 §5.2) and a CDN can cache on what follows it.
 *
 *     <kid>.<payload>.<signature>
 *
 * payload = base64url(`<asset>,<version>,<session>,<expiry in seconds>,<rung>`), signature = base64url(HMAC-SHA256(key,
 * `<kid>.<payload>`)). Ids are server-made, of `[A-Za-z0-9_-]`; numbers are decimal without leading zeros; the rung is
 * the short side in pixels of the highest video rendition that may be served, 0 for all.
 */
export interface PlaybackClaims {
  readonly assetId: string;
  readonly versionId: string;
  readonly sessionId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** Short side in pixels of the highest video rendition that may be served, 1 to 99,999; undefined: all may. */
  readonly topRung: number | undefined;
}

/** Closed and canonical: claims have one text, and every text that matches has claims. */
const grammar =
  /^(?<assetId>[\w-]{1,64}),(?<versionId>[\w-]{1,64}),(?<sessionId>[\w-]{1,64}),(?<expiry>0|[1-9][0-9]{0,14}),(?<rung>0|[1-9][0-9]{0,4})$/;

function signature(key: SigningKey, text: string): Buffer {
  return createHmac('sha256', key.secret).update(text).digest();
}

/**
 * The token for these claims, signed with the current key.
 * @throws TypeError when an id has other characters or a number is out of bounds
 */
export function signPlaybackToken(claims: PlaybackClaims, keyring: Keyring): string {
  const { assetId, versionId, sessionId, expiresAt, topRung } = claims;
  const text = [assetId, versionId, sessionId, expiresAt, topRung ?? 0].join(',');
  // A limit of 0 would be read as no limit.
  if (topRung === 0 || !grammar.test(text)) throw new TypeError('These claims cannot be written into a playback token');
  const signed = `${keyring.current.kid}.${Buffer.from(text).toString('base64url')}`;
  return `${signed}.${signature(keyring.current, signed).toString('base64url')}`;
}

/**
 * The claims of a genuine token, or undefined for anything else. The expiry is not judged here: the caller knows
 * the time and may allow for skew.
 */
export function verifyPlaybackToken(token: string, keyring: Keyring): PlaybackClaims | undefined {
  if (token.length > 512) return undefined;
  const [kid, payload, given, ...rest] = token.split('.');
  if (!kid || !payload || !given || rest.length > 0) return undefined;
  const key = keyring.find(kid);
  if (!key) return undefined;
  const expected = signature(key, `${kid}.${payload}`);
  const actual = Buffer.from(given, 'base64url');
  // Only the canonical encoding passes, so that one session has one URL and caches cannot be split.
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  if (actual.toString('base64url') !== given) return undefined;
  const claims = grammar.exec(Buffer.from(payload, 'base64url').toString())?.groups;
  if (!claims) return undefined;
  const { assetId, versionId, sessionId, expiry, rung } = claims as Record<
    'assetId' | 'versionId' | 'sessionId' | 'expiry' | 'rung',
    string
  >;
  return { assetId, versionId, sessionId, expiresAt: Number(expiry), topRung: rung === '0' ? undefined : Number(rung) };
}
