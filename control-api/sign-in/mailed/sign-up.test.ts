import t from 'tap';
import { until } from '../../../server/testing/until.ts';
import { password, startControlApi, type Harness } from '../../testing/harness.ts';
import { allMailsSent, mailsTo, newestMailTo, startMails } from '../../testing/mails.ts';

const phrase = 'seven green bottles on a wall';
const address = 'ann@example.com';
interface Begun {
  readonly token: string;
}
interface SignedIn {
  readonly accessToken: string;
  readonly account: { readonly id: string; readonly email: string; readonly role: string };
}

const post = (api: Harness, path: string, body: object, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'POST', url: `/api/v1/accounts/${path}`, body, headers });
const signUp = (api: Harness, email = address, headers = {}) =>
  post(api, 'sign-up', { email, password: phrase }, headers);
const complete = (api: Harness, body: object, path = 'sign-up') =>
  post(api, `${path}/complete`, { ...body, delivery: 'body' });
const signIn = (api: Harness, email: string, with_: string) =>
  post(api, 'sign-in', { email, password: with_, delivery: 'body' });
const accounts = (api: Harness, email: string) =>
  api.db.selectFrom('accounts').selectAll().where('email', '=', email).execute();

async function start(t: Parameters<typeof startControlApi>[0], options?: Parameters<typeof startControlApi>[1]) {
  const api = await startControlApi(t, options);
  await startMails(api);
  return api;
}

t.test('an account is made when its address is proven, and not before', async (t) => {
  const api = await start(t);
  const begun = await signUp(api, '  Ann@Example.com ');
  t.equal(begun.statusCode, 400, 'an address has no spaces');
  const asked = await signUp(api, 'Ann@Example.com');
  t.equal(asked.statusCode, 202);
  const { token } = asked.json<Begun>();
  t.same(await accounts(api, address), []);
  const mail = await newestMailTo(api, address);
  t.match(mail.code, /^\d{6}$/);
  t.ok(mail.subject.includes(mail.code as string));
  t.equal((await signIn(api, address, phrase)).statusCode, 401, 'the password opens nothing yet');

  const wrong = mail.code === '000000' ? '000001' : '000000';
  t.equal((await complete(api, { token, code: wrong })).json().code, 'invalid_code');
  const done = await complete(api, { token, code: mail.code });
  t.equal(done.statusCode, 200, done.body);
  t.match(done.json<SignedIn>().account, { email: address, role: 'viewer', isEmailProven: true, status: 'active' });
  t.equal((await complete(api, { token, code: mail.code })).json().code, 'invalid_code', 'once');
  t.equal((await signIn(api, address, phrase)).statusCode, 200);
});

t.test('the link works in another browser, with a password of its own', async (t) => {
  const api = await start(t);
  // A stranger signs up with the address of somebody else, who opens the link without a thought.
  const { token } = (await signUp(api)).json<Begun>();
  const { link, code } = await newestMailTo(api, address);
  t.equal((await complete(api, { link: token, password: 'the owner chose this one' })).statusCode, 401, 'no link');
  const own = await complete(api, { link, password: 'the owner chose this one' });
  t.equal(own.statusCode, 200, own.body);
  t.equal((await signIn(api, address, phrase)).statusCode, 401, "the stranger's password opens nothing");
  t.equal((await complete(api, { token, code })).statusCode, 401, 'nor does what he began');
  t.equal((await signIn(api, address, 'the owner chose this one')).statusCode, 200);
});

t.test('whoever proves an address first takes away what others began with it', async (t) => {
  const api = await start(t);
  const stranger = (await signUp(api)).json<Begun>();
  await newestMailTo(api, address);
  const owner = (await post(api, 'sign-in/code', { email: address })).json<Begun>();
  const { code } = await newestMailTo(api, address, 2);
  t.equal(
    (await complete(api, { token: stranger.token, code }, 'sign-up')).statusCode,
    401,
    'a code is of its own token',
  );
  t.equal((await complete(api, { token: owner.token, code }, 'sign-in/code')).statusCode, 200);
  t.equal((await signIn(api, address, phrase)).statusCode, 401, 'the account has no password');
  t.same(await api.db.selectFrom('challenges').select('id').where('used_at', 'is', null).execute(), []);
});

