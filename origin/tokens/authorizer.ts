import { LRUCache } from 'lru-cache';
import { verifyPlaybackToken, type PlaybackClaims } from '../../server/assets/playback-token.ts';
import type { Keyring, SigningKey } from '../../server/keys/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { RequestPath } from '../request-path.ts';

/** Why a request is refused: for our debug log only. The client is told the same in every case. */
type Refusal = 'token' | 'expired' | 'path' | 'rung' | 'session-ended' | 'asset-deleted';

export type Authorization =
  { readonly granted: true; readonly claims: PlaybackClaims } | { readonly granted: false; readonly refusal: Refusal };

interface Verified {
  readonly claims: PlaybackClaims;
  readonly key: SigningKey;
  readonly granted: Authorization;
}

/** Sessions that one process can serve without verifying again; about 600 bytes each. */
const maxVerifiedTokens = 50_000;
const maxDeletedAssets = 100_000;

/**
 * Decides whether a token lets a path be served. The signature is computed once for each token and process; after
 * that a request costs look-ups in memory, and which rung a file needs is read from its name. Only genuine tokens are
 * remembered, so forged ones push out nothing.
 *
 * A token counts until the second it names and not longer: the session store forgets that a session was ended when
 * its token expires, so a tolerance would be a window in which an ended session comes back.
 */
export class Authorizer {
  readonly #verified: LRUCache<string, Verified>;
  readonly #deletedAssets = new LRUCache<string, true>({ max: maxDeletedAssets });
  readonly #keyring: Keyring;
  readonly #sessions: Pick<SessionStore, 'isDenied'>;

  constructor(options: {
    readonly keyring: Keyring;
    readonly sessions: Pick<SessionStore, 'isDenied'>;
    readonly maxVerifiedTokens?: number;
  }) {
    this.#keyring = options.keyring;
    this.#sessions = options.sessions;
    this.#verified = new LRUCache({ max: options.maxVerifiedTokens ?? maxVerifiedTokens });
  }

  /** Tokens remembered as genuine. */
  get size(): number {
    return this.#verified.size;
  }

  /** @param now milliseconds since the epoch */
  authorize(path: RequestPath, now: number): Authorization {
    const verified = this.#verify(path.token);
    if (!verified) return { granted: false, refusal: 'token' };
    const { claims } = verified;
    if (path.assetId !== claims.assetId || path.versionId !== claims.versionId)
      return { granted: false, refusal: 'path' };
    if (claims.topRung !== undefined && path.rung > claims.topRung) return { granted: false, refusal: 'rung' };
    if (now >= claims.expiresAt * 1000) return { granted: false, refusal: 'expired' };
    return this.#ended(claims) ?? verified.granted;
  }

  /** Whether what was granted still is, for responses that take long. */
  stillGranted(claims: PlaybackClaims): boolean {
    return this.#ended(claims) === undefined;
  }

  /** Grants nothing of this asset any more. Asset ids never come back. */
  denyAsset(assetId: string): void {
    this.#deletedAssets.set(assetId, true);
  }

  #ended(claims: PlaybackClaims): Authorization | undefined {
    if (this.#sessions.isDenied(claims.sessionId)) return { granted: false, refusal: 'session-ended' };
    if (this.#deletedAssets.has(claims.assetId)) return { granted: false, refusal: 'asset-deleted' };
    return undefined;
  }

  #verify(token: string): Verified | undefined {
    const known = this.#verified.get(token);
    // A key that was taken out of the keyring (it leaked, say) stops what was verified with it, too.
    if (known && this.#keyring.find(known.key.kid) === known.key) return known;
    this.#verified.delete(token);
    const claims = verifyPlaybackToken(token, this.#keyring);
    const key = this.#keyring.find(token.slice(0, token.indexOf('.')));
    if (!claims || !key) return undefined;
    const verified: Verified = { claims, key, granted: { granted: true, claims } };
    this.#verified.set(token, verified);
    return verified;
  }
}
