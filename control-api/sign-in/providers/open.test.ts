import { generateKeyPairSync } from 'node:crypto';
import t, { type Test } from 'tap';
import { loadConfig } from '../../../config/load.ts';
import { systemClock } from '../../../server/kit/clock.ts';
import { FacebookCounterpart } from '../../../server/testing/sign-in/facebook-counterpart.ts';
import { FirebaseCounterpart } from '../../../server/testing/sign-in/firebase-counterpart.ts';
import { OpenIdCounterpart } from '../../../server/testing/sign-in/openid-counterpart.ts';
import { browse } from '../../../server/testing/sign-in/redirected-browser.ts';
import { SigningKey } from '../../../server/testing/sign-in/signing-key.ts';
import { enabledProviders } from './enabled.ts';
import { openProviders, type Providers } from './open.ts';
import type { RedirectFlow, TokenFlow } from './port.ts';
import { outcomeOf, random, redirectSecrets } from './testing/outcome.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const appleKey = { appleTeamId: 'TEAM123456', appleKeyId: 'KEY1234567', applePrivateKey: privateKey };

const configOf = (signIn: object) => loadConfig({ overrides: { signIn } });

/** What is on: `google: redirect, id-token`. */
const on = (signIn: object): string[] =>
  enabledProviders(configOf(signIn)).providers.map(({ provider, ways }) => `${provider}: ${ways.join(', ')}`);

async function open(t: Test, signIn: object, addresses = {}): Promise<Providers> {
  const providers = await openProviders(configOf(signIn), { clock: systemClock, addresses });
  t.teardown(() => providers.close());
  return providers;
}

t.test('nothing is on by itself', async (t) => {
  t.strictSame(enabledProviders(configOf({})), { providers: [], firebase: undefined });
  const providers = await open(t, {});
  t.strictSame(
    [providers.redirects.size, providers.tokens.size, providers.apple, providers.firebase],
    [0, 0, undefined, undefined],
  );
});

t.test('what is on, by what is set', async (t) => {
  const { serviceAccountKey } = await FirebaseCounterpart.listen(t);
  const firebase = { firebaseProjectId: 'a-project', firebaseServiceAccountKey: serviceAccountKey };
  const facebook = { facebookAppId: '1', facebookAppSecret: 'secret' };
  const cases: readonly (readonly [object, readonly string[]])[] = [
    [{ googleClientId: 'web' }, ['google: id-token']],
    [{ googleClientId: 'web', googleClientSecret: 'secret' }, ['google: redirect, id-token']],
    [{ googleAppClientIds: ['ios'] }, ['google: id-token']],
    [{ ...appleKey, appleServiceId: 'service' }, ['apple: redirect']],
    [{ ...appleKey, appleBundleIds: ['app'] }, ['apple: id-token']],
    [{ ...appleKey, appleServiceId: 'service', appleBundleIds: ['app'] }, ['apple: redirect, id-token']],
    [facebook, ['facebook: redirect, id-token, access-token']],
    [{ ...firebase, firebaseProviders: ['google', 'phone'] }, ['google: firebase', 'phone: firebase']],
    [
      { ...firebase, firebaseProviders: ['facebook'], ...facebook },
      ['facebook: redirect, id-token, access-token, firebase'],
    ],
  ];
  for (const [signIn, expected] of cases) {
    t.strictSame(on(signIn), expected);
    const { redirects, tokens, firebase: opened } = await open(t, signIn);
    t.strictSame(
      [[...redirects.keys()], [...tokens.keys()], opened !== undefined],
      [
        expected.filter((each) => each.includes('redirect')).map((each) => each.split(':')[0]),
        expected.filter((each) => each.includes('token')).map((each) => each.split(':')[0]),
        expected.some((each) => each.includes('firebase')),
      ],
      'and opened',
    );
  }
});

