import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { CallerAddress, Identity } from '../../server/http/access.ts';
import { haveSecondFactor, joinProofs, splitProofs, type Proof } from '../../server/http/proofs.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { TitleScope } from '../../server/kit/title-scope.ts';
import { isStaff, type Role } from '../../server/kit/permissions.ts';
import type { Keyring } from '../../server/keys/port.ts';
import { lockAccount, presentOwnAccount, type AccountRow, type OwnAccountView } from '../account.ts';
import { findRoots } from '../title-scope.ts';
import { signAccessToken, verifyAccessToken } from './access-tokens.ts';
import type { AccountChanges } from './account-changes.ts';
import type { Client } from './client.ts';
import { isKnownDevice } from './known-devices.ts';
import { signInProblems } from './problems.ts';
import {
  deleteExpiredSignIns,
  endSignIn,
  findEarlierDevices,
  findActiveAdministrator,
  findRefreshToken,
  findSignedIn,
  insertRefreshToken,
  insertSignIn,
  noteRefresh,
  revokeUnusedSuccessor,
  spendRefreshToken,
} from './repository.ts';
import type { SignInThrottle } from './throttle.ts';

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

export interface SignInsOptions {
  readonly db: Database;
  readonly config: Config['accounts'];
  readonly keyring: Keyring;
  readonly throttle: SignInThrottle;
  readonly changes: Pick<AccountChanges, 'tell'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long after its first use a refresh token may be presented again, in milliseconds. */
const graceMs = 30_000;

/** A refresh token that was just made, and for whom. */
export type Issued = Pick<Grant, 'refreshToken' | 'refreshExpiresAt'> & {
  readonly account: AccountRow;
  readonly familyId: string;
  readonly proofs: readonly Proof[];
};

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Sign-ins and their tokens.
 *
 * A sign-in founds a family of refresh tokens. Each is 256 random bits, kept as a hash only, and works once: using it
 * gives the next one of the family. A token that is used again was stolen, from the client or by it, and nobody can
 * tell which; so the whole sign-in ends and both must sign in again. Access tokens name their family and end with it.
 *
 * An answer can get lost on its way (a crash, a broken connection, two tabs at once), and its client has only the old
 * token then. So for 30 seconds after its first use, which no further use prolongs, a token may be presented again as
 * long as nobody used its successor: that one is revoked and another takes its place. A family has one token that
 * works, never two: of a thief and a client who both got one, the next to come with the other one, whenever that is,
 * ends the family. So within those seconds a used token is worth as much to a thief as one that was not used, and
 * nothing after them.
 */
export class SignIns {
  readonly #options: SignInsOptions;

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  /** Founds a sign-in of an account whose row the transaction holds. Its owner is told of a device that it did not know. */
  async found(
    tx: Transaction,
    account: AccountRow,
    by: { readonly proofs: readonly Proof[]; readonly client: Client | undefined },
    audit: Audit,
  ): Promise<Issued> {
    const { clock } = this.#options;
    const now = clock.now();
    const { proofs, client } = by;
    const familyId = newId('family');
    if (client && account.email !== null && !isKnownDevice(client, await findEarlierDevices(tx, account.id)))
      await this.#options.changes.tell(tx, account, 'account.new-device', client);
    await insertSignIn(tx, {
      id: familyId,
      account_id: account.id,
      proofs: joinProofs(proofs),
      authenticated_at: now,
      user_agent: client?.userAgent ?? null,
      address: client?.address ?? null,
      country: client?.country ?? null,
      started_at: now,
      seen_at: now,
      expires_at: this.#expiry(now),
      ended_at: null,
    });
    const after = { proofs: proofs.join(', ') };
    await audit.record(tx, { event: 'sign-in.started', subject: familyId, actor: account.id, after });
    return this.#issue(tx, account, { id: null, familyId, proofs });
  }

