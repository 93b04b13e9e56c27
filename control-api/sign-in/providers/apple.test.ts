import { createPrivateKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, exportPKCS8, exportSPKI, generateKeyPair, type JWTPayload } from 'jose';
import t, { type Test } from 'tap';
import { systemClock } from '../../../server/kit/clock.ts';
import { OpenIdCounterpart } from '../../../server/testing/sign-in/openid-counterpart.ts';
import type { BrowserAnswer } from '../../../server/testing/sign-in/redirected-browser.ts';
import { apple } from './apple.ts';
import type { ProviderAnswer, RedirectFlow, RedirectSecrets } from './port.ts';
import { errorText, outcomeOf, random, redirectSecrets } from './testing/outcome.ts';

const serviceId = 'com.example.service';
const bundleId = 'com.example.app';
const redirectUri = 'https://example.com/apple';
const team = { teamId: 'TEAM123456', keyId: 'KEY1234567' };
const person = {
  sub: '000123.abc',
  email: 'relayed@privaterelay.appleid.com',
  email_verified: 'true',
  is_private_email: 'true',
  firstName: 'Some',
  lastName: 'Body',
};

async function open(t: Test, change: Partial<typeof team> = {}) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const secret = { publicKeyPem: await exportSPKI(publicKey), teamId: team.teamId };
  const counterpart = await OpenIdCounterpart.listen(t, 'apple', [
    { id: serviceId, secret, redirectUri },
    { id: bundleId, secret, redirectUri: 'https://example.com/no-redirect', isApp: true },
  ]);
  counterpart.person = person;
  const { redirect, ...flows } = apple({
    issuer: counterpart.issuer,
    serviceId,
    bundleIds: [bundleId],
    ...team,
    ...change,
    privateKey: createPrivateKey(await exportPKCS8(privateKey)),
    clock: systemClock,
  });
  return { counterpart, redirect, ...flows };
}

/** Goes there and comes back. */
async function goThrough({
  counterpart,
  redirect,
}: {
  counterpart: OpenIdCounterpart;
  redirect: RedirectFlow;
}): Promise<{ back: BrowserAnswer; answer: ProviderAnswer; secrets: RedirectSecrets }> {
  const secrets = redirectSecrets(redirectUri);
  const back = await counterpart.browse(await redirect.authorizationUrl({ ...secrets, state: 'a state' }));
  return { back, answer: back.fields, secrets };
}

t.test('there and back; the name comes once', async (t) => {
  const opened = await open(t);
  const first = await goThrough(opened);
  t.match(first.back, { method: 'POST', to: redirectUri, fields: { state: 'a state' } });
  const identity = await opened.redirect.finish(first.answer, first.secrets);
  t.match(identity, {
    provider: 'apple',
    subject: person.sub,
    email: person.email,
    emailIsProven: true,
    name: 'Some Body',
    grant: { clientId: serviceId, refreshToken: /./ },
  });
  const second = await goThrough(opened);
  t.equal(second.answer.user, undefined);
  t.equal((await opened.redirect.finish(second.answer, second.secrets)).name, undefined);
});

t.test('codes, verifiers, nonces and people who give up', async (t) => {
  const opened = await open(t);
  const { redirect } = opened;
  const { answer, secrets } = await goThrough(opened);
  await redirect.finish(answer, secrets);
  t.equal(await outcomeOf(redirect.finish(answer, secrets)), 'code', 'it was used');
  for (const [refusal, change] of [
    ['code', { codeVerifier: random() }],
    ['nonce', { nonce: random() }],
  ] as const) {
    const next = await goThrough(opened);
    t.equal(await outcomeOf(redirect.finish(next.answer, { ...next.secrets, ...change })), refusal);
  }
  opened.counterpart.givesUp = true;
  const given = await goThrough(opened);
  t.equal(await outcomeOf(redirect.finish(given.answer, given.secrets)), 'cancelled');
});

