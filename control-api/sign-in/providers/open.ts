import type { Config } from '../../../config/schema.ts';
import { applePrivateKey } from '../../../config/sections/sign-in.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { apple } from './apple.ts';
import { enabledProviders, type SignInWay } from './enabled.ts';
import { facebook, type FacebookAddresses } from './facebook.ts';
import { facebookDeletions } from './facebook-deletion.ts';
import { openFirebase } from './firebase.ts';
import { google } from './google.ts';
import type {
  AppleNotices,
  FacebookDeletions,
  FirebaseFlow,
  ProviderName,
  RedirectFlow,
  Revocation,
  TokenFlow,
} from './port.ts';

/** Where providers are. */
export interface ProviderAddresses {
  /** Issuers. */
  readonly google: string;
  readonly apple: string;
  readonly facebook: FacebookAddresses;
}

const realAddresses: ProviderAddresses = {
  google: 'https://accounts.google.com',
  apple: 'https://appleid.apple.com',
  facebook: {
    www: 'https://www.facebook.com',
    limited: 'https://limited.facebook.com',
    graph: 'https://graph.facebook.com',
  },
};

/** The providers that are on, each by the ways that `enabledProviders` names. */
export interface Providers {
  readonly redirects: ReadonlyMap<ProviderName, RedirectFlow>;
  readonly tokens: ReadonlyMap<ProviderName, TokenFlow>;
  /** What else there is of Apple. */
  readonly apple: { readonly revocation: Revocation; readonly notices: AppleNotices } | undefined;
  /** What else there is of Facebook. */
  readonly facebook: FacebookDeletions | undefined;
  readonly firebase: FirebaseFlow | undefined;
  close(): Promise<void>;
}

/**
 * Opens the providers that the configuration names. None is asked for anything yet.
 * @param options for tests: where they are instead, and whether Firebase's emulator is believed
 * @throws OperatorError when Firebase is on and the environment names an emulator
 */
export async function openProviders(
  config: Pick<Config, 'signIn'>,
  options: {
    readonly clock: Clock;
    readonly addresses?: Partial<ProviderAddresses>;
    readonly believesFirebaseEmulator?: boolean;
  },
): Promise<Providers> {
  const { clock, believesFirebaseEmulator = false } = options;
  const { providers } = enabledProviders(config);
  const waysOf = (name: ProviderName): readonly SignInWay[] =>
    providers.find(({ provider }) => provider === name)?.ways ?? [];
  const isDirect = (name: ProviderName) => waysOf(name).some((way) => way !== 'firebase');
  const flows = openDirect(config.signIn, { ...realAddresses, ...options.addresses }, clock, isDirect);
  const redirects = new Map<ProviderName, RedirectFlow>();
  const tokens = new Map<ProviderName, TokenFlow>();
  for (const name of ['google', 'apple', 'facebook'] as const) {
    const [flow, ways] = [flows[name], waysOf(name)];
    if (flow && ways.includes('redirect')) redirects.set(name, flow.redirect);
    if (flow && (ways.includes('id-token') || ways.includes('access-token'))) tokens.set(name, flow.token);
  }
  const through = providers.filter(({ ways }) => ways.includes('firebase')).map(({ provider }) => provider);
  const firebase =
    through.length === 0
      ? undefined
      : await openFirebase({
          projectId: config.signIn.firebaseProjectId,
          serviceAccountKey: config.signIn.firebaseServiceAccountKey,
          providers: through,
          clock,
          believesEmulator: believesFirebaseEmulator,
        });
  const deletions = flows.facebook && facebookDeletions(config.signIn.facebookAppSecret);
  return { redirects, tokens, apple: flows.apple, facebook: deletions, firebase, close: async () => firebase?.close() };
}

function openDirect(
  signIn: Config['signIn'],
  addresses: ProviderAddresses,
  clock: Clock,
  isDirect: (name: ProviderName) => boolean,
) {
  return {
    google: isDirect('google')
      ? google({
          issuer: addresses.google,
          webClientId: signIn.googleClientId,
          clientSecret: signIn.googleClientSecret,
          appClientIds: signIn.googleAppClientIds,
          clock,
        })
      : undefined,
    apple: isDirect('apple')
      ? apple({
          issuer: addresses.apple,
          serviceId: signIn.appleServiceId,
          bundleIds: signIn.appleBundleIds,
          teamId: signIn.appleTeamId,
          keyId: signIn.appleKeyId,
          privateKey: applePrivateKey(signIn.applePrivateKey),
          clock,
        })
      : undefined,
    facebook: isDirect('facebook')
      ? facebook({
          appId: signIn.facebookAppId,
          appSecret: signIn.facebookAppSecret,
          addresses: addresses.facebook,
          clock,
        })
      : undefined,
  };
}