  /** Signs the first active super admin in without a password, for the person who runs this very process; undefined when there is none. */
  async signInOperator(audit: Audit): Promise<Grant | undefined> {
    const { db } = this.#options;
    const found = await findActiveAdministrator(db);
    if (!found) return undefined;
    const issued = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, found.id);
      if (account?.status !== 'active') return undefined;
      return this.found(tx, account, { proofs: ['operator'], client: undefined }, audit);
    });
    return issued && this.grant(issued);
  }

  /** @throws ProblemError invalid_refresh_token, too_many_requests (the token is not spent then) */
  async refresh(refreshToken: string, client: Client, audit: Audit): Promise<Grant> {
    const { db } = this.#options;
    const hash = hashToken(refreshToken);
    const known = await findRefreshToken(db, hash);
    // Throwing inside would take a revocation back.
    const issued =
      known && (await db.transaction().execute((tx) => this.#replace(tx, known.account_id, hash, client, audit)));
    if (issued) return this.grant(issued);
    // The sign-in may have ended just now: what it left open must hear of it.
    if (known) await this.#options.events.publish('rights.changed', { accountId: known.account_id });
    throw new ProblemError(signInProblems.invalid_refresh_token);
  }

  /** The successor of a token; undefined when it gives none any more. */
  async #replace(
    tx: Transaction,
    accountId: string,
    hash: string,
    client: Client,
    audit: Audit,
  ): Promise<Issued | undefined> {
    const { clock, throttle, logger } = this.#options;
    const account = await lockAccount(tx, accountId);
    const now = clock.now();
    const token = await findRefreshToken(tx, hash);
    if (!account || !token || token.expires_at <= now || token.ended_at !== null) return undefined;
    const isUnused = token.used_at === null && token.revoked_at === null;
    // Revoked alone, without its family: another took its place, and now both were presented.
    const mayBeRepeated = token.used_at !== null && token.revoked_at === null && now - token.used_at <= graceMs;
    if (
      account.status !== 'active' ||
      (!isUnused && !(mayBeRepeated && (await revokeUnusedSuccessor(tx, token, now))))
    ) {
      await endSignIn(tx, token.family_id, now);
      const reason = isUnused ? 'account disabled' : 'refresh token used twice';
      const after = { reason };
      await audit.record(tx, { event: 'sign-in.ended', subject: token.family_id, actor: account.id, after });
      if (!isUnused)
        logger.warn(
          { account: account.id, family: token.family_id },
          'a refresh token was used twice; its sign-in is revoked',
        );
      return undefined;
    }
    // Only here: what ends a family is never held up by its limit. What was written is taken back when this throws.
    await throttle.refresh(token.family_id);
    if (isUnused) await spendRefreshToken(tx, token.id, now);
    const { userAgent, address, country } = client;
    await noteRefresh(tx, token.family_id, {
      user_agent: userAgent,
      address,
      country,
      seen_at: now,
      expires_at: this.#expiry(now),
    });
    return this.#issue(tx, account, { ...token, familyId: token.family_id, proofs: splitProofs(token.proofs) });
  }

  /** Ends the sign-in of the token, whatever state it is in. Unknown tokens are ignored. */
  async signOut(refreshToken: string, audit: Audit): Promise<void> {
    const token = await findRefreshToken(this.#options.db, hashToken(refreshToken));
    if (!token) return audit.unchanged();
    await this.end(token.account_id, token.family_id, audit);
  }

  /** Ends one sign-in; false when it had ended. */
  async end(accountId: string, familyId: string, audit: Audit): Promise<boolean> {
    const { db, clock, events } = this.#options;
    const isEnded = await db.transaction().execute(async (tx) => {
      await lockAccount(tx, accountId);
      if (!(await endSignIn(tx, familyId, clock.now()))) return false;
      await audit.record(tx, { event: 'sign-in.ended', subject: familyId, actor: accountId });
      return true;
    });
    if (!isEnded) audit.unchanged();
    await events.publish('rights.changed', { accountId });
    return isEnded;
  }

  /** Forgets sign-ins and refresh tokens that expired before `now` (milliseconds since the epoch); returns how many sign-ins. */
  async collectExpired(now: number): Promise<number> {
    return deleteExpiredSignIns(this.#options.db, now);
  }

  /** Who sent this `Authorization` header, as the database knows them now; undefined when nobody may be behind it. */
  async identify(authorization: string | undefined): Promise<Omit<Identity, keyof CallerAddress> | undefined> {
    const { db, clock } = this.#options;
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : verifyAccessToken(token, this.#options);
    if (!claims) return undefined;
    const found = await findSignedIn(db, claims.accountId, claims.familyId, clock.now());
    if (!found) return undefined;
    const proofs = splitProofs(found.proofs);
    return {
      ...claims,
      ...this.#rights(found.role, proofs),
      scope: new TitleScope(await findRoots(db, { id: claims.accountId, ...found })),
      authenticatedAt: found.authenticated_at,
      proofs,
      channel: 'bearer',
    };
  }

  /** Staff who have not shown the second factor that they must show are viewers until they do. */
  #rights(role: Role, proofs: readonly Proof[]): Pick<Identity, 'role' | 'withheldRole'> {
    const isWithheld = this.#options.config.staffSecondFactor && isStaff(role) && !haveSecondFactor(proofs);
    return isWithheld ? { role: 'viewer', withheldRole: role } : { role };
  }

  #expiry(now: number): number {
    return now + this.#options.config.refreshTokenDays * 86_400_000;
  }

  async #issue(
    tx: Transaction,
    account: AccountRow,
    parent: {
      /** Null for the first of a family. */
      readonly id: string | null;
      readonly familyId: string;
      readonly proofs: readonly Proof[];
    },
  ): Promise<Issued> {
    const now = this.#options.clock.now();
    const { familyId, proofs } = parent;
    const refreshToken = randomBytes(32).toString('base64url');
    const refreshExpiresAt = this.#expiry(now);
    await insertRefreshToken(tx, {
      id: newId('refresh'),
      family_id: familyId,
      parent_id: parent.id,
      account_id: account.id,
      token_hash: hashToken(refreshToken),
      created_at: now,
      expires_at: refreshExpiresAt,
      used_at: null,
      revoked_at: null,
    });
    return { account, familyId, proofs, refreshToken, refreshExpiresAt };
  }

  /** Signs the access token: after the transaction, whose lock everybody else of the account waits for. */
  grant({ account, familyId, proofs, refreshToken, refreshExpiresAt }: Issued): Grant {
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
      account: presentOwnAccount(account, this.#rights(account.role, proofs)),
    };
  }
}