t.test('what pages are told is public', async (t) => {
  const { serviceAccountKey } = await FirebaseCounterpart.listen(t);
  const config = configOf({
    googleClientId: 'web',
    googleClientSecret: 'secret-not-to-be-seen',
    facebookAppId: '1',
    facebookAppSecret: 'secret-not-to-be-seen',
    ...appleKey,
    appleServiceId: 'service',
    firebaseProjectId: 'a-project',
    firebaseServiceAccountKey: serviceAccountKey,
    firebaseProviders: ['phone'],
    firebaseApiKey: 'public',
  });
  const enabled = enabledProviders(config);
  t.strictSame(
    enabled.providers.map(({ provider, clientId }) => [provider, clientId]),
    [
      ['google', 'web'],
      ['apple', 'service'],
      ['facebook', '1'],
      ['phone', undefined],
    ],
  );
  t.strictSame(enabled.firebase, { apiKey: 'public', projectId: 'a-project', authDomain: 'a-project.firebaseapp.com' });
  t.notMatch(JSON.stringify(enabled), /not-to-be-seen|PRIVATE KEY|TEAM123456|KEY1234567/);
});

t.test('each is asked where it is', async (t) => {
  const redirectUri = 'https://example.com/callback';
  const google = await OpenIdCounterpart.listen(t, 'google', [{ id: 'web', secret: 'secret', redirectUri }]);
  const apple = await OpenIdCounterpart.listen(t, 'apple', [
    { id: 'service', secret: { publicKeyPem: publicKey, teamId: 'TEAM123456' }, redirectUri },
  ]);
  const facebook = await FacebookCounterpart.listen(t);
  facebook.apps.set('1', 'secret');
  const addresses = { google: google.issuer, apple: apple.issuer, facebook: facebook.addresses };
  const providers = await open(
    t,
    {
      googleClientId: 'web',
      googleClientSecret: 'secret',
      googleAppClientIds: ['ios'],
      ...appleKey,
      appleServiceId: 'service',
      appleBundleIds: ['app'],
      facebookAppId: '1',
      facebookAppSecret: 'secret',
    },
    addresses,
  );
  for (const [name, { issuer }] of [
    ['google', google],
    ['apple', apple],
    ['facebook', { issuer: facebook.server.url }],
  ] as const) {
    const flow = providers.redirects.get(name) as RedirectFlow;
    const secrets = redirectSecrets(redirectUri);
    const url = await flow.authorizationUrl({ ...secrets, state: 'a state' });
    t.equal(url.origin, issuer);
    const { fields } = await browse(issuer, url);
    t.equal((await flow.finish(fields, secrets)).provider, name);
  }
  const nonce = random();
  for (const [name, clientId, idToken] of [
    ['google', 'ios', await google.idToken('ios', nonce)],
    ['apple', 'app', await apple.idToken('app', nonce)],
    ['facebook', '1', await facebook.idToken('1', nonce)],
  ] as const)
    t.equal(await outcomeOf((providers.tokens.get(name) as TokenFlow).verify({ idToken, nonce })), 'fine', clientId);
});

t.test('a key of Apple’s on one line', async (t) => {
  const oneLine = { ...appleKey, applePrivateKey: privateKey.replaceAll('\n', '\\n'), appleServiceId: 'service' };
  t.ok((await open(t, oneLine)).apple);
});

t.test('the real ones are on https, and nobody’s configuration moves them', async (t) => {
  const asked: string[] = [];
  t.intercept(globalThis, 'fetch', {
    value: async (url: string) => {
      asked.push(new URL(url).origin);
      throw new TypeError('no network here');
    },
  });
  const providers = await open(t, {
    googleClientId: 'web',
    googleClientSecret: 'secret',
    ...appleKey,
    appleServiceId: 'service',
    facebookAppId: '1',
    facebookAppSecret: 'secret',
  });
  const secrets = redirectSecrets('https://example.com/callback');
  for (const flow of providers.redirects.values())
    t.equal(await outcomeOf(flow.finish({ code: 'a code' }, secrets)), 'away');
  const idToken = await (await SigningKey.make()).sign({});
  const facebook = providers.tokens.get('facebook') as TokenFlow;
  t.equal(await outcomeOf(facebook.verify({ idToken, nonce: 'a nonce' })), 'away');
  t.strictSame(asked, [
    'https://accounts.google.com',
    'https://appleid.apple.com',
    'https://graph.facebook.com',
    'https://limited.facebook.com',
    'https://www.facebook.com',
  ]);
});
