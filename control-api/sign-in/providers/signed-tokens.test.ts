import type { JWTPayload } from 'jose';
import t, { type Test } from 'tap';
import { createFakeClock } from '../../../server/testing/fake-clock.ts';
import { OpenIdCounterpart } from '../../../server/testing/sign-in/openid-counterpart.ts';
import { SigningKey } from '../../../server/testing/sign-in/signing-key.ts';
import { google } from './google.ts';
import type { TokenFlow } from './port.ts';
import { outcomeOf, random } from './testing/outcome.ts';

const client = 'web.example';
const nonce = random();

async function open(t: Test) {
  const counterpart = await OpenIdCounterpart.listen(t, 'google', []);
  const clock = createFakeClock(Date.now());
  const { token } = google({
    issuer: counterpart.issuer,
    webClientId: client,
    clientSecret: '',
    appClientIds: ['app.example'],
    clock,
  });
  return { counterpart, clock, token, claims: counterpart.claims(client, nonce) };
}

const outcome = (token: TokenFlow, idToken: string) => outcomeOf(token.verify({ idToken, nonce }));

t.test('what a token says', async (t) => {
  const { counterpart, token, claims } = await open(t);
  const now = claims.iat as number;
  const { nonce: _nonce, ...withoutNonce } = claims;
  const { exp: _exp, ...withoutEnd } = claims;
  const { iat: _iat, ...withoutStart } = claims;
  const { sub: _sub, ...withoutSubject } = claims;
  const { aud: _aud, ...withoutAudience } = claims;
  const { iss: _iss, ...withoutIssuer } = claims;
  const cases: readonly (readonly [string, string, JWTPayload])[] = [
    ['fine', 'as it should be', claims],
    ['audience', 'for another client', { ...claims, aud: 'another.example' }],
    ['fine', 'for two of ours, issued to one', { ...claims, aud: [client, 'app.example'], azp: 'app.example' }],
    ['audience', 'for two of ours, issued to who knows whom', { ...claims, aud: [client, 'app.example'] }],
    ['audience', 'for others as well', { ...claims, aud: [client, 'another.example'], azp: client }],
    ['audience', 'issued to another client', { ...claims, aud: [client, 'app.example'], azp: 'another.example' }],
    ['audience', 'for us, issued to another client', { ...claims, azp: 'another.example' }],
    ['audience', 'issued to nobody', { ...claims, azp: 7 }],
    ['claims', 'for nobody', withoutAudience],
    ['issuer', 'of another provider', { ...claims, iss: 'https://accounts.evil.example' }],
    ['issuer', 'of a provider that is named much alike', { ...claims, iss: `${claims.iss}/` }],
    ['claims', 'of nobody', withoutIssuer],
    ['nonce', 'of another sign-in', { ...claims, nonce: random() }],
    ['nonce', 'of no sign-in', withoutNonce],
    ['expired', 'too old', { ...claims, iat: now - 7200, exp: now - 61 }],
    ['fine', 'just over', { ...claims, iat: now - 3600, exp: now - 59 }],
    ['expired', 'issued long ago, and still good', { ...claims, iat: now - 86_400 - 61 }],
    ['claims', 'without an end', withoutEnd],
    ['claims', 'without a beginning', withoutStart],
    ['fine', 'by a clock that is a little ahead', { ...claims, iat: now + 59 }],
    ['not-yet', 'issued in the future', { ...claims, iat: now + 61 }],
    ['not-yet', 'for the future', { ...claims, nbf: now + 61 }],
    ['claims', 'about nobody', withoutSubject],
    ['claims', 'about an empty name', { ...claims, sub: '' }],
    ['claims', 'about a number', { ...claims, sub: 7 as never }],
    ['claims', 'about a name without end', { ...claims, sub: 'x'.repeat(256) }],
  ];
  for (const [expected, name, said] of cases)
    t.equal(await outcome(token, await counterpart.key.sign(said)), expected, name);
  t.equal(
    await outcomeOf(token.verify({ idToken: await counterpart.key.sign({ ...claims, nonce: '' }), nonce: '' })),
    'nonce',
    'nobody’s nonce',
  );
});