t.test('what nobody signed is a name to show at most', async (t) => {
  const opened = await open(t);
  const nameFor = async (user: string) => {
    const { answer, secrets } = await goThrough(opened);
    const { name, email } = await opened.redirect.finish({ ...answer, user }, secrets);
    t.equal(email, person.email);
    return name;
  };
  const said = (name: unknown) => JSON.stringify({ name, email: 'victim@example.com' });
  t.equal(await nameFor(said({ firstName: 'A\u202Eexe\n', lastName: 'B' })), 'A exe B');
  t.equal(await nameFor(said({ firstName: 'x'.repeat(1000) })), 'x'.repeat(100));
  for (const nothing of [said({}), said(null), said({ firstName: 7 }), said('A'), 'null', '"', '[]', 'x'.repeat(5000)])
    t.equal(await nameFor(nothing), undefined, nothing.slice(0, 60));
});

t.test('an address is proven when Apple says so, in either spelling', async (t) => {
  const { counterpart, token } = await open(t);
  const nonce = random();
  const proven = async (said: object): Promise<boolean> => {
    counterpart.tamper = (claims) => ({ ...claims, ...said });
    return (await token.verify({ idToken: await counterpart.idToken(bundleId, nonce), nonce })).emailIsProven;
  };
  t.equal(await proven({ email_verified: 'true' }), true);
  t.equal(await proven({ email_verified: true }), true);
  t.equal(await proven({ email_verified: 'true', email: 'own@company.example' }), true);
  for (const unproven of ['false', false, undefined, 'yes', 1])
    t.equal(await proven({ email_verified: unproven }), false);
  t.equal(await proven({ email_verified: true, email: undefined }), false);
});

t.test('tokens that apps bring, with a code for what is revoked later', async (t) => {
  const { counterpart, token } = await open(t);
  const nonce = random();
  const idToken = () => counterpart.idToken(bundleId, nonce);
  const identity = await token.verify({ idToken: await idToken(), nonce });
  t.match(identity, { subject: person.sub, email: person.email });
  t.equal(identity.grant, undefined);
  const authorizationCode = await counterpart.appCode(bundleId);
  t.match(await token.verify({ idToken: await idToken(), authorizationCode, nonce }), {
    subject: person.sub,
    grant: { clientId: bundleId, refreshToken: /./ },
  });
  t.equal(await outcomeOf(token.verify({ idToken: await idToken(), authorizationCode, nonce })), 'code', 'it was used');

  counterpart.person = { ...person, sub: 'somebody else' };
  const othersCode = await counterpart.appCode(bundleId);
  counterpart.person = person;
  t.equal(await outcomeOf(token.verify({ idToken: await idToken(), authorizationCode: othersCode, nonce })), 'code');

  t.equal(await outcomeOf(token.verify({ idToken: await idToken(), nonce: random() })), 'nonce');
  t.equal(await outcomeOf(token.verify({ nonce })), 'malformed');
  const ofWeb = await counterpart.idToken(serviceId, nonce);
  t.equal(await outcomeOf(token.verify({ idToken: ofWeb, nonce })), 'audience', 'pages are redirected');
});

t.test('the client’s secret is made for one request', async (t) => {
  const opened = await open(t);
  const { answer, secrets } = await goThrough(opened);
  const secretsSent: string[] = [];
  const { fetch } = globalThis;
  t.intercept(globalThis, 'fetch', {
    value: (url: string, options: RequestInit) => {
      if (options.body instanceof URLSearchParams) secretsSent.push(options.body.get('client_secret') ?? '');
      return fetch(url, options);
    },
  });
  await opened.redirect.finish(answer, secrets);
  const [secret = ''] = secretsSent;
  const { iat = 0, exp = 0, ...claims } = decodeJwt(secret);
  t.strictSame(claims, { iss: team.teamId, sub: serviceId, aud: opened.counterpart.issuer });
  t.strictSame(decodeProtectedHeader(secret), { alg: 'ES256', kid: team.keyId });
  t.ok(exp - iat <= 600, 'minutes, not months');
});

