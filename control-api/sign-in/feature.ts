import fastifyCookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { CallerAddress, Identity } from '../../server/http/access.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Keyring } from '../../server/keys/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notices } from '../../server/kit/notices.ts';
import type { Limits } from '../../server/limits/port.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { Feature } from '../feature.ts';
import { Authentication, type Grant } from './authentication.ts';
import { Confirmation } from './confirmation.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { PasswordChange } from './password-change.ts';
import { hashPassword } from './passwords.ts';
import { endSignIns } from './end-sign-ins.ts';
import { RefreshCookie } from './refresh-cookie.ts';
import { registerSignInRoutes } from './routes.ts';
import { SignInThrottle } from './throttle.ts';
import { signInProblems } from './problems.ts';

export interface SignInDeps {
  readonly config: Pick<Config, 'accounts' | 'collection' | 'server'>;
  readonly db: Database;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly limits: Pick<Limits, 'counter'>;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly accessKeyring: Keyring;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Sign-in, and what it is asked by others. */
export interface SignInFeature extends Feature {
  /** Who sent this request; undefined when nobody may be behind it. */
  identify(request: Pick<FastifyRequest, 'headers'>): Promise<Omit<Identity, keyof CallerAddress> | undefined>;
  /** @throws ProblemError too_many_requests when too many passwords are being hashed already */
  hashPassword(password: string): Promise<string>;
  /**
   * Ends every sign-in of an account whose row the transaction holds, and records `account.signed-out`. `now` in
   * milliseconds since the epoch.
   */
  endAll(tx: Transaction, accountId: string, now: number): Promise<void>;
  /** Signs a super admin in without a password, for the operator of this very process; undefined when there is none. */
  signInOperator(): Promise<Grant | undefined>;
}

/** Passwords, access tokens and refresh tokens. */
export function signInFeature(deps: SignInDeps): SignInFeature {
  const { config, db, sessions, events, limits, outbox, clock, logger } = deps;
  const throttle = new SignInThrottle(limits, {
    perAccount: config.accounts.signInAttemptsPerAccount,
    perAddress: config.accounts.signInAttemptsPerAddress,
  });
  const keyring = deps.accessKeyring;
  const failures = new FailedSignIns({ db, logger });
  const authentication = new Authentication({
    db,
    config: config.accounts,
    keyring,
    throttle,
    failures,
    events,
    clock,
    logger,
  });
  const endAll: SignInFeature['endAll'] = (tx, accountId, now) => endSignIns(tx, outbox, accountId, now);
  const passwords = new PasswordChange({ db, sessions, events, outbox, throttle, failures, endAll, clock });
  const confirmation = new Confirmation({ db, throttle, failures, clock });
  return {
    name: 'sign-in',
    problems: signInProblems,
    async routes(app) {
      await app.register(fastifyCookie);
      const cookie = new RefreshCookie({ publicUrl: config.server.publicUrl, notices: deps.notices });
      registerSignInRoutes(app, { authentication, passwords, confirmation, cookie });
    },
    upkeep: [
      {
        name: 'sign-in.collect-tokens',
        everyMs: config.collection.intervalSeconds * 1000,
        run: () => authentication.collectExpiredTokens(clock.now()),
      },
    ],
    identify: ({ headers }) => authentication.identify(headers.authorization),
    hashPassword,
    endAll,
    signInOperator: () => authentication.signInOperator(deps.audit),
  };
}
