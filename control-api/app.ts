import fastifyCookie from '@fastify/cookie';
import type { Registry } from 'prom-client';
import type { Config } from '../config/schema.ts';
import type { Database } from '../server/db/port.ts';
import type { EventBus } from '../server/events/port.ts';
import type { Clock } from '../server/kit/clock.ts';
import { toError } from '../server/kit/errors.ts';
import { useAuthenticator } from '../server/http/access.ts';
import type { HttpApp } from '../server/http/http-app.ts';
import type { Logger } from '../server/kit/logger.ts';
import { isAllowed } from '../server/kit/permissions.ts';
import type { Scratch } from '../server/kit/scratch.ts';
import type { Keyring } from '../server/keys/port.ts';
import type { Limits } from '../server/limits/port.ts';
import type { VersionJobs } from '../server/assets/version-jobs.ts';
import type { JobQueue } from '../server/queue/port.ts';
import type { SessionStore } from '../server/sessions/port.ts';
import type { Storage } from '../server/storage/port.ts';
import { Authentication, type Grant } from './sign-in/authentication.ts';
import { accountSchema, ownAccountSchema } from './account.ts';
import { registerAccountRoutes } from './accounts/routes.ts';
import { PasswordChange } from './sign-in/password-change.ts';
import { hashPassword } from './sign-in/passwords.ts';
import { revokeAccountFamilies } from './sign-in/repository.ts';
import { registerSignInRoutes } from './sign-in/routes.ts';
import { AccountsService } from './accounts/service.ts';
import { SignInThrottle } from './sign-in/throttle.ts';
import { AssetEventStreams } from './assets/asset-events.ts';
import { registerCatalogRoutes } from './assets/routes.ts';
import { CatalogService } from './assets/service.ts';
import { registerDashboardRoutes } from './web/routes.ts';
import { registerDocument } from './document.ts';
import { measureQueue } from './operations/metrics.ts';
import { registerOperationsRoutes } from './operations/routes.ts';
import { OperationsService, type ToolVersion } from './operations/service.ts';
import { registerPlaybackRoutes } from './playback/routes.ts';
import { PlaybackService } from './playback/service.ts';
import { UploadLocker } from './uploads/locker.ts';
import { registerUploadRoutes, uploadsPath } from './uploads/routes.ts';
import { UploadsService } from './uploads/service.ts';
import { TusEndpoint } from './uploads/tus.ts';
import { UnverifiedBytes } from './uploads/unverified-bytes.ts';

export interface ControlApiDeps {
  readonly config: Config;
  readonly db: Database;
  readonly storage: Storage;
  readonly queue: JobQueue<VersionJobs>;
  readonly sessions: SessionStore;
  readonly events: EventBus;
  readonly limits: Limits;
  /** For uploaded bytes that wait for their checksum. */
  readonly scratch: Scratch;
  /** Signs access tokens; a replaced key must verify for at least `accounts.accessTokenSeconds`. */
  readonly accessKeyring: Keyring;
  /** Signs playback tokens; a replaced key must verify for at least `playback.tokenSeconds`. */
  readonly playbackKeyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** External programs of this machine, to be shown to operators. */
  readonly tools?: readonly ToolVersion[];
  /** Where the built dashboard lies, when it is not in its usual place. */
  readonly dashboardRoot?: string;
}

/** What the process does with the control API besides letting it answer requests. */
export interface ControlApi {
  /** Finishes uploads that a crash left complete but without an asset; for the start and now and then. Answers the assets made. */
  repairFinishedUploads(): Promise<readonly string[]>;
  /** Removes uploads that received nothing for too long; answers how many. */
  collectExpiredUploads(now: number): Promise<number>;
  /** Forgets sign-ins that expired before `now` (milliseconds since the epoch); answers how many refresh tokens. */
  collectExpiredTokens(now: number): Promise<number>;
  /** Signs a super admin in without a password, for whoever runs this very process; undefined when there is none. */
  signInOperator(): Promise<Grant | undefined>;
  /** Ends event streams. The application does so itself when it is closed. */
  close(): Promise<void>;
}

/** Adds the control API and the dashboard to an application that has not started yet. */
export async function registerControlApi(app: HttpApp, deps: ControlApiDeps): Promise<ControlApi> {
  const { config, db, storage, queue, sessions, events, limits, clock } = deps;
  const logger = deps.logger.child({ role: 'control-api' });
  const throttle = new SignInThrottle(limits, {
    perAccount: config.accounts.signInAttemptsPerAccount,
    perAddress: config.accounts.signInAttemptsPerAddress,
  });
  const authentication = new Authentication({
    db,
    config: config.accounts,
    keyring: deps.accessKeyring,
    throttle,
    clock,
    logger,
  });
  const store = storage.uploadStore({ expiresAfterMs: config.uploads.expiresAfterHours * 3_600_000 });
  const locker = new UploadLocker();
  const unverified = new UnverifiedBytes({ storage, store });
  const uploads = new UploadsService({ db, config, storage, store, unverified, locker, queue, events, clock, logger });
  const streams = new AssetEventStreams({
    events,
    mayListen: async ({ headers }) => {
      const identity = await authentication.identify(headers.authorization);
      return identity !== undefined && isAllowed(identity.role, 'assets.read');
    },
  });

  // A stream of a version that will never be complete would wait at its end for ever.
  const unsubscribe = events.subscribe('version.cancelled', ({ assetId, versionId }) => {
    void endStreamsOf(sessions, assetId, versionId).catch((error: unknown) => {
      logger.error(
        { err: toError(error), version: versionId },
        'the streams of a version that ended could not be stopped',
      );
    });
  });
  const close = async (): Promise<void> => {
    unsubscribe();
    streams.close();
  };
  app.addHook('preClose', close);

  useAuthenticator(app, ({ headers }) => authentication.identify(headers.authorization));
  // What the API says depends on who asks: no cache may keep it unless a route says so.
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store');
  });

  await app.register(fastifyCookie);
  await registerDocument(app);
  app.addSchema(accountSchema);
  app.addSchema(ownAccountSchema);
  registerSignInRoutes(app, {
    authentication,
    passwords: new PasswordChange({ db, sessions, throttle, clock }),
    secureCookies: config.server.publicUrl.startsWith('https:'),
  });
  const signIns = { hashPassword, endAll: revokeAccountFamilies };
  registerAccountRoutes(app, new AccountsService({ db, sessions, signIns, clock }));
  await registerUploadRoutes(
    app,
    uploads,
    new TusEndpoint({ path: uploadsPath, uploads, store, unverified, locker, clock, config: config.uploads }),
  );
  registerCatalogRoutes(app, new CatalogService({ db, queue, sessions, events, clock }), streams);
  registerPlaybackRoutes(
    app,
    new PlaybackService({ db, config, sessions, limits, keyring: deps.playbackKeyring, clock }),
  );
  registerOperationsRoutes(
    app,
    new OperationsService({ config, queue, storage, tools: deps.tools ?? [], clock, startedAt: clock.now() }),
  );
  await registerDashboardRoutes(app, deps.dashboardRoot);
  measureQueue(deps.metrics, queue);

  return {
    repairFinishedUploads: () => uploads.repairFinishedUploads(),
    collectExpiredUploads: (now) => uploads.collectExpiredUploads(now),
    collectExpiredTokens: (now) => authentication.collectExpiredTokens(now),
    signInOperator: () => authentication.signInOperator(),
    close,
  };
}

async function endStreamsOf(sessions: SessionStore, assetId: string, versionId: string): Promise<void> {
  for (const session of await sessions.list({ assetId }))
    if (session.versionId === versionId) await sessions.end(session.id);
}
