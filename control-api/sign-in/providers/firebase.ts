import { randomUUID } from 'node:crypto';
import type { DecodedIdToken } from 'firebase-admin/auth';
import type { Clock } from '../../../server/kit/clock.ts';
import { OperatorError } from '../../../server/kit/errors.ts';
import { explainFirebase, isUnknownUser } from './firebase-errors.ts';
import { emailOf, isGoogleAuthority, nameOf, timeOf } from './person.ts';
import { ProviderAway, ProviderRefused, type FirebaseFlow, type ProviderIdentity } from './port.ts';

/** How long Firebase may take, tries again included, in milliseconds. */
const longestMs = 10_000;
/** How far Firebase's clock may be off, in milliseconds. */
const leewayMs = 60_000;
/** With it the SDK believes tokens that nobody signed. */
const emulatorVariable = 'FIREBASE_AUTH_EMULATOR_HOST';

/** Whom Firebase may be asked about. */
type FirebaseProvider = ProviderIdentity['provider'];

/** The project at Firebase. */
export interface FirebaseOptions {
  readonly projectId: string;
  /** The JSON of a service account's key file. */
  readonly serviceAccountKey: string;
  /** Those that people may come from; tokens of others are refused. */
  readonly providers: readonly FirebaseProvider[];
  readonly clock: Clock;
  /** Only for tests: the environment names an emulator, and its tokens are to be believed. */
  readonly believesEmulator?: boolean;
}

/** Firebase's names of them. */
const byFirebase: Readonly<Record<string, FirebaseProvider>> = {
  'google.com': 'google',
  'apple.com': 'apple',
  'facebook.com': 'facebook',
  phone: 'phone',
};

/** Waits for Firebase, but not without end: the SDK tries again by itself. */
async function within<T>(asking: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(longestMs);
  return Promise.race([
    asking,
    new Promise<never>((_resolve, reject) => {
      limit.addEventListener('abort', () => reject(new ProviderAway('firebase', 'TimeoutError')), { once: true });
    }),
  ]);
}

/** Who somebody is by a token that was verified. @throws ProviderRefused when it is none of those let in here */
function identityInFirebase(
  token: DecodedIdToken,
  { providers, clock }: Pick<FirebaseOptions, 'providers' | 'clock'>,
): ProviderIdentity {
  const { sign_in_provider: way, identities, tenant } = token.firebase;
  // Another tenant's people are none of ours, though the project is.
  if (tenant !== undefined) throw new ProviderRefused('firebase', 'audience');
  const latest = (clock.now() + leewayMs) / 1000;
  if (token.iat > latest || token.auth_time > latest) throw new ProviderRefused('firebase', 'not-yet');
  const provider = byFirebase[way];
  if (provider === undefined || !providers.includes(provider)) throw new ProviderRefused('firebase', 'unsupported');
  const [subject] = (identities[way] ?? []) as unknown[];
  if (typeof subject !== 'string' || subject === '' || subject.length > 255)
    throw new ProviderRefused('firebase', 'claims');
  const shared = {
    provider,
    subject,
    name: nameOf(token['name']),
    firebaseUser: token.uid,
    authenticatedAt: timeOf(token.auth_time),
  };
  if (provider === 'phone') {
    if (!/^\+[1-9]\d{6,14}$/.test(subject)) throw new ProviderRefused('firebase', 'claims');
    return { ...shared, email: undefined, emailIsProven: false, phone: subject };
  }
  const email = emailOf(token.email);
  const isProven = {
    google: () => isGoogleAuthority(email, token.email_verified, undefined),
    apple: () => email !== undefined && token.email_verified === true,
    facebook: () => false,
  };
  return { ...shared, email, emailIsProven: isProven[provider]() };
}

/**
 * Signing in through Firebase Authentication.
 * @throws OperatorError when the environment names an emulator, which would let everybody in as anybody
 */
export async function openFirebase(options: FirebaseOptions): Promise<FirebaseFlow> {
  const { projectId, serviceAccountKey, believesEmulator = false } = options;
  // The SDK looks at this variable itself, and there is no other way to tell it not to.
  if (process.env[emulatorVariable] !== undefined && !believesEmulator)
    throw new OperatorError(
      `${emulatorVariable} is set: Firebase's tokens would be believed without a signature. Remove it from the environment of this server`,
    );
  const [{ cert, deleteApp, initializeApp }, { getAuth }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/auth'),
  ]);
  const credential = cert(JSON.parse(serviceAccountKey) as object);
  const app = initializeApp({ projectId, credential }, `sign-in-${randomUUID()}`);
  const auth = getAuth(app);
  let closing: Promise<void> | undefined;
  return {
    async verify(idToken) {
      let token: DecodedIdToken;
      try {
        token = await within(auth.verifyIdToken(idToken, true));
      } catch (error) {
        throw explainFirebase(error);
      }
      return identityInFirebase(token, options);
    },
    async deleteUser(firebaseUser) {
      try {
        await within(auth.deleteUser(firebaseUser));
      } catch (error) {
        if (!isUnknownUser(error)) throw explainFirebase(error);
      }
    },
    close: () => (closing ??= deleteApp(app)),
  };
}
