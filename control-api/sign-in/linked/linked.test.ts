import t from 'tap';
import { until } from '../../../server/testing/until.ts';
import { startControlApi } from '../../testing/harness.ts';
import { mailsTo, newestMailTo } from '../../testing/mails.ts';
import { startLinkedSite, type LinkedSite } from './testing/site.ts';

interface SignedIn {
  readonly accessToken: string;
  readonly account: { readonly id: string; readonly email: string | null; readonly isEmailProven: boolean };
}
const gmail = { sub: 'g-1', email: 'Ann@gmail.com', email_verified: true, name: 'Ann' };
const bearer = (response: { json<T>(): T }) => `Bearer ${response.json<SignedIn>().accessToken}`;
const identities = (site: LinkedSite) =>
  site.api.db.selectFrom('identities').select(['account_id', 'provider', 'subject']).orderBy('id').execute();
const meStatus = async ({ api }: LinkedSite, authorization: string) =>
  (await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } })).statusCode;

t.test('Google, of which an address is proven: an account is made, and found again', async (t) => {
  const site = await startLinkedSite(t);
  site.google.person = gmail;
  const tab = await site.begin('google');
  t.equal(await site.visit(tab), 'https://video.example.com/sign-in/return', 'a page of ours, and no other');
  const first = await site.post('/sign-in/finish', { token: tab.token, delivery: 'body' });
  t.equal(first.statusCode, 200, first.body);
  t.match(first.json<SignedIn>().account, { email: 'ann@gmail.com', isEmailProven: true, role: 'viewer' });
  t.equal((await site.post('/sign-in/finish', { token: tab.token, delivery: 'body' })).statusCode, 401, 'once');
  site.google.person = { ...gmail, email: 'other@gmail.com' };
  const again = await site.signIn('google');
  t.equal(again.json<SignedIn>().account.id, first.json<SignedIn>().account.id, 'by its subject, not its address');
});

t.test('a proven address links to the account that has it, and to no other', async (t) => {
  const site = await startLinkedSite(t);
  const known = await site.api.addAccount('viewer', 'ann@gmail.com');
  site.google.person = gmail;
  const entered = await site.signIn('google');
  t.equal(entered.json<SignedIn>().account.id, known.id);
  t.match((await newestMailTo(site.api, known.email)).text, /was linked/, 'its owner is told');
  site.google.person = { ...gmail, sub: 'g-2' };
  const second = await site.signIn('google');
  t.equal(second.json()['code'], 'identity_in_use', 'two of one provider with one address are two people');
});

t.test('an account whose address nobody has proven is purged before it is linked', async (t) => {
  const site = await startLinkedSite(t);
  const { id } = await site.api.rows.account({ email: 'ann@gmail.com', email_proven_at: null, password_hash: 'x' });
  const prepared = await site.api.signIn({ id });
  await site.api.db
    .insertInto('identities')
    .values({
      id: 'identity_x',
      account_id: id,
      provider: 'google',
      subject: 'attacker',
      email: null,
      name: null,
      sealed_grant: null,
      firebase_user: null,
      linked_at: 1,
      used_at: 1,
    })
    .execute();
  site.google.person = gmail;
  const entered = await site.signIn('google');
  t.equal(entered.json<SignedIn>().account.id, id);
  t.equal(await meStatus(site, prepared), 401);
  t.same(await identities(site), [{ account_id: id, provider: 'google', subject: 'g-1' }]);
});