t.test("an account that staff made is its owner's once the address is proven", async (t) => {
  const api = await start(t);
  const { id } = await api.rows.account({ email: address, email_proven_at: null, password_hash: 'x' });
  const prepared = await api.signIn({ id });
  await api.db
    .insertInto('identities')
    .values({
      id: 'identity_1',
      account_id: id,
      provider: 'google',
      subject: 's',
      email: null,
      name: null,
      sealed_grant: null,
      firebase_user: null,
      linked_at: 1,
      used_at: 1,
    })
    .execute();
  await api.db
    .insertInto('passkeys')
    .values({
      id: 'passkey_1',
      account_id: id,
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
  const { token } = (await post(api, 'sign-in/code', { email: address })).json<Begun>();
  const { code } = await newestMailTo(api, address);
  const entered = await complete(api, { token, code }, 'sign-in/code');
  t.equal(entered.statusCode, 200, 'what was prepared asks for nothing');
  t.equal(entered.json<SignedIn>().account.id, id);
  t.equal((await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization: prepared } })).statusCode, 401);
  t.same(await api.db.selectFrom('identities').select('id').execute(), []);
  t.same(await api.db.selectFrom('passkeys').select('id').execute(), []);
  t.same(await api.recorded('account.signed-out'), [id], 'its streams end too');
  t.match(await accounts(api, address), [{ password_hash: null, email_proven_at: Number }]);
});

t.test('nobody learns whether an address has an account', async (t) => {
  const api = await start(t);
  const { email } = await api.addAccount('viewer', 'known@example.com');
  const disabled = await api.rows.account({ email: 'disabled@example.com', status: 'disabled' });
  // What a request reads and writes is its time: the same statements for every address.
  const asked = async (path: string, to: string) => {
    const body = path === 'sign-up' ? { email: to, password: phrase } : { email: to };
    const response = await post(api, path, body);
    return { status: response.statusCode, keys: Object.keys(response.json<object>()) };
  };
  for (const path of ['sign-up', 'sign-in/code', 'recovery']) {
    const known = await asked(path, email);
    t.equal(known.status, 202);
    t.same(await asked(path, 'nobody@example.com'), known, path);
    t.same(await asked(path, disabled.email as string), known, path);
  }
  await allMailsSent(api);
  t.equal((await mailsTo(api, email)).length, 3);
  t.equal((await mailsTo(api, 'nobody@example.com')).length, 2, 'no recovery of nothing');
  t.equal((await mailsTo(api, disabled.email as string)).length, 0, 'who may not come in is told nothing');

  const known = (await mailsTo(api, email)).find(({ subject }) => subject.includes('already'));
  t.ok(known, 'the owner of an account learns that somebody wants to sign up with it');
});

t.test('signing up where there is an account signs in to it', async (t) => {
  const api = await start(t);
  const { id, email } = await api.addAccount('viewer', 'known@example.com');
  const { token } = (await signUp(api, email)).json<Begun>();
  const { code } = await newestMailTo(api, email);
  const entered = await complete(api, { token, code });
  t.equal(entered.json<SignedIn>().account.id, id);
  t.equal((await signIn(api, email, phrase)).statusCode, 401);
  t.equal((await signIn(api, email, password)).statusCode, 200, 'its password stays as it is');
});

t.test('codes cannot be guessed, nor used up by others', async (t) => {
  const api = await start(t);
  const first = (await signUp(api)).json<Begun>();
  const { code } = await newestMailTo(api, address);
  const other = (await signUp(api, 'other@example.com')).json<Begun>();
  for (let n = 0; n < 7; n += 1)
    t.equal((await complete(api, { token: other.token, code })).statusCode, code === undefined ? 200 : 401);
  t.equal(
    (await complete(api, { token: first.token, code })).statusCode,
    200,
    'tries with another token cost it nothing',
  );

  const again = (await signUp(api, 'third@example.com')).json<Begun>();
  const right = (await newestMailTo(api, 'third@example.com')).code as string;
  const wrong = right === '111111' ? '222222' : '111111';
  for (let n = 0; n < 5; n += 1) await complete(api, { token: again.token, code: wrong });
  t.equal((await complete(api, { token: again.token, code: right })).statusCode, 401, 'five wrong ones end it');

  const late = (await signUp(api, 'late@example.com')).json<Begun>();
  const lateCode = (await newestMailTo(api, 'late@example.com')).code;
  api.clock.advance(86_400_001);
  t.equal((await complete(api, { token: late.token, code: lateCode })).statusCode, 401, 'a day is long enough');
  t.equal(typeof (await api.upkeep<number>('sign-in.collect-challenges')), 'number');
  t.same(await api.db.selectFrom('challenges').select('id').where('email', '=', 'late@example.com').execute(), []);
});

