import { createPrivateKey, type KeyObject } from 'node:crypto';
import { group, secret, text, texts, type Rule } from '../option.ts';

export const signIn = group(
  'Signing in with accounts that people have elsewhere. Each is off while nothing of it is set. Providers are spoken to directly, or through Firebase, or both; the same person is the same either way when Firebase has the same client, team or app.',
  {
    googleClientId: text(
      'Google: the client of pages, from the Google Cloud console. Its redirect address is <publicUrl>/api/v1/sign-in/google/callback.',
    ),
    googleClientSecret: secret(
      'Google: the secret of that client. Without it there is the button that brings a token, and no redirect.',
    ),
    googleAppClientIds: texts('Google: the clients of iOS and Android apps, whose tokens are taken.', []),
    appleServiceId: text(
      'Apple: the Services ID, for pages and Android. Its return address is <publicUrl>/api/v1/sign-in/apple/callback, which Apple wants on https.',
    ),
    appleBundleIds: texts('Apple: the bundle ids of apps, whose tokens are taken.', []),
    appleTeamId: text('Apple: the team, ten letters and digits.'),
    appleKeyId: text('Apple: the id of a key of the team that may sign in.'),
    applePrivateKey: secret(
      'Apple: that key, the content of the .p8 file. In an environment variable its line breaks may be written \\n.',
    ),
    facebookAppId: text(
      'Facebook: the app, from the Meta developer console. Its redirect address is <publicUrl>/api/v1/sign-in/facebook/callback.',
    ),
    facebookAppSecret: secret('Facebook: the secret of the app.'),
    firebaseProjectId: text('Firebase: the project.'),
    firebaseServiceAccountKey: secret(
      'Firebase: the key file of a service account of the project: the JSON itself, not its path.',
    ),
    firebaseProviders: texts(
      'Firebase: by whom people may sign in there: google, apple, facebook, phone. Switch them on at Firebase as well.',
      [],
    ),
    firebaseApiKey: text(
      'Firebase: the API key of the web app, which pages start it with. Everybody sees it. Without it only apps use Firebase.',
    ),
    firebaseAuthDomain: text('Firebase: where its sign-in pages are. Empty: <project>.firebaseapp.com.'),
  },
);

/** Whom people can be asked for at Firebase. */
const firebaseProviders = ['google', 'apple', 'facebook', 'phone'] as const;

/** The key in `signIn.applePrivateKey`. @throws Error when it is none */
export function applePrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem.replaceAll('\\n', '\n'));
}

interface SignInOptions {
  readonly signIn: {
    readonly googleClientId: string;
    readonly googleClientSecret: string;
    readonly appleServiceId: string;
    readonly appleBundleIds: readonly string[];
    readonly appleTeamId: string;
    readonly appleKeyId: string;
    readonly applePrivateKey: string;
    readonly facebookAppId: string;
    readonly facebookAppSecret: string;
    readonly firebaseProjectId: string;
    readonly firebaseServiceAccountKey: string;
    readonly firebaseProviders: readonly string[];
    readonly firebaseApiKey: string;
    readonly firebaseAuthDomain: string;
  };
}

type Named = keyof SignInOptions['signIn'];

const isSet = (value: string | readonly string[]): boolean => value.length > 0;

/** Those that make no sense without one another. */
const together: readonly (readonly Named[])[] = [
  ['appleTeamId', 'appleKeyId', 'applePrivateKey'],
  ['facebookAppId', 'facebookAppSecret'],
  ['firebaseProjectId', 'firebaseServiceAccountKey', 'firebaseProviders'],
];

/** One that needs another. */
const needs: readonly (readonly [of: Named, needed: Named])[] = [
  ['googleClientSecret', 'googleClientId'],
  ['appleServiceId', 'applePrivateKey'],
  ['appleBundleIds', 'applePrivateKey'],
  ['firebaseApiKey', 'firebaseProjectId'],
  ['firebaseAuthDomain', 'firebaseApiKey'],
];

function isAppleKey(pem: string): boolean {
  try {
    const { asymmetricKeyDetails } = applePrivateKey(pem);
    return asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function isServiceAccount(json: string): boolean {
  try {
    const key = JSON.parse(json) as Readonly<Record<string, unknown>> | null;
    return (
      key?.['type'] === 'service_account' &&
      ['project_id', 'client_email', 'private_key'].every((name) => typeof key[name] === 'string')
    );
  } catch {
    return false;
  }
}

export const signInRules: readonly Rule<SignInOptions>[] = [
  ...together.map((names): Rule<SignInOptions> => ({ signIn: options }) => {
    const given = names.find((name) => isSet(options[name]));
    const missing = names.find((name) => !isSet(options[name]));
    return given && missing
      ? { option: `signIn.${missing}`, message: `must be set, because signIn.${given} is` }
      : undefined;
  }),
  ...needs.map(
    ([of, needed]): Rule<SignInOptions> =>
      ({ signIn: options }) =>
        isSet(options[of]) && !isSet(options[needed])
          ? { option: `signIn.${needed}`, message: `must be set, because signIn.${of} is` }
          : undefined,
  ),
  ({ signIn: { applePrivateKey: key, appleServiceId, appleBundleIds } }) =>
    key !== '' && appleServiceId === '' && appleBundleIds.length === 0
      ? {
          option: 'signIn.appleServiceId',
          message: 'or signIn.appleBundleIds must be set: nothing else would use signIn.applePrivateKey',
        }
      : undefined,
  ({ signIn: { applePrivateKey: key } }) =>
    key === '' || isAppleKey(key)
      ? undefined
      : {
          option: 'signIn.applePrivateKey',
          message: 'must be the content of the .p8 file from Apple, from -----BEGIN PRIVATE KEY----- on',
        },
  ({ signIn: { firebaseServiceAccountKey: key } }) =>
    key === '' || isServiceAccount(key)
      ? undefined
      : {
          option: 'signIn.firebaseServiceAccountKey',
          message: 'must be the JSON of a service account’s key file, with project_id, client_email and private_key',
        },
  ({ signIn: options }) =>
    options.firebaseProviders.every((each) => (firebaseProviders as readonly string[]).includes(each))
      ? undefined
      : { option: 'signIn.firebaseProviders', message: `may name ${firebaseProviders.join(', ')}` },
];
