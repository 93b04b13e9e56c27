import type { Config } from '../../../config/schema.ts';
import type { ProviderIdentity } from './port.ts';

/** How a provider is signed in with: by redirect, by what an app or a button brings, through Firebase. */
export type SignInWay = 'redirect' | 'id-token' | 'access-token' | 'firebase';

/** A provider that is on. */
interface EnabledProvider {
  readonly provider: ProviderIdentity['provider'];
  /** At least one. */
  readonly ways: readonly SignInWay[];
  /** What a page starts the provider's own button with; everybody may see it. */
  readonly clientId: string | undefined;
}

/** What a page starts Firebase with; everybody may see it. */
interface FirebaseWebConfig {
  readonly apiKey: string;
  readonly authDomain: string;
  readonly projectId: string;
}

/** Who can be signed in with. */
export interface EnabledProviders {
  readonly providers: readonly EnabledProvider[];
  /** Undefined where pages do not use it, though apps may. */
  readonly firebase: FirebaseWebConfig | undefined;
}

/** Which providers are on, and how, as the configuration has what each needs. */
export function enabledProviders({ signIn }: Pick<Config, 'signIn'>): EnabledProviders {
  const isThrough = (provider: string) =>
    signIn.firebaseProjectId !== '' && signIn.firebaseProviders.includes(provider);
  const isApple = signIn.applePrivateKey !== '';
  const isFacebook = signIn.facebookAppId !== '' && signIn.facebookAppSecret !== '';
  const isGoogle = signIn.googleClientId !== '';
  const direct: Readonly<Record<ProviderIdentity['provider'], readonly (SignInWay | false)[]>> = {
    google: [
      isGoogle && signIn.googleClientSecret !== '' && 'redirect',
      (isGoogle || signIn.googleAppClientIds.length > 0) && 'id-token',
    ],
    apple: [
      isApple && signIn.appleServiceId !== '' && 'redirect',
      isApple && signIn.appleBundleIds.length > 0 && 'id-token',
    ],
    facebook: [isFacebook && 'redirect', isFacebook && 'id-token', isFacebook && 'access-token'],
    phone: [],
  };
  const clientIds = {
    google: signIn.googleClientId,
    apple: signIn.appleServiceId,
    facebook: signIn.facebookAppId,
    phone: '',
  };
  const { firebaseProjectId: projectId, firebaseApiKey: apiKey } = signIn;
  return {
    providers: (['google', 'apple', 'facebook', 'phone'] as const)
      .map((provider) => ({
        provider,
        ways: [...direct[provider], isThrough(provider) && ('firebase' as const)].filter((way) => way !== false),
        clientId: clientIds[provider] || undefined,
      }))
      .filter(({ ways }) => ways.length > 0),
    firebase:
      apiKey === ''
        ? undefined
        : { apiKey, projectId, authDomain: signIn.firebaseAuthDomain || `${projectId}.firebaseapp.com` },
  };
}
