import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { loadConfig } from '../load.ts';

const load = (environment: NodeJS.ProcessEnv) => loadConfig({ environment }).signIn;
const pem = (curve: string) =>
  generateKeyPairSync('ec', {
    namedCurve: curve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

const apple = {
  DRAMABOX_SIGN_IN_APPLE_SERVICE_ID: 'com.example.service',
  DRAMABOX_SIGN_IN_APPLE_TEAM_ID: 'TEAM123456',
  DRAMABOX_SIGN_IN_APPLE_KEY_ID: 'KEY1234567',
  DRAMABOX_SIGN_IN_APPLE_PRIVATE_KEY: pem('prime256v1'),
};
const account = {
  type: 'service_account',
  project_id: 'a-project',
  client_email: 'a@b.example',
  private_key: 'pw-not-to-be-seen',
};
const firebase = {
  DRAMABOX_SIGN_IN_FIREBASE_PROJECT_ID: 'a-project',
  DRAMABOX_SIGN_IN_FIREBASE_SERVICE_ACCOUNT_KEY: JSON.stringify(account),
  DRAMABOX_SIGN_IN_FIREBASE_PROVIDERS: 'google, phone',
};

/** Without one of them, everything else being set. */
const without = (environment: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([each]) => each !== `DRAMABOX_SIGN_IN_${name}`));

t.test('nothing is on by itself', async (t) => {
  for (const value of Object.values(load({}))) t.equal(value.length, 0);
});

t.test('Google', async (t) => {
  t.equal(load({ DRAMABOX_SIGN_IN_GOOGLE_CLIENT_ID: 'web' }).googleClientId, 'web', 'the button needs no secret');
  t.strictSame(load({ DRAMABOX_SIGN_IN_GOOGLE_APP_CLIENT_IDS: 'ios, android' }).googleAppClientIds, ['ios', 'android']);
  t.throws(
    () => load({ DRAMABOX_SIGN_IN_GOOGLE_CLIENT_SECRET: 'pw-not-to-be-seen' }),
    /signIn\.googleClientId: must be set, because signIn\.googleClientSecret is/,
  );
});

t.test('Apple', async (t) => {
  t.equal(load(apple).appleServiceId, 'com.example.service');
  const { DRAMABOX_SIGN_IN_APPLE_PRIVATE_KEY: key } = apple;
  const onOneLine = { ...apple, DRAMABOX_SIGN_IN_APPLE_PRIVATE_KEY: key.replaceAll('\n', '\\n') };
  t.ok(load(onOneLine), 'line breaks may be written');
  t.throws(() => load(without(apple, 'APPLE_TEAM_ID')), /signIn\.appleTeamId: must be set/);
  t.throws(() => load(without(apple, 'APPLE_KEY_ID')), /signIn\.appleKeyId: must be set/);
  t.throws(() => load(without(apple, 'APPLE_PRIVATE_KEY')), /signIn\.applePrivateKey: must be set/);
  t.throws(() => load({ DRAMABOX_SIGN_IN_APPLE_BUNDLE_IDS: 'app' }), /signIn\.applePrivateKey: must be set/);
  t.throws(() => load(without(apple, 'APPLE_SERVICE_ID')), /signIn\.appleServiceId: or signIn\.appleBundleIds/);
  t.ok(load({ ...without(apple, 'APPLE_SERVICE_ID'), DRAMABOX_SIGN_IN_APPLE_BUNDLE_IDS: 'app' }));
  for (const wrong of ['pw-not-to-be-seen', pem('secp384r1'), key.slice(0, 100)]) {
    const loading = () => load({ ...apple, DRAMABOX_SIGN_IN_APPLE_PRIVATE_KEY: wrong });
    t.throws(loading, /signIn\.applePrivateKey: must be the content of the \.p8 file/);
    t.throws(
      loading,
      { message: new RegExp(`^(?![^]*${wrong.slice(30, 60) || 'not-to-be-seen'})`) },
      'and it is not shown',
    );
  }
});

t.test('Facebook', async (t) => {
  const facebook = { DRAMABOX_SIGN_IN_FACEBOOK_APP_ID: '1', DRAMABOX_SIGN_IN_FACEBOOK_APP_SECRET: 'pw' };
  t.equal(load(facebook).facebookAppId, '1');
  t.throws(() => load(without(facebook, 'FACEBOOK_APP_SECRET')), /signIn\.facebookAppSecret: must be set/);
  t.throws(() => load(without(facebook, 'FACEBOOK_APP_ID')), /signIn\.facebookAppId: must be set/);
});

t.test('Firebase', async (t) => {
  t.strictSame(load(firebase).firebaseProviders, ['google', 'phone']);
  t.throws(() => load(without(firebase, 'FIREBASE_PROJECT_ID')), /signIn\.firebaseProjectId: must be set/);
  t.throws(() => load(without(firebase, 'FIREBASE_SERVICE_ACCOUNT_KEY')), /signIn\.firebaseServiceAccountKey: must be/);
  t.throws(() => load(without(firebase, 'FIREBASE_PROVIDERS')), /signIn\.firebaseProviders: must be set/);
  t.throws(() => load({ DRAMABOX_SIGN_IN_FIREBASE_API_KEY: 'key' }), /signIn\.firebaseProjectId: must be set/);
  t.throws(
    () => load({ ...firebase, DRAMABOX_SIGN_IN_FIREBASE_PROVIDERS: 'google,password' }),
    /signIn\.firebaseProviders: may name google, apple, facebook, phone/,
  );
  for (const wrong of ['/a/path', 'null', '{}', JSON.stringify({ ...account, type: 'external_account' })]) {
    const loading = () => load({ ...firebase, DRAMABOX_SIGN_IN_FIREBASE_SERVICE_ACCOUNT_KEY: wrong });
    t.throws(loading, /signIn\.firebaseServiceAccountKey: must be the JSON of a service account/);
    t.throws(loading, { message: /^(?![^]*not-to-be-seen)/ });
  }
});