t.test('an address that the provider is not the authority for must be proven by a code', async (t) => {
  const site = await startLinkedSite(t);
  const owner = await site.api.addAccount('viewer', 'owner@example.com');
  site.facebook.person = { id: '1001', name: 'Eve', email: owner.email };
  const refused = await site.signIn('facebook');
  t.equal(refused.json()['code'], 'address_proof_required');
  t.same(await identities(site), [], 'nothing is linked');
  site.facebook.person = { id: '1002', name: 'Bob', email: 'bob@example.com' };
  const asked = await site.signIn('facebook');
  t.same(Object.keys(asked.json<object>()), Object.keys(refused.json<object>()), 'the same where there is no account');
  const { code } = await newestMailTo(site.api, 'bob@example.com');
  const { token } = asked.json<{ token: string }>();
  const entered = await site.post('/accounts/sign-in/code/complete', { token, code, delivery: 'body' });
  t.match(entered.json<SignedIn>().account, { email: 'bob@example.com', isEmailProven: true });
  const again = await site.signIn('facebook');
  t.equal(again.json<SignedIn>().account.id, entered.json<SignedIn>().account.id, 'from then on without a code');
  // A company's Google account without its domain is no authority either.
  site.google.person = { sub: 'g-9', email: owner.email, email_verified: true };
  t.equal((await site.signIn('google')).json()['code'], 'address_proof_required');
});

t.test('Facebook without an address', async (t) => {
  const site = await startLinkedSite(t);
  site.facebook.person = { id: '1003', name: 'Phone' };
  const entered = await site.signIn('facebook');
  t.match(entered.json<SignedIn>().account, { email: null, isEmailProven: false });
  const authorization = bearer(entered);
  const [row] = (
    await site.api.app.inject({ url: '/api/v1/accounts/me/identities', headers: { authorization } })
  ).json<{ items: { id: string }[] }>().items;
  const unlink = await site.api.app.inject({
    method: 'DELETE',
    url: `/api/v1/accounts/me/identities/${row?.id}`,
    headers: { authorization },
  });
  t.equal(unlink.json()['code'], 'last_way_in');
  t.equal((await identities(site)).length, 1);
});

t.test('Apple posts, says the name once, and takes back what was allowed', async (t) => {
  const site = await startLinkedSite(t);
  site.apple.person = {
    sub: '000.1',
    email: 'x@privaterelay.appleid.com',
    email_verified: 'true',
    firstName: 'Ann',
    lastName: 'Lee',
  };
  const entered = await site.signIn('apple');
  t.equal(entered.statusCode, 200, entered.body);
  const authorization = bearer(entered);
  await site.signIn('apple');
  const [row] = await site.api.db.selectFrom('identities').selectAll().execute();
  t.equal(row?.name, 'Ann Lee', 'kept from the first time');
  t.match(row?.sealed_grant, /^s1\./, 'sealed');
  const unlinked = await site.api.app.inject({
    method: 'DELETE',
    url: `/api/v1/accounts/me/identities/${row?.id}`,
    headers: { authorization: bearer(await site.signIn('apple')) },
  });
  t.equal(unlinked.statusCode, 204, unlinked.body);
  t.equal(await meStatus(site, authorization), 401, 'the other sign-ins end');
  await until('Apple was told', async () => (await site.api.outbox.counts())['sign-in.tell-providers']?.waiting === 0);
  t.match((await newestMailTo(site.api, 'x@privaterelay.appleid.com')).subject, /linked accounts/);
});

t.test('who did not begin in this browser is not signed in, nor linked', async (t) => {
  const site = await startLinkedSite(t);
  // Eve begins, goes to the provider as herself, and sends her address of return to Ann.
  site.google.person = { sub: 'eve', email: 'eve@gmail.com', email_verified: true };
  const eves = await site.begin('google');
  await site.visit(eves);
  const anns = await site.begin('google');
  t.equal(
    (await site.post('/sign-in/finish', { token: anns.token, delivery: 'body' })).statusCode,
    401,
    'hers has no answer',
  );

  const ann = await site.api.as('viewer');
  const toLink = await site.begin('google', ann.authorization);
  await site.visit(toLink);
  const eve = await site.api.as('viewer');
  const stolen = await site.post('/accounts/me/identities', { token: toLink.token }, eve.authorization);
  t.equal(stolen.json()['code'], 'invalid_code', 'a visit belongs to the sign-in that began it');
  const second = await site.begin('google', ann.authorization);
  await site.visit(second);
  t.equal(
    (await site.post('/sign-in/finish', { token: second.token, delivery: 'body' })).json()['code'],
    'invalid_code',
  );
  const third = await site.begin('google');
  await site.visit(third);
  t.equal(
    (await site.post('/accounts/me/identities', { token: third.token }, ann.authorization)).json()['code'],
    'invalid_code',
  );
  t.same(await identities(site), []);
  const forged = await site.api.app.inject('/api/v1/sign-in/google/callback?state=challenge_x.y&code=1');
  t.equal(forged.statusCode, 303);
});

