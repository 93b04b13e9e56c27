import t, { type Test } from 'tap';
import { systemClock } from '../../../server/kit/clock.ts';
import type { Disturbance } from '../../../server/testing/sign-in/counterpart-server.ts';
import { OpenIdCounterpart } from '../../../server/testing/sign-in/openid-counterpart.ts';
import { SigningKey } from '../../../server/testing/sign-in/signing-key.ts';
import { google } from './google.ts';
import type { ProviderAnswer, RedirectFlow, RedirectSecrets } from './port.ts';
import { errorText, outcomeOf, random, redirectSecrets } from './testing/outcome.ts';

const web = { id: 'web.example', secret: 'secret-not-to-be-seen', redirectUri: 'http://localhost/google' };
const person = { sub: '1234', email: 'Some.Body@gmail.com', email_verified: true, name: 'Some Body' };

async function open(t: Test, { clientSecret = web.secret, webClientId = web.id } = {}) {
  const counterpart = await OpenIdCounterpart.listen(t, 'google', [web]);
  counterpart.person = person;
  const { redirect, token } = google({
    issuer: counterpart.issuer,
    webClientId,
    clientSecret,
    appClientIds: ['ios.example', 'android.example'],
    clock: systemClock,
  });
  return { counterpart, redirect, token };
}

/** Goes there and comes back. */
async function goThrough(
  { counterpart, redirect }: { counterpart: OpenIdCounterpart; redirect: RedirectFlow },
  state = 'a state',
): Promise<{ answer: ProviderAnswer; secrets: RedirectSecrets; state: string | undefined }> {
  const secrets = redirectSecrets(web.redirectUri);
  const { fields } = await counterpart.browse(await redirect.authorizationUrl({ ...secrets, state }));
  return { answer: fields, secrets, state: fields['state'] };
}

t.test('there and back', async (t) => {
  const opened = await open(t);
  const { answer, secrets, state } = await goThrough(opened);
  t.equal(state, 'a state');
  t.strictSame(await opened.redirect.finish(answer, secrets), {
    provider: 'google',
    subject: '1234',
    email: 'Some.Body@gmail.com',
    emailIsProven: true,
    name: 'Some Body',
    authenticatedAt: undefined,
  });
});

t.test('the address keeps what the browser could see to itself', async (t) => {
  const { redirect } = await open(t);
  const secrets = redirectSecrets(web.redirectUri);
  const url = await redirect.authorizationUrl({ ...secrets, state: 'a state' });
  t.match(Object.fromEntries(url.searchParams), {
    client_id: web.id,
    response_type: 'code',
    scope: 'openid email profile',
    redirect_uri: web.redirectUri,
    state: 'a state',
    nonce: secrets.nonce,
    code_challenge_method: 'S256',
  });
  t.notMatch(url.href, new RegExp(`${secrets.codeVerifier}|${web.secret}`));
});

t.test('a code works once, for the browser that began', async (t) => {
  const opened = await open(t);
  const { redirect } = opened;
  const first = await goThrough(opened);
  await redirect.finish(first.answer, first.secrets);
  t.equal(await outcomeOf(redirect.finish(first.answer, first.secrets)), 'code', 'it was used');

  const stolen = await goThrough(opened);
  const own = redirectSecrets(web.redirectUri);
  t.equal(
    await outcomeOf(redirect.finish(stolen.answer, { ...stolen.secrets, codeVerifier: own.codeVerifier })),
    'code',
    'the verifier is another browser’s',
  );
  const other = await goThrough(opened);
  t.equal(await outcomeOf(redirect.finish(other.answer, { ...other.secrets, nonce: own.nonce })), 'nonce');
  const elsewhere = await goThrough(opened);
  const redirectUri = 'http://localhost/elsewhere';
  t.equal(await outcomeOf(redirect.finish(elsewhere.answer, { ...elsewhere.secrets, redirectUri })), 'code');
  t.equal(await outcomeOf(redirect.finish({ ...first.answer, code: 'invented' }, first.secrets)), 'code');
  t.equal(await outcomeOf(redirect.finish({}, first.secrets)), 'code');
});

