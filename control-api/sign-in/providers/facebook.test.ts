import t, { type Test } from 'tap';
import { createFakeClock } from '../../../server/testing/fake-clock.ts';
import type { Disturbance } from '../../../server/testing/sign-in/counterpart-server.ts';
import { FacebookCounterpart } from '../../../server/testing/sign-in/facebook-counterpart.ts';
import { browse } from '../../../server/testing/sign-in/redirected-browser.ts';
import { SigningKey } from '../../../server/testing/sign-in/signing-key.ts';
import { facebook } from './facebook.ts';
import type { ProviderAnswer, RedirectFlow, RedirectSecrets } from './port.ts';
import { errorText, outcomeOf, random, redirectSecrets } from './testing/outcome.ts';

const app = { appId: '1234567890', appSecret: 'secret-not-to-be-seen' };
const redirectUri = 'https://example.com/facebook';
const person = { id: '1001', name: 'Some Body', email: 'some@example.com' };
const nonce = random();

async function open(t: Test, change: Partial<typeof app> = {}) {
  const counterpart = await FacebookCounterpart.listen(t);
  counterpart.apps.set(app.appId, app.appSecret).set('evil', 'secret of evil');
  counterpart.person = person;
  const clock = createFakeClock(Date.now());
  return { counterpart, clock, ...facebook({ ...app, ...change, addresses: counterpart.addresses, clock }) };
}

/** Goes there and comes back. */
async function goThrough({
  counterpart,
  redirect,
}: {
  counterpart: FacebookCounterpart;
  redirect: RedirectFlow;
}): Promise<{ answer: ProviderAnswer; state: string | undefined; secrets: RedirectSecrets }> {
  const secrets = redirectSecrets(redirectUri);
  const url = await redirect.authorizationUrl({ ...secrets, state: 'a state' });
  const { fields } = await browse(counterpart.server.url, url);
  return { answer: fields, state: fields['state'], secrets };
}

t.test('there and back', async (t) => {
  const opened = await open(t);
  const { answer, state, secrets } = await goThrough(opened);
  t.equal(state, 'a state');
  const expected = {
    provider: 'facebook',
    subject: '1001',
    email: 'some@example.com',
    emailIsProven: false,
    name: 'Some Body',
  } as const;
  t.strictSame(await opened.redirect.finish(answer, secrets), expected);

  opened.counterpart.givesIdTokens = false;
  const without = await goThrough(opened);
  t.strictSame(await opened.redirect.finish(without.answer, without.secrets), expected, 'an app that gets no ID token');
});

t.test('a code works once, for the browser that began', async (t) => {
  const opened = await open(t);
  const { redirect } = opened;
  const first = await goThrough(opened);
  await redirect.finish(first.answer, first.secrets);
  t.equal(await outcomeOf(redirect.finish(first.answer, first.secrets)), 'code', 'it was used');
  const other = await goThrough(opened);
  for (const change of [{ codeVerifier: random() }, { redirectUri: 'https://example.com/elsewhere' }])
    t.equal(await outcomeOf(redirect.finish(other.answer, { ...other.secrets, ...change })), 'code');
  t.equal(await outcomeOf(redirect.finish(other.answer, { ...other.secrets, nonce: random() })), 'nonce');
  t.equal(await outcomeOf(redirect.finish({ code: 'invented' }, other.secrets)), 'code');
  t.equal(await outcomeOf(redirect.finish({}, other.secrets)), 'code');

  const mixed = await goThrough(opened);
  opened.counterpart.tamper = (claims) => ({ ...claims, sub: 'another' });
  t.equal(await outcomeOf(redirect.finish(mixed.answer, mixed.secrets)), 'claims', 'two people at once');
  opened.counterpart.givesUp = true;
  const given = await goThrough(opened);
  t.equal(await outcomeOf(redirect.finish(given.answer, given.secrets)), 'cancelled');
});

