import type { Registry } from 'prom-client';
import type { Config } from '../config/schema.ts';
import type { Database } from '../server/db/port.ts';
import type { EventBus } from '../server/events/port.ts';
import type { HttpApp } from '../server/http/http-app.ts';
import type { Keyring } from '../server/keys/port.ts';
import type { Clock } from '../server/kit/clock.ts';
import type { Logger } from '../server/kit/logger.ts';
import type { Scratch } from '../server/kit/scratch.ts';
import type { Limits } from '../server/limits/port.ts';
import type { AssetLifecycle } from '../server/assets/lifecycle.ts';
import type { VersionJobs } from '../server/assets/version-jobs.ts';
import type { JobQueue } from '../server/queue/port.ts';
import type { SessionStore } from '../server/sessions/port.ts';
import type { Storage } from '../server/storage/port.ts';
import { accountsFeature } from './accounts/feature.ts';
import { assetsFeature } from './assets/feature.ts';
import { apiKeysFeature } from './api-keys/feature.ts';
import { auditFeature } from './audit/feature.ts';
import { Background } from './background.ts';
import { registerConventions } from './conventions.ts';
import type { Feature } from './feature.ts';
import { idempotencyFeature } from './idempotency/feature.ts';
import { operationsFeature, type ToolVersion } from './operations/feature.ts';
import { standardEntitlements } from './playback/entitlements.ts';
import { playbackFeature } from './playback/feature.ts';
import { signInFeature, type SignInFeature } from './sign-in/feature.ts';
import { uploadsFeature } from './uploads/feature.ts';
import { webFeature } from './web/feature.ts';

export interface ControlApiDeps {
  readonly config: Config;
  readonly db: Database;
  readonly lifecycle: AssetLifecycle;
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
  readonly tools: readonly ToolVersion[];
  /** Where the built dashboard lies, when it is not in its usual place. */
  readonly dashboardRoot?: string;
}

/** The control API of a process, besides its routes. */
export interface ControlApi extends Pick<SignInFeature, 'signInOperator'> {
  /** To be started before the server listens, and closed after. */
  readonly background: Background;
}

/** Adds the control API and the web apps to an application that has not started yet. */
export async function registerControlApi(app: HttpApp, given: ControlApiDeps): Promise<ControlApi> {
  const log = auditFeature(given);
  const deps = { ...given, audit: log.audit, logger: given.logger.child({ role: 'control-api' }) };
  const signIn = signInFeature(deps);
  const features: readonly Feature[] = [
    signIn,
    accountsFeature({ ...deps, signIns: signIn }),
    uploadsFeature(deps),
    assetsFeature(deps),
    playbackFeature({ ...deps, entitlements: standardEntitlements(deps.config.playback) }),
    operationsFeature(deps),
    log,
    idempotencyFeature(deps),
    apiKeysFeature(deps),
    webFeature(deps),
  ];
  const background = new Background(features, { leases: deps.limits.leases, logger: deps.logger });
  app.addHook('preClose', () => background.closeFeatures());
  await registerConventions(app, signIn.identify, deps.limits);
  for (const feature of features) await feature.routes?.(app);
  return { background, signInOperator: signIn.signInOperator };
}