t.test('who answers is who was asked (RFC 9207)', async (t) => {
  const opened = await open(t);
  const { answer, secrets } = await goThrough(opened);
  t.equal(await outcomeOf(opened.redirect.finish({ ...answer, iss: 'https://evil.example' }, secrets)), 'issuer');
  t.equal(await outcomeOf(opened.redirect.finish({ code: answer.code }, secrets)), 'issuer', 'it always names itself');
  t.equal(await outcomeOf(opened.redirect.finish(answer, secrets)), 'fine');
});

t.test('who gives up', async (t) => {
  const opened = await open(t);
  opened.counterpart.givesUp = true;
  const { answer, secrets } = await goThrough(opened);
  t.equal(await outcomeOf(opened.redirect.finish(answer, secrets)), 'cancelled');
  t.equal(await outcomeOf(opened.redirect.finish({ error: 'temporarily_unavailable' }, secrets)), 'away');
  t.equal(await outcomeOf(opened.redirect.finish({ error: 'interaction_required' }, secrets)), 'code');
});

t.test('a token that the exchange gives is verified like any other', async (t) => {
  const opened = await open(t);
  const { counterpart, redirect } = opened;
  const now = Math.floor(Date.now() / 1000);
  const stranger = await SigningKey.make();
  const cases: readonly (readonly [string, Partial<Pick<OpenIdCounterpart, 'tamper' | 'forge'>>])[] = [
    ['audience', { tamper: (claims) => ({ ...claims, aud: 'another.example' }) }],
    ['issuer', { tamper: (claims) => ({ ...claims, iss: 'https://evil.example' }) }],
    ['expired', { tamper: (claims) => ({ ...claims, iat: now - 7200, exp: now - 3600 }) }],
    ['not-yet', { tamper: (claims) => ({ ...claims, iat: now + 3600, exp: now + 7200 }) }],
    ['nonce', { tamper: (claims) => ({ ...claims, nonce: random() }) }],
    ['audience', { tamper: (claims) => ({ ...claims, azp: 'another.example' }) }],
    ['signature', { forge: (claims) => stranger.sign(claims, counterpart.key.kid) }],
    ['signature', { forge: (claims) => stranger.sign(claims) }],
  ];
  for (const [refusal, change] of cases) {
    Object.assign(counterpart, { tamper: (claims: object) => claims, forge: undefined }, change);
    const { answer, secrets } = await goThrough(opened);
    t.equal(await outcomeOf(redirect.finish(answer, secrets)), refusal, refusal);
  }
});

t.test('a client that Google does not know is the operator’s business', async (t) => {
  const wrong = await open(t, { clientSecret: 'another-not-to-be-seen' });
  const { answer, secrets } = await goThrough(wrong);
  const finishing = () => wrong.redirect.finish(answer, secrets);
  t.equal(await outcomeOf(finishing()), 'operator');
  t.notMatch(await errorText(finishing()), new RegExp(`not-to-be-seen|${answer.code}|${secrets.codeVerifier}`));
});

t.test('a provider that does not answer, or not with sense, is away', async (t) => {
  const disturbances: Readonly<Record<string, Disturbance>> = {
    'a failure': { kind: 'answer', status: 503 },
    'too many requests': { kind: 'answer', status: 429 },
    'a page': { kind: 'answer', status: 200, body: '<h1>Hello</h1>', type: 'text/html' },
    'a page that says it is JSON': { kind: 'answer', status: 200, body: '<h1>Hello</h1>' },
    'an empty object': { kind: 'answer', status: 200, body: '{}' },
    'nothing there': { kind: 'answer', status: 404, body: 'Not found', type: 'text/plain' },
    'bytes without end': { kind: 'flood' },
    'a broken connection': { kind: 'cut' },
  };
  for (const [name, disturbance] of Object.entries(disturbances)) {
    for (const path of ['/.well-known/openid-configuration', '/token', '/oauth2/v3/certs']) {
      const opened = await open(t);
      const { answer, secrets } = await goThrough(opened);
      // What was found out before is not asked again.
      const fresh = await reopen(opened.counterpart);
      opened.counterpart.server.disturb = (asked) => (asked === path ? disturbance : undefined);
      const finishing = fresh.finish(answer, secrets);
      t.equal(await outcomeOf(finishing), 'away', `${name} at ${path}`);
      t.notMatch(await errorText(finishing), new RegExp(`not-to-be-seen|${answer.code}|${secrets.codeVerifier}`));
      // Most of it lies in the buffers of the two sockets.
      t.ok(opened.counterpart.server.poured < 32 * 1024 * 1024, 'nothing is read without end');
    }
  }
});

