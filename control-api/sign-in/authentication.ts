import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { CallerAddress, Identity, Strength } from '../../server/http/access.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Keyring } from '../../server/keys/port.ts';
import { signAccessToken, verifyAccessToken } from './access-tokens.ts';
import { verifyPassword } from './passwords.ts';
import {
  findAccountByEmail,
  isEmail,
  lockAccount,
  normalizeEmail,
  presentOwnAccount,
  type AccountRow,
  type OwnAccountView,
} from '../account.ts';
import {
  deleteExpiredRefreshTokens,
  findActiveAdministrator,
  findRefreshToken,
  findSignedIn,
  insertRefreshToken,
  lockVerifiedAccount,
  revokeFamily,
  revokeUnusedSuccessor,
  spendRefreshToken,
} from './repository.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { SignInThrottle } from './throttle.ts';
import { signInProblems } from './problems.ts';

/** What a successful sign-in or refresh gives. */
export interface Grant {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Milliseconds since the epoch. */
  readonly refreshExpiresAt: number;
  readonly account: OwnAccountView;
}

export interface AuthenticationOptions {
  readonly db: Database;
  readonly config: Config['accounts'];
  readonly keyring: Keyring;
  readonly throttle: SignInThrottle;
  readonly failures: FailedSignIns;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long after its first use a refresh token may be presented again, in milliseconds. */
const graceMs = 30_000;

/** A refresh token that was just made, and for whom. */
type Issued = Pick<Grant, 'refreshToken' | 'refreshExpiresAt'> & {
  readonly account: AccountRow;
  readonly familyId: string;
};

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Sign-ins and their tokens.
 *
 * A sign-in founds a family of refresh tokens. Each is 256 random bits, kept as a hash only, and works once: using it
 * gives the next one of the family. A token that is used again was stolen, from the client or by it, and nobody can
 * tell which; so the whole family is revoked and both must sign in again. Access tokens name their family and end
 * with it.
 *
 * An answer can get lost on its way (a crash, a broken connection, two tabs at once), and its client has only the old
 * token then. So for 30 seconds after its first use, which no further use prolongs, a token may be presented again as
 * long as nobody used its successor: that one is revoked and another takes its place. A family has one token that
 * works, never two: of a thief and a client who both got one, the next to come with the other one, whenever that is,
 * ends the family. So within those seconds a used token is worth as much to a thief as one that was not used, and
 * nothing after them.
 */
export class Authentication {
  readonly #options: AuthenticationOptions;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /**
   * @param from for the throttle
   * @throws ProblemError invalid_credentials (unknown, disabled and wrong alike), too_many_requests
   */
  async signIn(
    credentials: { readonly email: string; readonly password: string },
    from: CallerAddress,
    audit: Audit,
  ): Promise<Grant> {
    const { db, throttle, failures } = this.#options;
    const email = normalizeEmail(credentials.email);
    let account: AccountRow | undefined;
    const issued = await throttle.attempt(email, from, async () => {
      account = isEmail(email) ? await findAccountByEmail(db, email) : undefined;
      const isRight = await verifyPassword(account?.password_hash, credentials.password);
      return account && isRight ? this.#found(account, 'password', audit) : undefined;
    });
    if (issued) return this.#grant(issued);
    await failures.record(account?.id, from, audit);
    throw new ProblemError(signInProblems.invalid_credentials);
  }