t.test('a token that another app got lets nobody in', async (t) => {
  const { counterpart, token } = await open(t);
  const accessToken = counterpart.giveToken('evil');
  t.equal(await outcomeOf(token.verify({ accessToken, nonce })), 'audience', 'Facebook does not tell');
  // It does not have to be that kind.
  counterpart.tellsAboutAll = true;
  t.equal(await outcomeOf(token.verify({ accessToken, nonce })), 'audience');
  t.equal(counterpart.server.count('/me'), 0, 'and nobody is asked for with it');
});

t.test('access tokens', async (t) => {
  const { counterpart, clock, token } = await open(t);
  const verify = async (change: Parameters<FacebookCounterpart['change']>[1] = {}) => {
    const accessToken = counterpart.giveToken(app.appId);
    counterpart.change(accessToken, change);
    return token.verify({ accessToken, nonce });
  };
  const now = Math.floor(clock.now() / 1000);
  t.match(await verify(), { subject: '1001', email: 'some@example.com', emailIsProven: false });
  t.match(await verify({ expiresAt: 0 }), { subject: '1001' }, 'without an end');
  t.equal(await outcomeOf(verify({ expiresAt: now })), 'expired');
  t.equal(await outcomeOf(verify({ isValid: false })), 'revoked');
  t.equal(await outcomeOf(verify({ type: 'PAGE' })), 'claims');
  t.equal(await outcomeOf(verify({ type: 'APP' })), 'claims');
  t.equal(await outcomeOf(token.verify({ accessToken: 'invented', nonce })), 'revoked');
  t.equal(await outcomeOf(token.verify({ nonce })), 'malformed');

  const accessToken = counterpart.giveToken(app.appId);
  counterpart.server.disturb = (path) =>
    path.endsWith('/me') ? { kind: 'answer', status: 200, body: JSON.stringify({ id: 'another' }) } : undefined;
  t.equal(await outcomeOf(token.verify({ accessToken, nonce })), 'claims', 'two answers, two people');
});

t.test('people without an address, or who keep it to themselves', async (t) => {
  const opened = await open(t);
  const { counterpart, token, redirect } = opened;
  const emailOf = async (scopes?: readonly string[]) =>
    (await token.verify({ accessToken: counterpart.giveToken(app.appId, scopes), nonce })).email;
  t.equal(await emailOf(['public_profile']), undefined);
  counterpart.person = { id: '1002', name: 'By Phone' };
  t.equal(await emailOf(), undefined);
  counterpart.person = person;
  counterpart.refused = ['email'];
  const { answer, secrets } = await goThrough(opened);
  t.match(await redirect.finish(answer, secrets), { subject: '1001', email: undefined, name: 'Some Body' });
});

t.test('tokens of Limited Login', async (t) => {
  const { counterpart, token } = await open(t);
  const verify = async (change: object = {}, key = counterpart.key) =>
    token.verify({
      idToken: await key.sign({ ...counterpart.claims(app.appId, nonce), ...change }, counterpart.key.kid),
      nonce,
    });
  t.strictSame(await verify(), {
    provider: 'facebook',
    subject: '1001',
    email: 'some@example.com',
    emailIsProven: false,
    name: 'Some Body',
    authenticatedAt: undefined,
  });
  t.match(await verify({ email_verified: true }), { emailIsProven: false }, 'which nothing says');
  t.match(await verify({ iss: counterpart.addresses.limited }), { subject: '1001' }, 'its host of its own');
  const now = Math.floor(Date.now() / 1000);
  for (const [refusal, change] of [
    ['audience', { aud: 'evil' }],
    ['issuer', { iss: 'https://facebook.evil.example' }],
    ['nonce', { nonce: random() }],
    ['nonce', { nonce: undefined }],
    ['expired', { iat: now - 7200, exp: now - 3600 }],
    ['not-yet', { iat: now + 3600 }],
    ['claims', { sub: '' }],
  ] as const)
    t.equal(await outcomeOf(verify(change)), refusal, refusal);
  t.equal(await outcomeOf(verify({}, await SigningKey.make())), 'signature');
  const claims = counterpart.claims(app.appId, nonce);
  for (const idToken of [counterpart.key.unsigned(claims), counterpart.key.signedWithPublicKey(claims)])
    t.equal(await outcomeOf(token.verify({ idToken, nonce })), 'algorithm');
  // A signed token counts, whatever else is brought.
  const accessToken = counterpart.giveToken(app.appId);
  t.equal(await outcomeOf(token.verify({ idToken: 'nothing', accessToken, nonce })), 'malformed');
});