t.test('linking, and what it leads to', async (t) => {
  const site = await startLinkedSite(t);
  const ann = await site.api.as('viewer');
  const other = await site.api.signIn(ann);
  site.google.person = { sub: 'g-5', email: 'somebody-else@gmail.com', email_verified: true };
  const linked = await site.signIn('google', ann.authorization);
  t.equal(linked.statusCode, 201, linked.body);
  t.match(linked.json(), { provider: 'google', email: 'somebody-else@gmail.com' });
  t.equal(await meStatus(site, other), 401, 'other sign-ins end');
  t.equal(await meStatus(site, ann.authorization), 200);
  t.match((await newestMailTo(site.api, ann.email)).text, /was linked/);
  t.equal((await site.signIn('google')).json<SignedIn>().account.id, ann.id, 'whatever its address');
  const bob = await site.api.as('viewer');
  t.equal((await site.signIn('google', bob.authorization)).json()['code'], 'identity_in_use');
  const theirs = (await site.api.db.selectFrom('identities').select('id').executeTakeFirstOrThrow()).id;
  const remove = (authorization: string) =>
    site.api.app.inject({
      method: 'DELETE',
      url: `/api/v1/accounts/me/identities/${theirs}`,
      headers: { authorization },
    });
  t.equal((await remove(bob.authorization)).statusCode, 404);
  await site.api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).where('account_id', '=', ann.id).execute();
  t.equal((await remove(ann.authorization)).json()['code'], 'step_up_required');
});

t.test('a second factor is asked for, whoever vouches', async (t) => {
  const site = await startLinkedSite(t);
  const ann = await site.api.addAccount('viewer', 'ann@gmail.com');
  await site.api.db
    .insertInto('passkeys')
    .values({
      id: 'passkey_1',
      account_id: ann.id,
      credential_id: 'c',
      public_key: 'k',
      counter: 0,
      transports: '[]',
      is_synced: 0,
      name: 'x',
      created_at: 1,
      used_at: null,
    })
    .execute();
  site.google.person = gmail;
  t.equal((await site.signIn('google')).json()['code'], 'second_factor_required');
  t.same(await identities(site), [], 'nothing is linked before it');
});

t.test('an account that may not sign in does not, whoever vouches', async (t) => {
  const site = await startLinkedSite(t);
  site.google.person = gmail;
  const { id } = (await site.signIn('google')).json<SignedIn>().account;
  for (const status of ['disabled', 'locked'] as const) {
    await site.api.db.updateTable('accounts').set({ status }).where('id', '=', id).execute();
    t.equal((await site.signIn('google')).json()['code'], 'account_not_active', status);
  }
});

t.test('where signing up is closed, only those who have an account come in', async (t) => {
  const site = await startLinkedSite(t, { accounts: { signUp: 'closed' } });
  site.google.person = gmail;
  t.equal((await site.signIn('google')).json()['code'], 'sign_up_closed');
  await site.api.addAccount('viewer', 'ann@gmail.com');
  t.equal((await site.signIn('google')).statusCode, 200);
  site.facebook.person = { id: '7', name: 'New', email: 'new@example.com' };
  await site.signIn('facebook');
  t.same(await mailsTo(site.api, 'new@example.com'), [], 'no code for somebody who would not be let in');
});

t.test('a guest keeps what they have', async (t) => {
  const site = await startLinkedSite(t, { accounts: { guests: true } });
  const guest = (await site.post('/accounts/guest', { delivery: 'body' })).json<SignedIn>();
  site.google.person = gmail;
  const { token, url } = (await site.post('/sign-in/google/begin', {}, `Bearer ${guest.accessToken}`)).json<{
    token: string;
    url: string;
  }>();
  await site.visit({ token, url });
  const entered = await site.post('/sign-in/finish', { token, delivery: 'body' });
  t.match(entered.json<SignedIn>().account, { id: guest.account.id, email: 'ann@gmail.com', role: 'viewer' });
});