t.test('nothing that opens an account is in the database or the log', async (t) => {
  const api = await start(t);
  const { token } = (await signUp(api)).json<Begun>();
  const { code, link } = await newestMailTo(api, address);
  const rows = JSON.stringify([
    await api.db.selectFrom('challenges').selectAll().execute(),
    await api.db.selectFrom('outbox_events').selectAll().execute(),
  ]);
  for (const secret of [token.split('.')[1], link?.split('.')[1], code, phrase]) {
    t.notOk(rows.includes(secret as string));
    t.notOk(api.logs.join('\n').includes(secret as string));
  }
});

t.test('mails are limited, for every address alike', async (t) => {
  const api = await start(t);
  for (let n = 0; n < 5; n += 1) t.equal((await post(api, 'sign-in/code', { email: address })).statusCode, 202);
  const stopped = await post(api, 'recovery', { email: address });
  t.equal(stopped.statusCode, 429);
  t.ok(Number(stopped.headers['retry-after']) > 0);
  t.equal((await post(api, 'sign-in/code', { email: 'ann@ｅxample。com' })).statusCode, 429, 'it is one mailbox');
  t.equal((await post(api, 'sign-in/code', { email: 'other@example.com' })).statusCode, 202);
  const beside = await startControlApi(t, { folder: api.config.dataDir, keyrings: api.keyrings });
  t.equal(
    (await post(beside, 'recovery', { email: address })).statusCode,
    429,
    'also by a process that has just started',
  );
  await allMailsSent(api);
});

t.test('mails that others ask for do not keep those out who were here before', async (t) => {
  const api = await start(t);
  const ask = (path: string, remoteAddress: string, email = address) =>
    api.app.inject({ method: 'POST', url: `/api/v1/accounts/${path}`, body: { email }, remoteAddress });
  const home = '2001:db8::1';
  const { token } = (await ask('sign-in/code', home)).json<Begun>();
  const { code } = await newestMailTo(api, address);
  const signedIn = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in/code/complete',
    body: { token, code, delivery: 'body' },
    remoteAddress: home,
  });
  t.equal(signedIn.statusCode, 200);
  for (let n = 0; n < 35; n += 1) await ask('recovery', `203.0.113.${Math.floor(n / 5)}`);
  t.equal((await ask('recovery', '198.51.100.1')).statusCode, 429, 'a network that nobody knows');
  t.equal((await ask('recovery', home)).statusCode, 202, 'by mail, from where the last sign-in came');
  t.equal((await ask('recovery', home, 'unknown@example.com')).statusCode, 202);
  for (let n = 0; n < 5; n += 1) await ask('recovery', home);
  t.equal((await ask('recovery', home)).statusCode, 429, 'so many from one network is enough for everybody');
  await allMailsSent(api);
});

t.test('two who prove one address at the same time get one account', async (t) => {
  const api = await start(t);
  const [one, two] = [
    (await signUp(api)).json<Begun>(),
    (await post(api, 'sign-in/code', { email: address })).json<Begun>(),
  ];
  const mails = await until('both mails', async () => {
    const found = await mailsTo(api, address);
    return found.length === 2 ? found : undefined;
  });
  const [byCode, bySignUp] = [
    mails.find(({ text }) => text.includes('signs you in')),
    mails.find(({ text }) => text.includes('Welcome')),
  ];
  const results = await Promise.all([
    complete(api, { token: one.token, code: bySignUp?.code }),
    complete(api, { token: two.token, code: byCode?.code }, 'sign-in/code'),
  ]);
  t.ok(results.some(({ statusCode }) => statusCode === 200));
  t.equal((await accounts(api, address)).length, 1);
});

t.test('where signing up is closed', async (t) => {
  const api = await start(t, { settings: { accounts: { signUp: 'closed' } } });
  t.equal((await signUp(api)).json().code, 'sign_up_closed');
  t.equal((await post(api, 'sign-in/code', { email: address })).statusCode, 202, 'the same answer');
  await allMailsSent(api);
  t.same(await mailsTo(api, address), [], 'and no code');
});

t.test('passwords that thieves try first are refused', async (t) => {
  const api = await start(t);
  for (const bad of ['password2024!', '1234567890123', 'dragondragon', 'iloveyou12345', 'ann@example.com'])
    t.equal((await post(api, 'sign-up', { email: address, password: bad })).json().code, 'password_breached', bad);
  for (const good of [phrase, 'correct horse battery staple', 'Dragons fly at noon'])
    t.equal((await post(api, 'sign-up', { email: 'x@example.com', password: good })).statusCode, 202, good);
});

