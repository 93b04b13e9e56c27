import type { JWTPayload } from 'jose';
import t, { type Test } from 'tap';
import { systemClock } from '../../../server/kit/clock.ts';
import type { Disturbance } from '../../../server/testing/sign-in/counterpart-server.ts';
import { FirebaseCounterpart } from '../../../server/testing/sign-in/firebase-counterpart.ts';
import { SigningKey } from '../../../server/testing/sign-in/signing-key.ts';
import { openFirebase, type FirebaseOptions } from './firebase.ts';
import { errorText, outcomeOf } from './testing/outcome.ts';

const google = { email: 'Some.Body@gmail.com', email_verified: true, name: 'Some Body' };

async function open(t: Test, change: Partial<FirebaseOptions> = {}) {
  const counterpart = await FirebaseCounterpart.listen(t);
  const { projectId, serviceAccountKey } = counterpart;
  const firebase = await openFirebase({
    projectId,
    serviceAccountKey,
    providers: ['google', 'apple', 'facebook', 'phone'],
    clock: systemClock,
    ...change,
  });
  t.teardown(() => firebase.close());
  const verify = async (claims: JWTPayload) => firebase.verify(await counterpart.key.sign(claims));
  return { counterpart, firebase, verify };
}

t.test('by whom they came', async (t) => {
  const { counterpart, verify } = await open(t);
  const authenticatedAt = Math.floor(Date.now() / 1000) - 100;
  const claims = (provider: string, subject: string, more: JWTPayload) =>
    counterpart.claims(provider, subject, { auth_time: authenticatedAt, ...more });
  t.strictSame(await verify(claims('google.com', '1234', google)), {
    provider: 'google',
    subject: '1234',
    name: 'Some Body',
    firebaseUser: 'user-of-1234',
    authenticatedAt: authenticatedAt * 1000,
    email: 'Some.Body@gmail.com',
    emailIsProven: true,
  });
  t.match(await verify(claims('apple.com', '000.1', { email: 'x@privaterelay.appleid.com', email_verified: true })), {
    provider: 'apple',
    subject: '000.1',
    emailIsProven: true,
  });
  t.match(await verify(claims('facebook.com', '1001', google)), {
    provider: 'facebook',
    subject: '1001',
    email: 'Some.Body@gmail.com',
    emailIsProven: false,
  });
  t.match(await verify(claims('phone', '+4915112345678', { phone_number: '+4915112345678', ...google })), {
    provider: 'phone',
    subject: '+4915112345678',
    phone: '+4915112345678',
    email: undefined,
    emailIsProven: false,
  });
});

t.test('addresses that Firebase’s providers are no authority for', async (t) => {
  const { counterpart, verify } = await open(t);
  const proven = async (provider: string, said: JWTPayload) =>
    (await verify(counterpart.claims(provider, '1', said))).emailIsProven;
  t.equal(await proven('google.com', { email: 'x@company.example', email_verified: true }), false);
  t.equal(
    await proven('google.com', { email: 'x@company.example', email_verified: true, hd: 'company.example' }),
    false,
  );
  t.equal(await proven('google.com', { email: 'x@gmail.com', email_verified: false }), false);
  t.equal(await proven('apple.com', { email: 'x@company.example', email_verified: false }), false);
  t.equal(await proven('apple.com', {}), false);
});

t.test('who signed in by another way', async (t) => {
  const { counterpart, verify } = await open(t);
  for (const way of ['password', 'anonymous', 'custom', 'github.com', 'saml.company', 'emailLink', 'constructor'])
    t.equal(await outcomeOf(verify(counterpart.claims(way, '1', google))), 'unsupported', way);
  const only = await open(t, { providers: ['google'] });
  t.equal(await outcomeOf(only.verify(only.counterpart.claims('facebook.com', '1'))), 'unsupported', 'not switched on');
  t.equal(await outcomeOf(only.verify(only.counterpart.claims('google.com', '1'))), 'fine');
});

t.test('what a token says', async (t) => {
  const { counterpart, verify } = await open(t);
  const now = Math.floor(Date.now() / 1000);
  const firebase = { sign_in_provider: 'google.com', identities: { 'google.com': ['1'] } };
  const cases: readonly (readonly [string, JWTPayload])[] = [
    ['audience', { aud: 'another-project' }],
    ['issuer', { iss: 'https://securetoken.google.com/another-project' }],
    ['expired', { iat: now - 7200, exp: now - 3600 }],
    ['not-yet', { iat: now + 3600 }],
    ['not-yet', { auth_time: now + 3600 }],
    ['claims', { sub: '' }],
    ['claims', { firebase: { ...firebase, identities: {} } }],
    ['claims', { firebase: { ...firebase, identities: { 'google.com': [] } } }],
    ['claims', { firebase: { ...firebase, identities: { 'google.com': [7] } } }],
    ['claims', { firebase: { sign_in_provider: 'phone', identities: { phone: ['0151 1234'] } } }],
    ['audience', { firebase: { ...firebase, tenant: 'others' } }],
  ];
  for (const [refusal, change] of cases)
    t.equal(await outcomeOf(verify(counterpart.claims('google.com', '1', change))), refusal, JSON.stringify(change));
});