t.test('giving up, and a provider that is away', async (t) => {
  const site = await startLinkedSite(t);
  site.google.givesUp = true;
  t.equal((await site.signIn('google')).json()['code'], 'identity_refused');
  site.google.givesUp = false;
  const tab = await site.begin('google');
  await site.visit(tab);
  site.google.server.disturb = () => ({ kind: 'answer', status: 503 });
  const away = await site.post('/sign-in/finish', { token: tab.token, delivery: 'body' });
  t.equal(away.json()['code'], 'provider_away', away.body);
  t.equal(away.statusCode, 503);
});

t.test('nothing is on by itself, and nothing pretends', async (t) => {
  const api = await startControlApi(t);
  const list = await api.app.inject('/api/v1/sign-in/providers');
  t.same(list.json(), { items: [], firebase: null, signUp: 'open', guests: false });
  for (const [path, body] of [
    ['/sign-in/google/begin', {}],
    ['/sign-in/firebase', { idToken: 'a.b.c', delivery: 'body' }],
  ] as const) {
    const response = await api.app.inject({ method: 'POST', url: `/api/v1${path}`, body });
    t.equal(response.statusCode, 404, path);
  }
  t.equal((await api.app.inject({ method: 'POST', url: '/api/v1/sign-in/apple/notices', body: {} })).statusCode, 404);
});

t.test('what an app brings, by the nonce that it was given', async (t) => {
  const site = await startLinkedSite(t);
  site.google.person = gmail;
  const begin = async () =>
    (await site.post('/sign-in/google/begin', {})).json<{ token: string; nonce: string; url: string }>();
  const finish = (token: string, idToken: string, provider = 'google') =>
    site.post(`/sign-in/${provider}/finish`, { token, idToken, delivery: 'body' });
  const visit = await begin();
  const idToken = await site.google.idToken('web', visit.nonce);
  t.equal((await finish(visit.token, idToken)).statusCode, 200);
  t.equal((await finish(visit.token, idToken)).json()['code'], 'invalid_code', 'once');
  const another = await begin();
  t.equal((await finish(another.token, idToken)).json()['code'], 'identity_refused', 'a token of another visit');
  const third = await begin();
  t.equal(
    (await finish(third.token, await site.google.idToken('evil', third.nonce))).json()['code'],
    'identity_refused',
    'a token for another client',
  );
  const fourth = await begin();
  t.equal((await finish(fourth.token, idToken, 'facebook')).json()['code'], 'invalid_code', 'a visit at somebody else');
  t.notMatch(site.api.logs.join('\n'), /eyJhbGciOiJSUzI1NiI/, 'no token in the log');
});

t.test('somebody takes back at Apple what they allowed', async (t) => {
  const site = await startLinkedSite(t);
  site.apple.person = { sub: '000.1', email: 'ann@icloud.com', email_verified: true };
  const authorization = bearer(await site.signIn('apple'));
  const now = Math.floor(Date.now() / 1000);
  const notice = async (change: object, claims: object = {}) => {
    const events = JSON.stringify({
      type: 'consent-revoked',
      sub: '000.1',
      event_time: Date.now() + 60_000,
      ...change,
    });
    const said = { iss: site.apple.issuer, aud: 'service', iat: now, exp: now + 86_400, jti: 'n-1', events, ...claims };
    return site.post('/sign-in/apple/notices', { payload: await site.apple.key.sign(said) });
  };
  t.equal((await notice({}, { aud: 'evil' })).statusCode, 401, 'not signed for us');
  t.equal((await notice({ event_time: 1000 })).statusCode, 204);
  t.equal((await notice({ type: 'email-disabled' })).statusCode, 204);
  t.equal((await identities(site)).length, 1, 'nothing happened that ends it');
  t.equal((await notice({})).statusCode, 204);
  t.same(await identities(site), []);
  t.equal(await meStatus(site, authorization), 401, 'signed out');
  t.equal((await notice({})).statusCode, 204, 'told again');
});
