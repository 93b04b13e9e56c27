import type { HttpApp } from '../server/http/http-app.ts';
import { mergeProblems, sharedProblems } from '../server/kit/problems.ts';
import { Secrets } from '../server/kit/secrets.ts';
import { accountsFeature } from './accounts/feature.ts';
import { assetsFeature } from './assets/feature.ts';
import { apiKeysFeature } from './api-keys/feature.ts';
import { auditFeature } from './audit/feature.ts';
import { Background } from './background.ts';
import { catalogFeature } from './catalog/feature.ts';
import { consentsFeature } from './consents/feature.ts';
import { registerConventions } from './conventions.ts';
import type { ControlApiDeps } from './deps.ts';
import type { Feature } from './feature.ts';
import { idempotencyFeature } from './idempotency/feature.ts';
import { mailFeature } from './mail/feature.ts';
import { operationsFeature } from './operations/feature.ts';
import type { PersonalData } from './personal-data.ts';
import { personalDataFeature } from './personal-data/feature.ts';
import { standardEntitlements } from './playback/entitlements.ts';
import { playbackFeature } from './playback/feature.ts';
import { profilesFeature } from './profiles/feature.ts';
import { signInFeature, type SignInFeature } from './sign-in/feature.ts';
import { openProviders, type Providers } from './sign-in/providers/open.ts';
import { uploadsFeature } from './uploads/feature.ts';
import { webFeature } from './web/feature.ts';

/** The control API of a process, besides its routes. */
export interface ControlApi extends Pick<SignInFeature, 'signInOperator'> {
  /** To be started before the server listens, and closed after. */
  readonly background: Background;
  /** What is known of people, by every feature. */
  readonly personalData: readonly PersonalData[];
}

/**
 * Adds the control API and the web apps to an application that has not started yet.
 * @param given `providers`: by whom people sign in, instead of those that the configuration names
 */
export async function registerControlApi(
  app: HttpApp,
  given: ControlApiDeps & { readonly providers?: Providers },
): Promise<ControlApi> {
  const log = auditFeature(given);
  const deps = { ...given, audit: log.audit, logger: given.logger.child({ role: 'control-api' }) };
  const providers = given.providers ?? (await openProviders(deps.config, { clock: deps.clock }));
  const consents = consentsFeature(deps);
  const signIn = signInFeature({ ...deps, providers, agreements: consents.agreements });
  const profiles = profilesFeature({ ...deps, hashing: signIn });
  const catalog = catalogFeature({ ...deps, profiles });
  const known: readonly Feature[] = [
    signIn,
    accountsFeature({ ...deps, signIns: signIn, history: { of: log.historyOf } }),
    profiles,
    consents,
    uploadsFeature({ ...deps, destinations: catalog.arrivals }),
    assetsFeature(deps),
    catalog,
    playbackFeature({ ...deps, entitlements: standardEntitlements(deps.config.playback), titles: catalog, profiles }),
    operationsFeature(deps),
    mailFeature({ ...deps, challenges: signIn, secrets: new Secrets(deps.secretsKeyring) }),
    log,
    idempotencyFeature(deps),
    apiKeysFeature(deps),
    webFeature(deps),
  ];
  const data = known.flatMap(({ personalData }) => personalData ?? []);
  const personal = personalDataFeature({ ...deps, data, owners: signIn.owners });
  const features: readonly Feature[] = [...known, personal];
  const background = new Background(features, { leases: deps.limits.leases, outbox: deps.outbox, logger: deps.logger });
  app.addHook('preClose', () => background.closeFeatures());
  const problems = mergeProblems(sharedProblems, ...features.map((feature) => feature.problems ?? {}));
  await registerConventions(app, signIn.identify, deps.limits, problems, deps.config.server.publicUrl);
  for (const feature of features) await feature.routes?.(app);
  return { background, signInOperator: signIn.signInOperator, personalData: [...data, personal.personalData] };
}