t.test('who signed it, and how', async (t) => {
  const { counterpart, token, claims } = await open(t);
  const { key } = counterpart;
  const stranger = await SigningKey.make();
  const good = await key.sign(claims);
  const [header = '', , signature = ''] = good.split('.');
  const otherClaims = Buffer.from(JSON.stringify({ ...claims, sub: 'victim' })).toString('base64url');
  t.equal(await outcome(token, key.unsigned(claims)), 'algorithm', 'nobody');
  t.equal(await outcome(token, key.signedWithPublicKey(claims)), 'algorithm', 'the public key as a secret');
  t.equal(await outcome(token, await key.signWith('RS384', claims)), 'algorithm', 'the key, by another algorithm');
  t.equal(await outcome(token, await stranger.sign(claims, key.kid)), 'signature', 'a stranger in its name');
  t.equal(await outcome(token, `${header}.${otherClaims}.${signature}`), 'signature', 'changed');
  t.equal(await outcome(token, `${header}.${otherClaims}.`), 'signature', 'taken off');
  for (const nothing of ['', 'a', 'a.b', 'a.b.c', `${good}.x`, `${good}${'x'.repeat(20_000)}`])
    t.equal(await outcome(token, nothing), 'malformed');
});

t.test('only the algorithm that the provider uses, also where its key would do for others', async (t) => {
  const { counterpart, token, claims } = await open(t);
  counterpart.namesAlgorithm = false;
  t.equal(await outcome(token, await counterpart.key.sign(claims)), 'fine');
  t.equal(await outcome(token, await counterpart.key.signWith('RS384', claims)), 'algorithm');
});

t.test('a provider that changes its key, and keys that nobody knows', async (t) => {
  const { counterpart, token, claims } = await open(t);
  const { server } = counterpart;
  t.equal(await outcome(token, await counterpart.key.sign(claims)), 'fine');
  t.equal(server.count('/certs'), 1);
  const stranger = await SigningKey.make();
  const flood = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => outcome(token, await stranger.sign(claims, `invented-${index}`))),
  );
  t.strictSame([...new Set(flood)], ['signature']);
  t.equal(server.count('/certs'), 1, 'the keys were fetched a moment ago');

  const old = counterpart.key;
  await counterpart.rotate();
  const { now } = Date;
  let later = 0;
  t.intercept(Date, 'now', { value: () => now() + later });
  later = 31_000;
  t.equal(await outcome(token, await counterpart.key.sign(claims)), 'fine', 'the new key');
  t.equal(server.count('/certs'), 2);
  t.equal(await outcome(token, await old.sign(claims)), 'signature', 'the old key');
  await Promise.all(Array.from({ length: 50 }, async () => outcome(token, await stranger.sign(claims))));
  t.equal(server.count('/certs'), 2);
});

t.test('what a provider says of itself', async (t) => {
  const { counterpart, clock, token, claims } = await open(t);
  const { server } = counterpart;
  const discovery = '/.well-known/openid-configuration';
  const day = 86_400_000;
  const verify = async () => {
    const iat = Math.floor(clock.now() / 1000);
    return outcome(token, await counterpart.key.sign({ ...claims, iat, exp: iat + 3600 }));
  };
  const document = { issuer: 'https://evil.example', jwks_uri: `${counterpart.issuer}/oauth2/v3/certs` };
  server.disturb = (path) =>
    path === discovery ? { kind: 'answer', status: 200, body: JSON.stringify(document) } : undefined;
  t.equal(await verify(), 'away', 'it must name who was asked');
  server.disturb = () => undefined;
  const asked = server.count(discovery);
  t.strictSame(await Promise.all([verify(), verify(), verify()]), ['fine', 'fine', 'fine']);
  t.equal(server.count(discovery), asked + 1, 'asked once');
  clock.advance(day);
  server.disturb = (path) => (path === discovery ? { kind: 'cut' } : undefined);
  t.equal(await verify(), 'fine', 'what is known holds while it does not answer');
  t.equal(await verify(), 'fine');
  t.equal(server.count(discovery), asked + 2, 'and it is not asked each time');
  server.disturb = () => undefined;
  clock.advance(day);
  t.equal(await verify(), 'fine');
  t.equal(server.count(discovery), asked + 3);
});

t.test('keys that come over plain HTTP are nobody’s', async (t) => {
  const document = { issuer: 'https://accounts.example', jwks_uri: 'http://accounts.example/keys' };
  const asked: string[] = [];
  t.intercept(globalThis, 'fetch', {
    value: async (url: string) => {
      asked.push(url);
      return Response.json(document);
    },
  });
  const { token } = google({
    issuer: document.issuer,
    webClientId: client,
    clientSecret: '',
    appClientIds: [],
    clock: createFakeClock(),
  });
  t.equal(await outcome(token, (await SigningKey.make()).unsigned({})), 'algorithm');
  t.equal(await outcome(token, await (await SigningKey.make()).sign({})), 'away');
  t.strictSame(asked, ['https://accounts.example/.well-known/openid-configuration']);
});