t.test('keys of either host', async (t) => {
  const { counterpart, token } = await open(t);
  const verify = async () => token.verify({ idToken: await counterpart.idToken(app.appId, nonce), nonce });
  counterpart.server.disturb = (path) => (path.startsWith('/limited/') ? { kind: 'cut' } : undefined);
  t.equal(await outcomeOf(verify()), 'fine', 'one does not answer');
  counterpart.server.disturb = (path) =>
    path.startsWith('/limited/') ? { kind: 'answer', status: 200, body: '{"keys":[]}' } : undefined;
  t.equal(await outcomeOf(verify()), 'fine', 'one does not have it');
});

t.test('an app that Facebook does not know is the operator’s business', async (t) => {
  const wrong = await open(t, { appSecret: 'another-not-to-be-seen' });
  const { answer, secrets } = await goThrough(wrong);
  const accessToken = wrong.counterpart.giveToken(app.appId);
  for (const asking of [
    () => wrong.redirect.finish(answer, secrets),
    () => wrong.token.verify({ accessToken, nonce }),
  ]) {
    t.equal(await outcomeOf(asking()), 'operator');
    t.notMatch(await errorText(asking()), new RegExp(`not-to-be-seen|${answer.code}|${accessToken}`));
  }
});

t.test('Facebook asks for a proof that we know the secret', async (t) => {
  const { counterpart, token } = await open(t);
  const accessToken = counterpart.giveToken(app.appId);
  const { fetch } = globalThis;
  t.intercept(globalThis, 'fetch', {
    value: (url: string, options: RequestInit) =>
      fetch(url.replace(/appsecret_proof=\w+/, 'appsecret_proof=0'), options),
  });
  t.equal(await outcomeOf(token.verify({ accessToken, nonce })), 'operator');
});

t.test('Facebook does not answer, or not with sense', async (t) => {
  const error = (code: number, more = {}) => JSON.stringify({ error: { message: 'x', code, ...more } });
  const disturbances: Readonly<Record<string, Disturbance>> = {
    'a failure': { kind: 'answer', status: 500, body: error(2) },
    'too many requests': { kind: 'answer', status: 400, body: error(4) },
    'something that passes': { kind: 'answer', status: 400, body: error(100, { is_transient: true }) },
    'a page': { kind: 'answer', status: 200, body: '<h1>Hello</h1>', type: 'text/html' },
    'an empty object': { kind: 'answer', status: 200, body: '{}' },
    'a page for an error': { kind: 'answer', status: 400, body: '<h1>Hello</h1>', type: 'text/html' },
    'bytes without end': { kind: 'flood' },
    'a broken connection': { kind: 'cut' },
    'another address': { kind: 'redirect', to: 'https://evil.example/' },
  };
  for (const [name, disturbance] of Object.entries(disturbances)) {
    for (const ending of ['/oauth/access_token', '/debug_token', '/me', '/jwks/']) {
      const opened = await open(t);
      const { answer, secrets } = await goThrough(opened);
      opened.counterpart.server.disturb = (path) => (path.endsWith(ending) ? disturbance : undefined);
      const finishing = opened.redirect.finish(answer, secrets);
      t.equal(await outcomeOf(finishing), 'away', `${name} at ${ending}`);
      t.notMatch(await errorText(finishing), new RegExp(`not-to-be-seen|${answer.code}|EAA`));
    }
  }
});