t.test('who signed it', async (t) => {
  const { counterpart, firebase } = await open(t);
  const claims = counterpart.claims('google.com', '1');
  const stranger = await SigningKey.make();
  const { key } = counterpart;
  for (const [refusal, idToken] of [
    ['algorithm', key.unsigned(claims)],
    ['algorithm', key.signedWithPublicKey(claims)],
    ['algorithm', await key.signWith('RS384', claims)],
    ['signature', await stranger.sign(claims, key.kid)],
    ['signature', await stranger.sign(claims)],
    ['malformed', 'nothing'],
    ['malformed', ''],
  ] as const)
    t.equal(await outcomeOf(firebase.verify(idToken)), refusal);
  const asked = counterpart.server.count('.gserviceaccount.com');
  await Promise.all(Array.from({ length: 20 }, async () => outcomeOf(firebase.verify(await stranger.sign(claims)))));
  t.equal(
    counterpart.server.count('.gserviceaccount.com'),
    asked,
    'keys that nobody knows are not asked for each time',
  );
});

t.test('sign-ins that Firebase has ended since', async (t) => {
  const { counterpart, verify } = await open(t);
  const claims = counterpart.claims('google.com', '1');
  const user = counterpart.users.get('user-of-1') ?? { disabled: false, validSince: 0 };
  user.validSince = Number(claims['auth_time']) + 1;
  t.equal(await outcomeOf(verify(claims)), 'revoked');
  user.validSince = 0;
  user.disabled = true;
  t.equal(await outcomeOf(verify(claims)), 'revoked');
  counterpart.users.clear();
  t.equal(await outcomeOf(verify(claims)), 'revoked');
});

t.test('users are deleted with their account', async (t) => {
  const { counterpart, firebase, verify } = await open(t);
  const { firebaseUser = '' } = await verify(counterpart.claims('google.com', '1'));
  t.equal(counterpart.users.has(firebaseUser), true);
  await firebase.deleteUser(firebaseUser);
  t.equal(counterpart.users.has(firebaseUser), false);
  await firebase.deleteUser(firebaseUser);
});

t.test('a service account that Google does not know is the operator’s business', async (t) => {
  const { counterpart, firebase, verify } = await open(t);
  counterpart.keyIsRefused = true;
  const asking = () => verify(counterpart.claims('google.com', '1'));
  t.equal(await outcomeOf(asking()), 'operator');
  t.notMatch(await errorText(asking()), /PRIVATE KEY|assertion|eyJ/);
  t.equal(await outcomeOf(firebase.deleteUser('user-of-1')), 'operator');
});

t.test('Google does not answer, or not with sense', async (t) => {
  const disturbances: Readonly<Record<string, Disturbance>> = {
    'a failure': { kind: 'answer', status: 500, body: '{"error":{"code":500,"message":"x"}}' },
    'a page': { kind: 'answer', status: 200, body: '<h1>Hello</h1>', type: 'text/html' },
    silence: { kind: 'silence' },
  };
  const { timeout } = AbortSignal;
  const waits: number[] = [];
  t.intercept(AbortSignal, 'timeout', {
    value: (ms: number) => {
      waits.push(ms);
      return timeout.call(AbortSignal, Math.min(ms, 300));
    },
  });
  for (const [name, disturbance] of Object.entries(disturbances)) {
    for (const ending of ['.gserviceaccount.com', '/token', 'accounts:lookup']) {
      const { counterpart, verify } = await open(t);
      counterpart.server.disturb = (path) => (path.endsWith(ending) ? disturbance : undefined);
      const asking = verify(counterpart.claims('google.com', '1'));
      t.equal(await outcomeOf(asking), 'away', `${name} at ${ending}`);
      t.notMatch(await errorText(asking), /PRIVATE KEY|assertion|eyJ/);
    }
  }
  t.ok(Math.max(...waits) <= 10_000, 'ten seconds at most');
});

t.test('an emulator in the environment lets nobody in', async (t) => {
  t.intercept(process, 'env', { value: { ...process.env, FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9' } });
  await t.rejects(open(t), { name: 'OperatorError', message: /FIREBASE_AUTH_EMULATOR_HOST is set/ });
});

t.test('an emulator that comes into the environment later is not believed', async (t) => {
  const { counterpart, firebase } = await open(t);
  t.intercept(process, 'env', { value: { ...process.env, FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9' } });
  const forged = counterpart.key.unsigned(counterpart.claims('google.com', '1'));
  t.equal(await outcomeOf(firebase.verify(forged)), 'algorithm');
});
