import fastifyCookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { CallerAddress, Identity } from '../../server/http/access.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Keyring } from '../../server/keys/port.ts';
import { Secrets } from '../../server/kit/secrets.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notices } from '../../server/kit/notices.ts';
import type { LastingCounters, Limits } from '../../server/limits/port.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { AccountRow } from '../account.ts';
import type { Feature } from '../feature.ts';
import { linkBase } from '../link-base.ts';
import type { PersonalData } from '../personal-data.ts';
import { AccountChanges } from './account-changes.ts';
import { findAccountFacts, type AccountFacts } from './account-facts.ts';
import { Authentication } from './authentication.ts';
import { Challenges } from './challenges/challenges.ts';
import { clientOf } from './client.ts';
import { Confirmation } from './confirmation.ts';
import { Devices } from './devices/devices.ts';
import { registerDeviceRoutes } from './devices/routes.ts';
import { FactorSettings } from './factors/factor-settings.ts';
import { Passkeys } from './factors/passkeys.ts';
import { resetSecondFactor } from './factors/reset.ts';
import { registerFactorRoutes } from './factors/routes.ts';
import { SecondFactors } from './factors/second-factors.ts';
import { registerFactorSignInRoutes } from './factors/sign-in-routes.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { Guests } from './guests.ts';
import { registerAppleNotices } from './linked/apple-notices.ts';
import {
  forgetProviderDeletions,
  registerDeletionStatus,
  registerFacebookDeletions,
} from './linked/facebook-deletions.ts';
import { Identities } from './linked/identities.ts';
import { Linking } from './linked/linking.ts';
import { ProviderEntry } from './linked/provider-entry.ts';
import { ProviderVisits } from './linked/provider-visits.ts';
import { tellProviders } from './linked/providers-told.ts';
import { registerLinkingRoutes } from './linked/routes.ts';
import { registerProviderSignInRoutes } from './linked/sign-in-routes.ts';
import { Acceptance } from './invitations/acceptance.ts';
import { registerAcceptanceRoutes } from './invitations/acceptance-routes.ts';
import { Invitations } from './invitations/invitations.ts';
import { endInvitationsOf } from './invitations/repository.ts';
import { registerInvitationRoutes } from './invitations/routes.ts';
import { EmailChange } from './mailed/email-change.ts';
import { describeChallenge, type ChallengeLetter } from './mailed/letters.ts';
import { MailedChallenges } from './mailed/mailed-challenges.ts';
import { NotMe } from './mailed/not-me.ts';
import { Recovery } from './mailed/recovery.ts';
import { registerMailedRoutes } from './mailed/routes.ts';
import { SignUp, type AgreementKeeper } from './mailed/sign-up.ts';
import { PasswordChange } from './passwords/password-change.ts';
import { hashPassword, verifyPassword } from './passwords/passwords.ts';
import { personalDataOfSignIn } from './personal-data.ts';
import { signInProblems } from './problems.ts';
import { enabledProviders } from './providers/enabled.ts';
import type { Providers } from './providers/open.ts';
import { RefreshCookie } from './refresh-cookie.ts';
import { registerSignInRoutes } from './routes.ts';
import { SignIns, type Grant } from './sign-ins.ts';
import { siteOf } from './site.ts';
import { SignInThrottle } from './throttle.ts';