t.test('a guest becomes the account, with what it has', async (t) => {
  const api = await start(t, { settings: { accounts: { guests: true } } });
  const guest = (await post(api, 'guest', { delivery: 'body' })).json<SignedIn>();
  t.match(guest.account, { role: 'guest', email: null });
  const authorization = `Bearer ${guest.accessToken}`;
  const { token } = (await signUp(api, address, { authorization })).json<Begun>();
  const { code } = await newestMailTo(api, address);
  const done = (await complete(api, { token, code })).json<SignedIn>();
  t.match(done.account, { id: guest.account.id, role: 'viewer', email: address });
  t.equal(
    (await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } })).statusCode,
    401,
    'new tokens',
  );
  t.equal((await signIn(api, address, phrase)).statusCode, 200);

  const second = (await post(api, 'guest', { delivery: 'body' })).json<SignedIn>();
  const code2 = await post(api, 'sign-in/code', { email: address }, { authorization: `Bearer ${second.accessToken}` });
  const mail = await newestMailTo(api, address, 2);
  const entered = await complete(api, { token: code2.json<Begun>().token, code: mail.code }, 'sign-in/code');
  t.equal(entered.json<SignedIn>().account.id, guest.account.id);
  t.same(await api.recorded('guest.handed-over'), [second.account.id], 'others move what the second guest had');
});

t.test('a link makes nobody go on as the guest of a stranger, and loses nothing of a guest', async (t) => {
  const api = await start(t, { settings: { accounts: { guests: true } } });
  const guest = (await post(api, 'guest', { delivery: 'body' })).json<SignedIn>();
  const authorization = `Bearer ${guest.accessToken}`;
  // The stranger prepares what the owner of the address would meet: a PIN that nobody else knows.
  const ask = (method: 'GET' | 'PUT', url: string, body?: object) =>
    api.app.inject({ method, url: `/api/v1/profiles${url}`, headers: { authorization }, ...(body && { body }) });
  const [main] = (await ask('GET', '')).json<{ items: { id: string }[] }>().items;
  t.equal((await ask('PUT', `/${main?.id}/pin`, { pin: '4711' })).statusCode, 200);
  await signUp(api, address, { authorization });
  const { link } = await newestMailTo(api, address);
  const done = (await complete(api, { link, password: phrase })).json<SignedIn>();
  t.not(done.account.id, guest.account.id);
  const profiles = await api.app.inject({
    url: '/api/v1/profiles',
    headers: { authorization: `Bearer ${done.accessToken}` },
  });
  t.match(profiles.json(), { items: [{ hasPin: false }] });
  t.same(await api.recorded('guest.handed-over'), [guest.account.id], 'what it watched and bought is moved');
  t.equal((await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } })).statusCode, 401);
});

t.test('guests only where the service takes them', async (t) => {
  const api = await start(t);
  t.equal((await post(api, 'guest', { delivery: 'body' })).json().code, 'guests_not_taken');
});

t.test('what somebody agrees to is written down with the account, and not before', async (t) => {
  const consents = { termsUrl: '/terms', termsVersion: '2', marketingUrl: '/offers', marketingVersion: '1' };
  const api = await start(t, { settings: { consents } });
  const agree = (version: string) =>
    post(api, 'sign-up', { email: address, password: phrase, consents: [{ document: 'terms', version }] });
  t.equal((await agree('1')).json().code, 'consent_outdated');
  const { token } = (await agree('2')).json<Begun>();
  const { code, link } = await newestMailTo(api, address);
  t.same(await api.db.selectFrom('consents').selectAll().execute(), []);
  const { account } = (await complete(api, { token, code })).json<SignedIn>();
  t.match(await api.db.selectFrom('consents').selectAll().execute(), [
    { account_id: account.id, document: 'terms', version: '2', given: 1, address: '127.0.0.1' },
  ]);
  t.ok(link);

  await post(api, 'sign-up', {
    email: 'b@example.com',
    password: phrase,
    consents: [{ document: 'terms', version: '2' }],
  });
  const other = await newestMailTo(api, 'b@example.com');
  const own = await complete(api, {
    link: other.link,
    password: phrase,
    consents: [{ document: 'marketing', version: '1' }],
  });
  const { id } = own.json<SignedIn>().account;
  t.match(
    await api.db.selectFrom('consents').select('document').where('account_id', '=', id).execute(),
    [{ document: 'marketing' }],
    'what a stranger ticked is not the owner’s',
  );
});
