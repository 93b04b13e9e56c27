import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, SigningKey } from '../keys/port.ts';

/**
 * A playback token is the path prefix that authorises a viewer: `/s/<token>/<asset>/<version>/…`. Every URI in
 * every manifest is relative, so players carry it along (RFC 3986 §5.2) and a CDN can cache on what follows it.
 *
 *     <kid>.<payload>.<signature>
 *
 * payload = base64url(`<asset>,<version>,<session>,<expiry in seconds>`), signature = base64url(HMAC-SHA256(key,
 * `<kid>.<payload>`)). Ids are server-made and contain neither `,` nor `.`.
 */
export interface PlaybackClaims {
  readonly assetId: string;
  readonly versionId: string;
  readonly sessionId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

function signature(key: SigningKey, text: string): Buffer {
  return createHmac('sha256', key.secret).update(text).digest();
}

/**
 * The token for these claims, signed with the current key.
 * @throws TypeError when an id could be mistaken for two fields
 */
export function signPlaybackToken(claims: PlaybackClaims, keyring: Keyring): string {
  const fields = [claims.assetId, claims.versionId, claims.sessionId, String(claims.expiresAt)];
  if (fields.some((field) => /[,.]/.test(field))) throw new TypeError('A playback claim may not contain "," or "."');
  const signed = `${keyring.current.kid}.${Buffer.from(fields.join(',')).toString('base64url')}`;
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
  const [assetId, versionId, sessionId, expiry] = Buffer.from(payload, 'base64url').toString().split(',');
  const expiresAt = Number(expiry);
  if (!assetId || !versionId || !sessionId || !Number.isSafeInteger(expiresAt)) return undefined;
  return { assetId, versionId, sessionId, expiresAt };
}