export interface SignInDeps {
  readonly config: Pick<Config, 'accounts' | 'collection' | 'mail' | 'playback' | 'server' | 'signIn'>;
  readonly agreements: AgreementKeeper;
  /** By whom people sign in, besides ourselves. */
  readonly providers: Providers;
  readonly db: Database;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly limits: Pick<Limits, 'counter'>;
  readonly lastingCounters: LastingCounters;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly accessKeyring: Keyring;
  /** Seals what the database must not show, and makes secrets that need not be kept. Forgets no key. */
  readonly secretsKeyring: Keyring;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Sign-in, and what it is asked by others. */
export interface SignInFeature extends Feature {
  readonly personalData: PersonalData;
  /** Who sent this request; undefined when nobody may be behind it. */
  identify(request: Pick<FastifyRequest, 'headers'>): Promise<Omit<Identity, keyof CallerAddress> | undefined>;
  /** @throws ProblemError too_many_requests when too many passwords are being hashed already */
  hashPassword(password: string): Promise<string>;
  /** @throws ProblemError too_many_requests when too many passwords are being hashed already */
  verifyPassword(hash: string, password: string): Promise<boolean>;
  /** How an account signs in, without anything with which one could. */
  factsOf(account: AccountRow): Promise<AccountFacts>;
  /**
   * Ends every sign-in of an account whose row the transaction holds, and what was begun for it, and records
   * `account.signed-out`.
   */
  endAll(tx: Transaction, accountId: string): Promise<void>;
  /**
   * Takes its second factors and ends its sign-ins; the owner is told. The transaction holds the account's row. False
   * when it has none.
   * @throws ProblemError last_way_in
   */
  resetSecondFactor(tx: Transaction, account: AccountRow): Promise<boolean>;
  /** Ends the invitations that an account answers for, which may invite nobody any more. */
  endInvitations(tx: Transaction, accountId: string): Promise<void>;
  /** Signs a super admin in without a password, for the operator of this very process; undefined when there is none. */
  signInOperator(): Promise<Grant | undefined>;
  /** Telling owners what happens to their account, and what that ends. */
  readonly owners: Pick<AccountChanges, 'tell' | 'record' | 'end'> & {
    /** What is open asks again whether it may stay; streams end, also where a sign-in goes on. */
    publish(accountId: string): Promise<void>;
    wake(): void;
  };
  /** What a mail says about a challenge; undefined when nothing is to be sent. */
  letterOf(challengeId: string): Promise<ChallengeLetter | undefined>;
}

/** Every way into an account, what proves who somebody is, and the tokens that it gives. */
export function signInFeature(deps: SignInDeps): SignInFeature {
  const { config, db, outbox, clock, logger, lastingCounters: lasting, providers } = deps;
  const common = { ...deps, config: config.accounts };
  const throttle = new SignInThrottle(lasting, deps.limits, {
    perAccount: config.accounts.signInAttemptsPerAccount,
    perAddress: config.accounts.signInAttemptsPerAddress,
  });
  const secrets = new Secrets(deps.secretsKeyring);
  const failures = new FailedSignIns({ db, logger });
  const challenges = new Challenges({ db, secrets, clock });
  const changes = new AccountChanges({ ...deps, challenges });
  const signIns = new SignIns({ ...common, keyring: deps.accessKeyring, throttle, changes });
  const mailed = new MailedChallenges({ db, challenges, outbox, lasting, throttle });
  const passkeys = new Passkeys({ db, challenges, service: config.mail.senderName, clock, logger });
  const secondFactors = new SecondFactors({ db, secrets, challenges, passkeys, clock });
  const shared = {
    db,
    clock,
    logger,
    secrets,
    challenges,
    mailed,
    passkeys,
    secondFactors,
    throttle,
    failures,
    signIns,
  };
  const guests = new Guests({ ...common, signIns });
  const authentication = new Authentication({ ...shared, guests });
  const identities = new Identities({ secrets, outbox, clock });
  const confirmation = new Confirmation(shared);
  const { agreements } = deps;
  const entering = { config: config.accounts, identities, authentication, guests, agreements, changes };
  return {
    name: 'sign-in',
    problems: signInProblems,
    async routes(app) {
      await app.register(fastifyCookie);
      const cookie = new RefreshCookie({ publicUrl: config.server.publicUrl, notices: deps.notices });
      const from = {
        cookie,
        clientOf: (request: FastifyRequest) => clientOf(request, config),
        siteOf: (request: FastifyRequest) => siteOf(request, config.server.publicUrl),
      };
      const passwords = new PasswordChange({ ...shared, changes });
      registerSignInRoutes(app, { ...from, authentication, signIns, guests, passwords });
      registerMailedRoutes(app, {
        ...from,
        signUp: new SignUp({ ...shared, ...entering }),
        recovery: new Recovery({ ...shared, changes }),
        emailChange: new EmailChange({ ...shared, changes }),
        notMe: new NotMe({ ...shared, changes }),
      });
      registerFactorSignInRoutes(app, { ...from, authentication });
      registerFactorRoutes(app, {
        ...from,
        confirmation,
        settings: new FactorSettings({ ...shared, config, changes }),
      });
      registerDeviceRoutes(app, new Devices({ ...shared, changes }));
      registerInvitationRoutes(app, new Invitations({ ...shared, outbox }));
      registerAcceptanceRoutes(app, { ...from, acceptance: new Acceptance({ ...shared, authentication, changes }) });
      const baseUrl = linkBase(config.server);
      const visits = new ProviderVisits({ ...shared, providers, baseUrl });
      await registerProviderSignInRoutes(app, {
        ...from,
        visits,
        entry: new ProviderEntry({ ...shared, ...entering }),
        enabled: enabledProviders(config),
        signUp: config.accounts.signUp,
        takesGuests: config.accounts.guests,
        returnPage: `${baseUrl}/sign-in/return`,
      });
      registerLinkingRoutes(app, { visits, linking: new Linking({ db, identities, changes }) });
      if (providers.apple) registerAppleNotices(app, { db, notices: providers.apple.notices, identities, changes });
      registerDeletionStatus(app, db);
      if (providers.facebook)
        await registerFacebookDeletions(app, {
          ...shared,
          outbox,
          requests: providers.facebook,
          identities,
          changes,
          baseUrl,
        });
    },
    upkeep: [
      {
        name: 'sign-in.collect-tokens',
        everyMs: config.collection.intervalSeconds * 1000,
        run: () => signIns.collectExpired(clock.now()),
      },
      {
        name: 'sign-in.collect-challenges',
        everyMs: config.collection.intervalSeconds * 1000,
        run: async () =>
          (await challenges.forgetExpired(clock.now())) +
          (await forgetProviderDeletions(db, clock.now())) +
          (await lasting.forgetEnded()),
      },
    ],
    consumers: [tellProviders({ providers, secrets })],
    close: () => providers.close(),
    identify: ({ headers }) => signIns.identify(headers.authorization),
    hashPassword,
    verifyPassword,
    factsOf: (account) => findAccountFacts(db, account, clock.now()),
    endAll: (tx, accountId) => changes.end(tx, accountId),
    resetSecondFactor: (tx, account) => resetSecondFactor(tx, account, changes),
    endInvitations: endInvitationsOf,
    owners: {
      tell: (...told) => changes.tell(...told),
      record: (...recorded) => changes.record(...recorded),
      end: (...ended) => changes.end(...ended),
      publish: (accountId) => changes.publish(accountId),
      wake: () => outbox.wake(),
    },
    personalData: personalDataOfSignIn({ db, identities }),
    signInOperator: () => signIns.signInOperator(deps.audit),
    letterOf: (challengeId) => describeChallenge({ db, config, challenges }, challengeId),
  };
}