t.test('a key that Apple does not know is the operator’s business', async (t) => {
  const wrong = await open(t, { teamId: 'ANOTHER123' });
  const { answer, secrets } = await goThrough(wrong);
  t.equal(await outcomeOf(wrong.redirect.finish(answer, secrets)), 'operator');
  t.equal(await outcomeOf(wrong.revocation.revoke({ clientId: serviceId, refreshToken: 'token' })), 'operator');
  const text = await errorText(wrong.redirect.finish(answer, secrets));
  t.notMatch(text, new RegExp(`${answer.code}|${secrets.codeVerifier}|PRIVATE KEY|eyJ`));
});

t.test('what a person allowed is taken back', async (t) => {
  const opened = await open(t);
  const { counterpart, revocation } = opened;
  const { answer, secrets } = await goThrough(opened);
  const { grant = { clientId: '', refreshToken: '' } } = await opened.redirect.finish(answer, secrets);
  t.equal(await counterpart.isGranted(grant.refreshToken), true);
  counterpart.server.disturb = (path) => (path === '/auth/revoke' ? { kind: 'cut' } : undefined);
  t.equal(await outcomeOf(revocation.revoke(grant)), 'away', 'to be tried again');
  t.equal(await counterpart.isGranted(grant.refreshToken), true);
  counterpart.server.disturb = () => undefined;
  await revocation.revoke(grant);
  t.equal(await counterpart.isGranted(grant.refreshToken), false);
  await revocation.revoke(grant);
  counterpart.server.disturb = (path) =>
    path === '/auth/revoke'
      ? { kind: 'answer', status: 400, body: JSON.stringify({ error: 'invalid_grant' }) }
      : undefined;
  t.equal(await outcomeOf(revocation.revoke(grant)), 'fine', 'it was gone before');
});

t.test('what Apple’s server tells', async (t) => {
  const { counterpart, notices } = await open(t);
  const now = Math.floor(Date.now() / 1000);
  const said = { type: 'consent-revoked', sub: person.sub, event_time: now * 1000 };
  const notice = (event: unknown, change: JWTPayload = {}) =>
    counterpart.key.sign({
      iss: counterpart.issuer,
      aud: bundleId,
      iat: now,
      exp: now + 86_400,
      jti: 'notice-1',
      events: typeof event === 'string' ? event : JSON.stringify(event),
      ...change,
    });
  const read = async (event: unknown, change?: JWTPayload) => notices.read(await notice(event, change));
  const told = { id: 'notice-1', subject: person.sub, at: now * 1000 };

  t.strictSame(await read(said), { ...told, kind: 'consent-revoked' });
  t.strictSame(await read({ ...said, event_time: now }), { ...told, kind: 'consent-revoked' }, 'in seconds');
  for (const type of ['account-delete', 'account-deleted'])
    t.strictSame(await read({ ...said, type }), { ...told, kind: 'account-deleted' });
  const email = person.email;
  for (const kind of ['email-enabled', 'email-disabled'])
    t.strictSame(await read({ ...said, type: kind, email }), { ...told, kind, email });
  t.equal(await read({ ...said, type: 'something-new' }), undefined);
  t.match(await read(said, { aud: serviceId }), told);

  for (const [refusal, payload] of [
    ['algorithm', counterpart.key.unsigned({ ...decodeJwt(await notice(said)) })],
    ['audience', await notice(said, { aud: 'com.other.app' })],
    ['issuer', await notice(said, { iss: 'https://evil.example' })],
    ['expired', await notice(said, { iat: now - 90_000, exp: now - 3600 })],
    ['claims', await notice('not JSON')],
    ['claims', await notice({ ...said, sub: '' })],
    ['claims', await notice({ ...said, event_time: 'now' })],
    ['claims', await notice(said, { jti: '' })],
    ['claims', await counterpart.idToken(bundleId, random())],
    ['malformed', 'nothing'],
  ] as const)
    t.equal(await outcomeOf(notices.read(payload)), refusal);
});

t.test('a notice signs nobody in', async (t) => {
  const { counterpart, token } = await open(t);
  const { sub: _sub, nonce: _nonce, ...claims } = counterpart.claims(bundleId, '');
  const idToken = await counterpart.key.sign({
    ...claims,
    jti: 'notice-1',
    events: JSON.stringify({ sub: person.sub }),
  });
  t.equal(await outcomeOf(token.verify({ idToken, nonce: random() })), 'nonce');
});