  /** Signs the first active super admin in without a password, for the person who runs this very process; undefined when there is none. */
  async signInOperator(audit: Audit): Promise<Grant | undefined> {
    const account = await findActiveAdministrator(this.#options.db);
    const issued = account && (await this.#found(account, 'operator', audit));
    return issued && this.#grant(issued);
  }

  /** @throws ProblemError invalid_refresh_token, too_many_requests (the token is not spent then) */
  async refresh(refreshToken: string, audit: Audit): Promise<Grant> {
    const { db } = this.#options;
    const hash = hashToken(refreshToken);
    const known = await findRefreshToken(db, hash);
    // Throwing inside would take a revocation back.
    const issued = known && (await db.transaction().execute((tx) => this.#replace(tx, known.account_id, hash, audit)));
    if (issued) return this.#grant(issued);
    // The sign-in may have ended just now: what it left open must hear of it.
    if (known) await this.#options.events.publish('rights.changed', { accountId: known.account_id });
    throw new ProblemError(signInProblems.invalid_refresh_token);
  }

  /** The successor of a token; undefined when it gives none any more. */
  async #replace(tx: Transaction, accountId: string, hash: string, audit: Audit): Promise<Issued | undefined> {
    const { clock, throttle, logger } = this.#options;
    const account = await lockAccount(tx, accountId);
    const now = clock.now();
    const token = await findRefreshToken(tx, hash);
    if (!account || !token || token.expires_at <= now) return undefined;
    const isUnused = token.used_at === null && token.revoked_at === null;
    // Revoked alone, without its family: another took its place, and now both were presented.
    const mayBeRepeated = token.used_at !== null && token.revoked_at === null && now - token.used_at <= graceMs;
    if (
      account.status !== 'active' ||
      (!isUnused && !(mayBeRepeated && (await revokeUnusedSuccessor(tx, token, now))))
    ) {
      const wasAlive = await revokeFamily(tx, token.family_id, now);
      if (wasAlive) {
        const reason = isUnused ? 'account disabled' : 'refresh token used twice';
        await audit.record(tx, {
          event: 'sign-in.ended',
          subject: token.family_id,
          actor: account.id,
          after: { reason },
        });
      }
      if (wasAlive && !isUnused)
        logger.warn(
          { account: account.id, family: token.family_id },
          'a refresh token was used twice; its sign-in is revoked',
        );
      return undefined;
    }
    // Only here: what ends a family is never held up by its limit. What was written is taken back when this throws.
    await throttle.refresh(token.family_id);
    if (isUnused) await spendRefreshToken(tx, token.id, now);
    return this.#issue(tx, account, { ...token, familyId: token.family_id, authenticatedAt: token.authenticated_at });
  }

  /** Ends the sign-in of the token, whatever state it is in. Unknown tokens are ignored. */
  async signOut(refreshToken: string, audit: Audit): Promise<void> {
    const { db, clock, events } = this.#options;
    const token = await findRefreshToken(db, hashToken(refreshToken));
    if (!token) return audit.unchanged();
    await db.transaction().execute(async (tx) => {
      await lockAccount(tx, token.account_id);
      if (!(await revokeFamily(tx, token.family_id, clock.now()))) return audit.unchanged();
      await audit.record(tx, { subject: token.family_id, actor: token.account_id });
    });
    await events.publish('rights.changed', { accountId: token.account_id });
  }

  /** Forgets refresh tokens that expired before `now` (milliseconds since the epoch); returns how many. */
  async collectExpiredTokens(now: number): Promise<number> {
    return deleteExpiredRefreshTokens(this.#options.db, now);
  }

  /** Who sent this `Authorization` header, as the database knows them now; undefined when nobody may be behind it. */
  async identify(authorization: string | undefined): Promise<Omit<Identity, keyof CallerAddress> | undefined> {
    const { db, clock } = this.#options;
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : verifyAccessToken(token, this.#options);
    if (!claims) return undefined;
    const found = await findSignedIn(db, claims.accountId, claims.familyId, clock.now());
    return (
      found && {
        ...claims,
        role: found.role,
        authenticatedAt: found.authenticated_at,
        strength: found.strength,
        channel: 'bearer',
      }
    );
  }

  /** Founds a family, unless the account changed since it was read. */
  async #found(verified: AccountRow, strength: Strength, audit: Audit): Promise<Issued | undefined> {
    return this.#options.db.transaction().execute(async (tx) => {
      const account = await lockVerifiedAccount(tx, verified);
      if (!account) return undefined;
      const family = { id: null, familyId: newId('family'), authenticatedAt: this.#options.clock.now(), strength };
      await audit.record(tx, {
        event: 'sign-in.started',
        subject: family.familyId,
        actor: account.id,
        after: { strength },
      });
      return this.#issue(tx, account, family);
    });
  }

  async #issue(
    tx: Transaction,
    account: AccountRow,
    parent: {
      /** Null for the first of a family. */
      readonly id: string | null;
      readonly familyId: string;
      readonly authenticatedAt: number;
      readonly strength: Strength;
    },
  ): Promise<Issued> {
    const { config, clock } = this.#options;
    const now = clock.now();
    const { familyId } = parent;
    const refreshToken = randomBytes(32).toString('base64url');
    const refreshExpiresAt = now + config.refreshTokenDays * 86_400_000;
    await insertRefreshToken(tx, {
      id: newId('refresh'),
      family_id: familyId,
      parent_id: parent.id,
      account_id: account.id,
      token_hash: hashToken(refreshToken),
      authenticated_at: parent.authenticatedAt,
      strength: parent.strength,
      created_at: now,
      expires_at: refreshExpiresAt,
      used_at: null,
      revoked_at: null,
    });
    return { account, familyId, refreshToken, refreshExpiresAt };
  }

  /** Signs the access token: after the transaction, whose lock everybody else of the account waits for. */
  async #grant({ account, familyId, refreshToken, refreshExpiresAt }: Issued): Promise<Grant> {
    const { config } = this.#options;
    const accessToken = signAccessToken(
      { accountId: account.id, familyId },
      { ...this.#options, seconds: config.accessTokenSeconds },
    );
    return {
      accessToken,
      expiresIn: config.accessTokenSeconds,
      refreshToken,
      refreshExpiresAt,
      account: presentOwnAccount(account),
    };
  }
}
