import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Config } from '../../config/schema.ts';
import type { Database, Tables } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Identity } from '../../server/kit/http-access.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Keyring } from '../../server/kit/playback-token.ts';
import { signAccessToken, verifyAccessToken } from './access-tokens.ts';
import { verifyPassword } from './passwords.ts';
import { presentAccount } from './presentation.ts';
import {
  deleteExpiredRefreshTokens, findAccount, findActiveSuperAdmin, findAccountByEmail, findRefreshToken, findSignedIn, insertRefreshToken, revokeFamily,
  spendRefreshToken, type AccountRow,
} from './repository.ts';
import type { AccountView } from './schemas.ts';
import type { SignInThrottle } from './throttle.ts';

/** What a successful sign-in or refresh gives. */
export interface Grant {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Milliseconds since the epoch. */
  readonly refreshExpiresAt: number;
  readonly account: AccountView;
}

export interface AuthenticationOptions {
  readonly db: Database;
  readonly config: Config['accounts'];
  readonly keyring: Keyring;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** E-mail addresses are compared without case: as one word, never as a pattern. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Sign-ins and their tokens.
 *
 * A sign-in founds a family of refresh tokens. Each is 256 random bits, kept as a hash only, and works once: using it
 * gives the next one of the family. A token that is used again was stolen, from the client or by it, and nobody can
 * tell which; so the whole family is revoked and both must sign in again. There is no grace for a client that races
 * itself: a thief would have the same grace. Access tokens name their family and end with it.
 */
export class Authentication {
  readonly #options: AuthenticationOptions;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /**
   * @param credentials `address` is the network address of the caller, for the throttle
   * @throws ProblemError invalid_credentials (unknown, disabled and wrong alike), too_many_requests
   */
  async signIn(credentials: { readonly email: string; readonly password: string; readonly address: string }): Promise<Grant> {
    const { db, clock, throttle } = this.#options;
    const email = normalizeEmail(credentials.email);
    const attempt = await throttle.attempt(email, credentials.address);
    const account = await findAccountByEmail(db, email);
    const isRight = await verifyPassword(account?.password_hash, credentials.password);
    if (!account || !isRight || account.status !== 'active') throw new ProblemError('invalid_credentials');
    await attempt.succeeded();
    await deleteExpiredRefreshTokens(db, account.id, clock.now());
    return this.#grant(db, account, newId('family'));
  }

  /** Signs the first active super admin in without a password, for whoever runs this very process; undefined when there is none. */
  async signInOperator(): Promise<Grant | undefined> {
    const account = await findActiveSuperAdmin(this.#options.db);
    return account && this.#grant(this.#options.db, account, newId('family'));
  }

  /** @throws ProblemError invalid_refresh_token */
  async refresh(refreshToken: string): Promise<Grant> {
    const { db, clock, logger } = this.#options;
    const now = clock.now();
    const token = await findRefreshToken(db, hashToken(refreshToken));
    if (!token || token.revoked_at !== null || token.expires_at <= now) throw new ProblemError('invalid_refresh_token');
    const grant = await db.transaction().execute(async (tx) => {
      if (!(await spendRefreshToken(tx, token.id, now))) return 'reused';
      const account = await findAccount(tx, token.account_id);
      return account?.status === 'active' ? this.#grant(tx, account, token.family_id) : 'disabled';
    });
    if (typeof grant === 'object') return grant;
    // Outside of the transaction: the revocation must last although the request fails.
    await revokeFamily(db, token.family_id, now);
    if (grant === 'reused') logger.warn({ account: token.account_id, family: token.family_id }, 'a refresh token was used twice; its sign-in is revoked');
    throw new ProblemError('invalid_refresh_token');
  }

  /** Ends the sign-in of the token, whatever state it is in. Unknown tokens are ignored. */
  async signOut(refreshToken: string): Promise<void> {
    const { db, clock } = this.#options;
    const token = await findRefreshToken(db, hashToken(refreshToken));
    if (token) await revokeFamily(db, token.family_id, clock.now());
  }

  /** Who sent this `Authorization` header, as the database knows them now; undefined when nobody may be behind it. */
  async identify(authorization: string | undefined): Promise<Identity | undefined> {
    const { db, clock } = this.#options;
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : await verifyAccessToken(token, this.#options);
    if (!claims) return undefined;
    const found = await findSignedIn(db, claims.accountId, claims.familyId, clock.now());
    return found && { ...claims, role: found.role };
  }

  async #grant(db: Database | Transaction<Tables>, account: AccountRow, familyId: string): Promise<Grant> {
    const { config, clock } = this.#options;
    const now = clock.now();
    const refreshToken = randomBytes(32).toString('base64url');
    const refreshExpiresAt = now + config.refreshTokenDays * 86_400_000;
    await insertRefreshToken(db, {
      id: newId('refresh'), family_id: familyId, account_id: account.id, token_hash: hashToken(refreshToken),
      created_at: now, expires_at: refreshExpiresAt, used_at: null, revoked_at: null,
    });
    const accessToken = await signAccessToken({ accountId: account.id, familyId }, { ...this.#options, seconds: config.accessTokenSeconds });
    return { accessToken, expiresIn: config.accessTokenSeconds, refreshToken, refreshExpiresAt, account: presentAccount(account) };
  }
}