async function reopen({ issuer }: OpenIdCounterpart): Promise<RedirectFlow> {
  const options = { issuer, webClientId: web.id, clientSecret: web.secret, appClientIds: [], clock: systemClock };
  return google(options).redirect;
}

t.test('redirects are not followed: what is sent is for the one that was asked', async (t) => {
  const opened = await open(t);
  const other = await OpenIdCounterpart.listen(t, 'google', [web]);
  const { answer, secrets } = await goThrough(opened);
  const { server } = opened.counterpart;
  server.disturb = (path) => (path === '/token' ? { kind: 'redirect', to: `${other.issuer}/token` } : undefined);
  t.equal(await outcomeOf(opened.redirect.finish(answer, secrets)), 'away');
  t.strictSame(other.server.asked, []);
});

t.test('a provider is not waited for without end', async (t) => {
  const opened = await open(t);
  const { answer, secrets } = await goThrough(opened);
  opened.counterpart.server.disturb = (path) => (path === '/token' ? { kind: 'silence' } : undefined);
  const { timeout } = AbortSignal;
  const waits: number[] = [];
  t.intercept(AbortSignal, 'timeout', {
    value: (ms: number) => {
      waits.push(ms);
      return timeout.call(AbortSignal, Math.min(ms, 20));
    },
  });
  t.equal(await outcomeOf(opened.redirect.finish(answer, secrets)), 'away');
  t.ok(Math.min(...waits) <= 10_000, 'ten seconds at most');
});

t.test('a provider that is gone, and comes again', async (t) => {
  const opened = await open(t);
  const returns = await opened.counterpart.server.leave();
  t.equal(await outcomeOf(goThrough(opened)), 'away');
  await returns();
  const { answer, secrets } = await goThrough(opened);
  t.equal(await outcomeOf(opened.redirect.finish(answer, secrets)), 'fine');
});

t.test('tokens that apps and the button bring', async (t) => {
  const { counterpart, token } = await open(t);
  const nonce = random();
  const verify = async (clientId: string) =>
    token.verify({ idToken: await counterpart.idToken(clientId, nonce), nonce });
  for (const clientId of [web.id, 'ios.example', 'android.example'])
    t.match(await verify(clientId), { subject: '1234' });
  t.equal(await outcomeOf(verify('another.example')), 'audience');
  t.equal(await outcomeOf(token.verify({ nonce })), 'malformed');

  counterpart.tamper = (claims) => ({ ...claims, iss: counterpart.issuer.replace('http://', '') });
  t.match(await verify(web.id), { subject: '1234' }, 'older SDKs leave out the scheme');
  counterpart.tamper = (claims) => ({ ...claims, aud: web.id, azp: 'android.example' });
  t.match(await verify(web.id), { subject: '1234' }, 'an Android app gets a token for the server');
});

t.test('Google is the authority for its own mail and for the domains it runs', async (t) => {
  const { counterpart, token } = await open(t);
  const nonce = random();
  const proven = async (said: object): Promise<boolean> => {
    counterpart.tamper = (claims) => ({ ...claims, ...said });
    const { emailIsProven } = await token.verify({ idToken: await counterpart.idToken(web.id, nonce), nonce });
    return emailIsProven;
  };
  t.equal(await proven({}), true);
  t.equal(await proven({ email: 'some@googlemail.com' }), true);
  t.equal(await proven({ email: 'some@company.example', hd: 'Company.example' }), true);
  t.equal(await proven({ email: 'some@company.example' }), false, 'a Google account on an address of others');
  t.equal(await proven({ email: 'some@company.example', hd: 'other.example' }), false);
  t.equal(await proven({ email: 'some@sub.company.example', hd: 'company.example' }), false);
  t.equal(await proven({ email: 'victim@company.example@gmail.com' }), false, 'no address at all');
  t.equal(await proven({ email: 'some@gmail.com.evil.example' }), false);
  t.equal(await proven({ email_verified: false }), false);
  t.equal(await proven({ email_verified: 'true' }), false);
  t.equal(await proven({ email: 'some@company.example', hd: 'company.example', email_verified: false }), false);
  t.equal(await proven({ email: undefined }), false);
});
