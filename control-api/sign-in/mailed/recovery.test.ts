import t from 'tap';
import { password, startControlApi, type Harness } from '../../testing/harness.ts';
import { totpCode } from '../factors/totp.ts';
import { allMailsSent, mailsTo, newestMailTo, startMails } from '../../testing/mails.ts';

const phrase = 'seven green bottles on a wall';
interface Begun {
  readonly token: string;
}

const post = (api: Harness, path: string, body: object, authorization?: string) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/accounts/${path}`,
    body,
    headers: authorization === undefined ? {} : { authorization },
  });
const signIn = (api: Harness, email: string, with_: string) =>
  post(api, 'sign-in', { email, password: with_, delivery: 'body' });
const me = async (api: Harness, authorization: string) =>
  (await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } })).statusCode;
const statusOf = async (api: Harness, id: string) =>
  api.db.selectFrom('accounts').select(['status', 'email']).where('id', '=', id).executeTakeFirstOrThrow();

/** A row alone: nobody shows it. */
const addPasskey = (api: Harness, made: { readonly id: string; readonly accountId: string; readonly at: number }) =>
  api.db
    .insertInto('passkeys')
    .values({
      id: made.id,
      account_id: made.accountId,
      credential_id: made.id,
      public_key: 'k',
      counter: 0,
      transports: '[]',
      is_synced: 0,
      name: 'x',
      created_at: made.at,
      used_at: null,
    })
    .execute();

async function start(t: Parameters<typeof startControlApi>[0]) {
  const api = await startControlApi(t);
  await startMails(api);
  return api;
}

t.test('a forgotten password is replaced by the link, once', async (t) => {
  const api = await start(t);
  const viewer = await api.as('viewer');
  t.equal((await post(api, 'recovery', { email: viewer.email })).statusCode, 202);
  const { link } = await newestMailTo(api, viewer.email);
  t.equal((await signIn(api, viewer.email, password)).statusCode, 200, 'asking for it changes nothing');
  t.equal(
    (await post(api, 'recovery/complete', { link, newPassword: 'password2024!' })).json().code,
    'password_breached',
  );
  const done = await post(api, 'recovery/complete', { link, newPassword: phrase });
  t.equal(done.statusCode, 204, done.body);
  t.equal((await post(api, 'recovery/complete', { link, newPassword: phrase })).json().code, 'invalid_link', 'once');
  t.equal(await me(api, viewer.authorization), 401, 'every sign-in ends');
  t.equal((await signIn(api, viewer.email, password)).statusCode, 401);
  t.equal((await signIn(api, viewer.email, phrase)).statusCode, 200);
  const notice = await newestMailTo(api, viewer.email, 2);
  t.match(notice.subject, /password.*was changed/, 'the owner is told');
});

t.test('by the code, in the app that asked', async (t) => {
  const api = await start(t);
  const viewer = await api.addAccount('viewer');
  const { token } = (await post(api, 'recovery', { email: viewer.email })).json<Begun>();
  const stranger = (await post(api, 'recovery', { email: 'stranger@example.com' })).json<Begun>();
  const { code } = await newestMailTo(api, viewer.email);
  const complete = (with_: string) => post(api, 'recovery/complete', { token: with_, code, newPassword: phrase });
  t.equal((await complete(stranger.token)).statusCode, 401, 'a code is of one request');
  t.equal((await complete(token)).statusCode, 204);
  t.equal((await complete(token)).statusCode, 401);
});

t.test('recovery leaves the second factor as it is', async (t) => {
  const api = await start(t);
  const viewer = await api.addAccount('viewer');
  await addPasskey(api, { id: 'passkey_1', accountId: viewer.id, at: 1 });
  await post(api, 'recovery', { email: viewer.email });
  const { link } = await newestMailTo(api, viewer.email);
  await post(api, 'recovery/complete', { link, newPassword: phrase });
  t.equal((await signIn(api, viewer.email, phrase)).json().code, 'second_factor_required');
});

t.test('links expire, and what else ends sign-ins ends them', async (t) => {
  const api = await start(t);
  const viewer = await api.as('viewer');
  await post(api, 'recovery', { email: viewer.email });
  const late = await newestMailTo(api, viewer.email);
  api.clock.advance(3_600_001);
  t.equal((await post(api, 'recovery/complete', { link: late.link, newPassword: phrase })).json().code, 'invalid_link');
  for (const link of [undefined, 'x', `${late.link}x`, late.link?.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))])
    t.ok([400, 401].includes((await post(api, 'recovery/complete', { link, newPassword: phrase })).statusCode));
});

t.test('what was asked for before the password was changed opens nothing any more', async (t) => {
  const api = await start(t);
  const viewer = await api.as('viewer');
  const other = await api.addAccount('viewer');
  await post(api, 'recovery', { email: viewer.email });
  const first = await newestMailTo(api, viewer.email);
  const { token } = (await post(api, 'sign-in/code', { email: viewer.email })).json<Begun>();
  const { code } = await newestMailTo(api, viewer.email, 2);
  await post(api, 'recovery', { email: viewer.email });
  const second = await newestMailTo(api, viewer.email, 3);
  await post(api, 'recovery', { email: other.email });
  const ofOther = await newestMailTo(api, other.email);
  t.equal((await post(api, 'recovery/complete', { link: second.link, newPassword: phrase })).statusCode, 204);
  const again = (link: string | undefined) => post(api, 'recovery/complete', { link, newPassword: `${phrase} again` });
  t.equal((await again(first.link)).statusCode, 401, 'another mail that asked for the same');
  t.equal((await post(api, 'sign-in/code/complete', { token, code, delivery: 'body' })).statusCode, 401, 'a code');

  await post(api, 'recovery', { email: viewer.email });
  const third = await newestMailTo(api, viewer.email, 5);
  const signedIn = (await signIn(api, viewer.email, phrase)).json<{ accessToken: string }>();
  const change = { currentPassword: phrase, newPassword: password };
  t.equal((await post(api, 'me/password', change, `Bearer ${signedIn.accessToken}`)).statusCode, 204);
  t.equal((await again(third.link)).statusCode, 401, 'the owner has chosen one since');
  t.equal((await again(ofOther.link)).statusCode, 204, 'what others asked for stays');
});

t.test('a disabled account is not recovered', async (t) => {
  const api = await start(t);
  const viewer = await api.addAccount('viewer');
  await post(api, 'recovery', { email: viewer.email });
  const { link } = await newestMailTo(api, viewer.email);
  await api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', viewer.id).execute();
  t.equal((await post(api, 'recovery/complete', { link, newPassword: phrase })).statusCode, 401);
  t.equal((await statusOf(api, viewer.id)).status, 'disabled');
});

t.test('another address counts once its reader, signed in, types in the code', async (t) => {
  const api = await start(t);
  const viewer = await api.as('viewer');
  const other = await api.signIn(viewer);
  const asked = await post(api, 'me/email', { email: 'New@example.com' }, viewer.authorization);
  t.equal(asked.statusCode, 202);
  const { token } = asked.json<Begun>();
  const { code } = await newestMailTo(api, 'new@example.com');
  t.equal((await statusOf(api, viewer.id)).email, viewer.email);
  const stranger = await api.as('viewer');
  t.equal(
    (await post(api, 'me/email/complete', { token, code }, stranger.authorization)).statusCode,
    401,
    'whose it is',
  );
  t.equal((await post(api, 'me/email/complete', { token, code }, other)).statusCode, 401, 'the sign-in that asked');
  const done = await post(api, 'me/email/complete', { token, code }, viewer.authorization);
  t.equal(done.statusCode, 204, done.body);
  t.equal((await statusOf(api, viewer.id)).email, 'new@example.com');
  t.equal(await me(api, other), 401, 'the other sign-ins end');
  t.equal(await me(api, viewer.authorization), 200);
  t.match((await newestMailTo(api, viewer.email)).subject, /address.*was changed/, 'the one before is told');
});

t.test('who proves the address of an account that staff made leaves nobody else a way in', async (t) => {
  const api = await start(t);
  const { id, email } = await api.addAccount('viewer');
  await api.db.updateTable('accounts').set({ email_proven_at: null }).where('id', '=', id).execute();
  const link = (provider: 'google' | 'apple' | 'facebook') =>
    api.db
      .insertInto('identities')
      .values({
        id: `identity_${provider}`,
        account_id: id,
        provider,
        subject: 'x',
        email: null,
        name: null,
        sealed_grant: null,
        firebase_user: null,
        linked_at: api.clock.now(),
        used_at: api.clock.now(),
      })
      .execute();
  const prove = async (proofs: string, count: number) => {
    api.clock.advance(1000);
    const authorization = await api.signIn({ id });
    await api.db.updateTable('sign_ins').set({ proofs }).where('account_id', '=', id).execute();
    api.clock.advance(1000);
    if (proofs === 'password') await link('facebook');
    const { token } = (await post(api, 'me/email', { email }, authorization)).json<Begun>();
    const { code } = await newestMailTo(api, email, count);
    t.equal((await post(api, 'me/email/complete', { token, code }, authorization)).statusCode, 204);
    t.match((await newestMailTo(api, email, count + 1)).subject, /address.*was changed/);
  };
  const providers = async () =>
    (await api.db.selectFrom('identities').select('provider').orderBy('id').execute()).map(({ provider }) => provider);
  // Somebody else knew the password that was typed in.
  await link('google');
  await prove('password', 1);
  t.same(await providers(), ['facebook'], 'what this sign-in linked stays, what was there before it goes');
  t.equal((await signIn(api, email, password)).statusCode, 200, 'the password is one that they have shown');

  await api.db.updateTable('accounts').set({ email_proven_at: null }).where('id', '=', id).execute();
  await link('apple');
  await prove('apple', 3);
  t.same(await providers(), ['apple'], 'by what they came in stays');
  t.equal((await signIn(api, email, password)).statusCode, 401, 'a password that they have not shown goes');

  await link('google');
  await prove('apple', 5);
  t.same(await providers(), ['apple', 'google'], 'nothing goes where it was proven before');
});

t.test('an address that somebody has cannot be taken, which is told to its reader only', async (t) => {
  const api = await start(t);
  const [one, two] = [await api.as('viewer'), await api.addAccount('viewer')];
  const asked = await post(api, 'me/email', { email: two.email }, one.authorization);
  t.equal(asked.statusCode, 202, 'nothing is told before it is proven');
  const { code } = await newestMailTo(api, two.email);
  const done = await post(api, 'me/email/complete', { token: asked.json<Begun>().token, code }, one.authorization);
  t.equal(done.json().code, 'account_exists');
  t.equal((await statusOf(api, one.id)).email, one.email);
});

t.test('"this was not me" locks the account, undoes the change, and sends a new way in', async (t) => {
  const api = await start(t);
  const owner = await api.addAccount('viewer', 'owner@example.com');
  const thief = await api.signIn(owner);
  // The thief takes the address, then the password; both notices have a link, the second one goes to him.
  const { token } = (await post(api, 'me/email', { email: 'thief@example.com' }, thief)).json<Begun>();
  const { code } = await newestMailTo(api, 'thief@example.com');
  await post(api, 'me/email/complete', { token, code }, thief);
  const notice = await newestMailTo(api, owner.email);
  await post(api, 'me/password', { currentPassword: password, newPassword: 'mine, all mine, says he' }, thief);
  const ofThief = await newestMailTo(api, 'thief@example.com', 2);
  t.ok(ofThief.link);
  const signedIn = await signIn(api, 'thief@example.com', 'mine, all mine, says he');
  t.equal(signedIn.statusCode, 200);

  api.clock.advance(1000);
  const locked = await post(api, 'not-me', { link: notice.link });
  t.equal(locked.statusCode, 204, locked.body);
  t.same(await statusOf(api, owner.id), { status: 'locked', email: owner.email });
  t.equal(await me(api, `Bearer ${signedIn.json<{ accessToken: string }>().accessToken}`), 401);
  t.equal((await signIn(api, 'thief@example.com', 'mine, all mine, says he')).statusCode, 401);
  t.equal((await signIn(api, owner.email, password)).statusCode, 401, 'the old password is known to somebody');
  t.equal((await post(api, 'not-me', { link: ofThief.link })).json().code, 'invalid_link', 'his link is worth nothing');
  t.equal((await post(api, 'not-me', { link: notice.link })).json().code, 'invalid_link', 'once');

  const wayIn = await newestMailTo(api, owner.email, 2);
  t.match(wayIn.subject, /is locked/);
  t.equal((await post(api, 'recovery/complete', { link: wayIn.link, newPassword: phrase })).statusCode, 204);
  t.equal((await statusOf(api, owner.id)).status, 'active');
  t.equal((await signIn(api, owner.email, phrase)).statusCode, 200);
});

t.test('what was added since goes with it', async (t) => {
  const api = await start(t);
  const owner = await api.addAccount('viewer');
  const passkey = (id: string, at: number) => addPasskey(api, { id, accountId: owner.id, at });
  await passkey('passkey_own', api.clock.now());
  api.clock.advance(120_000);
  const authorization = await api.signIn(owner);
  await post(api, 'me/password', { currentPassword: password, newPassword: phrase }, authorization);
  const { link } = await newestMailTo(api, owner.email);
  api.clock.advance(1000);
  await passkey('passkey_thief', api.clock.now());
  await post(api, 'not-me', { link });
  t.same(await api.db.selectFrom('passkeys').select('id').execute(), [{ id: 'passkey_own' }]);
});

t.test('the change that the notice is about goes with it, though it was written before the notice', async (t) => {
  const api = await start(t);
  const owner = await api.addAccount('viewer');
  const thief = await api.signIn(owner);
  // As clocks do: nothing happens at the same time as anything else.
  const { now } = api.clock;
  t.intercept(api.clock, 'now', {
    value: () => {
      api.clock.advance(1);
      return now();
    },
  });
  const { secret } = (await post(api, 'me/totp', {}, thief)).json<{ secret: string }>();
  const confirmed = await post(api, 'me/totp/confirm', { code: totpCode(secret, api.clock.now()) }, thief);
  t.equal(confirmed.statusCode, 200, confirmed.body);
  const { link } = await newestMailTo(api, owner.email);
  t.equal((await post(api, 'not-me', { link })).statusCode, 204);
  const wayIn = await newestMailTo(api, owner.email, 2);
  await post(api, 'recovery/complete', { link: wayIn.link, newPassword: phrase });
  t.equal((await signIn(api, owner.email, phrase)).statusCode, 200, 'nobody is asked for what the thief holds');
  t.same(await api.db.selectFrom('recovery_codes').selectAll().execute(), []);
});

t.test('the owner of an address that nobody had proven says that it was not them', async (t) => {
  const api = await start(t);
  const { id, email } = await api.addAccount('viewer');
  await api.db.updateTable('accounts').set({ email_proven_at: null }).where('id', '=', id).execute();
  // Who knew the password that staff typed in prepared something long before the notice.
  await addPasskey(api, { id: 'passkey_prepared', accountId: id, at: 1 });
  const thief = await api.signIn({ id });
  await post(api, 'me/password', { currentPassword: password, newPassword: phrase }, thief);
  const { link } = await newestMailTo(api, email);
  api.clock.advance(1000);
  t.equal((await post(api, 'not-me', { link })).statusCode, 204);
  t.same(await api.db.selectFrom('passkeys').select('id').execute(), []);
});

t.test('an address that went to another account meanwhile leaves that of the thief none to recover by', async (t) => {
  const api = await start(t);
  const owner = await api.addAccount('viewer', 'owner@example.com');
  const thief = await api.signIn(owner);
  const { token } = (await post(api, 'me/email', { email: 'thief@example.com' }, thief)).json<Begun>();
  const { code } = await newestMailTo(api, 'thief@example.com');
  await post(api, 'me/email/complete', { token, code }, thief);
  const { link } = await newestMailTo(api, owner.email);
  const anew = await api.addAccount('viewer', owner.email);
  t.equal((await post(api, 'not-me', { link })).statusCode, 204);
  t.same(await statusOf(api, owner.id), { status: 'locked', email: null });
  t.same(await statusOf(api, anew.id), { status: 'active', email: owner.email }, 'the other one stays as it is');
  const { token: another } = (await post(api, 'recovery', { email: 'thief@example.com' })).json<Begun>();
  await allMailsSent(api);
  t.equal((await mailsTo(api, 'thief@example.com')).length, 1, 'the code that came first, and nothing since');
  t.ok(another);
});

t.test('a locked account gets no codes, and recovers by mail', async (t) => {
  const api = await start(t);
  const owner = await api.addAccount('viewer');
  await api.db.updateTable('accounts').set({ status: 'locked' }).where('id', '=', owner.id).execute();
  t.equal((await signIn(api, owner.email, password)).statusCode, 401);
  await post(api, 'sign-in/code', { email: owner.email });
  await allMailsSent(api);
  t.same(await mailsTo(api, owner.email), []);
  await post(api, 'recovery', { email: owner.email });
  const { link } = await newestMailTo(api, owner.email);
  t.equal((await post(api, 'recovery/complete', { link, newPassword: phrase })).statusCode, 204);
  t.equal((await signIn(api, owner.email, phrase)).statusCode, 200);
});
