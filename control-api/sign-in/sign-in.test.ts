import { createHash, createHmac } from 'node:crypto';
import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { password, startControlApi, type Harness } from '../testing/harness.ts';

const post = (api: Harness, path: string, body: object, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'POST', url: `/api/v1/accounts/${path}`, body, headers });
const me = async (api: Harness, authorization: string) =>
  (await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } })).statusCode;
interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

t.test('signing in, refreshing, signing out', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer', 'someone@example.com');
  const response = await post(api, 'sign-in', { email: '  SomeOne@Example.com ', password, delivery: 'body' });
  t.equal(response.statusCode, 200, 'case and spaces do not matter');
  const first = response.json<Tokens>();
  t.match(response.json(), { account: { id: account.id, role: 'viewer', status: 'active' } });
  t.notMatch(response.body, /argon2|password/);
  t.equal(response.headers['set-cookie'], undefined, 'apps get no cookie');
  t.equal(await me(api, `Bearer ${first.accessToken}`), 200);

  const second = (await post(api, 'refresh', { delivery: 'body', refreshToken: first.refreshToken })).json<Tokens>();
  t.not(second.refreshToken, first.refreshToken);
  t.equal(await me(api, `Bearer ${second.accessToken}`), 200);
  const { token_hash } = await api.db
    .selectFrom('refresh_tokens')
    .select('token_hash')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  t.not(token_hash, second.refreshToken, 'only a hash is kept');

  t.equal((await post(api, 'sign-out', { delivery: 'body', refreshToken: second.refreshToken })).statusCode, 204);
  t.equal(await me(api, `Bearer ${second.accessToken}`), 401, 'its access tokens end with it');
  t.equal(
    (await post(api, 'refresh', { delivery: 'body', refreshToken: second.refreshToken })).json().code,
    'invalid_refresh_token',
  );
  t.equal(
    (await post(api, 'sign-out', { delivery: 'body', refreshToken: second.refreshToken })).statusCode,
    204,
    'twice is once',
  );
  t.equal((await api.app.inject({ url: '/api/v1/accounts/sign-out' })).statusCode, 401, 'a link signs nobody out');
});

t.test('a refresh token that is used twice ends the whole sign-in', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer');
  const signIn = async () =>
    (await post(api, 'sign-in', { email: account.email, password, delivery: 'body' })).json<Tokens>();
  const [stolen, other] = [await signIn(), await signIn()];
  const next = (await post(api, 'refresh', { delivery: 'body', refreshToken: stolen.refreshToken })).json<Tokens>();
  api.clock.advance(30_001);
  const told: string[] = [];
  t.teardown(api.events.subscribe('rights.changed', ({ accountId }) => void told.push(accountId)));
  t.equal((await post(api, 'refresh', { delivery: 'body', refreshToken: stolen.refreshToken })).statusCode, 401);
  await until('what it left open hears of it', () => told.includes(account.id));
  t.equal(
    (await post(api, 'refresh', { delivery: 'body', refreshToken: next.refreshToken })).statusCode,
    401,
    'the descendant is dead',
  );
  t.equal(await me(api, `Bearer ${next.accessToken}`), 401, 'and its access token');
  t.equal(await me(api, `Bearer ${other.accessToken}`), 200, 'another sign-in of the account is not touched');
});

t.test('a refresh whose answer was lost', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer');
  const signIn = async () =>
    (await post(api, 'sign-in', { email: account.email, password, delivery: 'body' })).json<Tokens>();
  const refresh = async ({ refreshToken }: Tokens) => post(api, 'refresh', { delivery: 'body', refreshToken });

  const first = await signIn();
  const lost = (await refresh(first)).json<Tokens>();
  api.clock.advance(20_000);
  const second = await refresh(first);
  t.equal(second.statusCode, 200, 'the used token gives another successor');
  api.clock.advance(10_000);
  const third = (await refresh(first)).json<Tokens>();
  const fourth = await refresh(third);
  t.equal(fourth.statusCode, 200, 'which works');
  t.equal(await me(api, `Bearer ${lost.accessToken}`), 200);
  t.equal((await refresh(first)).statusCode, 401, 'a successor that was used ends the grace');
  t.equal(await me(api, `Bearer ${fourth.json<Tokens>().accessToken}`), 401, 'and with it the sign-in');

  const late = await signIn();
  await refresh(late);
  api.clock.advance(20_000);
  const repeated = (await refresh(late)).json<Tokens>();
  api.clock.advance(10_001);
  t.equal((await refresh(late)).statusCode, 401, 'counted from the first use');
  t.equal(await me(api, `Bearer ${repeated.accessToken}`), 401);

  const victim = await signIn();
  const held = (await refresh(victim)).json<Tokens>();
  const thief = (await refresh(victim)).json<Tokens>();
  t.equal((await refresh(held)).statusCode, 401, 'the one whose token was replaced comes back');
  t.equal(await me(api, `Bearer ${thief.accessToken}`), 401, 'and the one who got the other one is out');
  t.equal((await refresh(thief)).statusCode, 401);

  const left = await signIn();
  await refresh(left);
  await post(api, 'sign-out', { delivery: 'body', refreshToken: left.refreshToken });
  t.equal((await refresh(left)).statusCode, 401, 'no grace after a sign-out');

  const racing = await signIn();
  const results = await Promise.all([1, 2, 3, 4].map(() => refresh(racing)));
  t.same(
    results.map(({ statusCode }) => statusCode),
    [200, 200, 200, 200],
    'several at once are all served',
  );
  for (const result of results) t.equal(await me(api, `Bearer ${result.json<Tokens>().accessToken}`), 200);
  const working = await api.db
    .selectFrom('refresh_tokens')
    .select('id')
    .where('family_id', '=', (qb) => qb.selectFrom('refresh_tokens').select('family_id').orderBy('id', 'desc').limit(1))
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
  t.equal(working.length, 1, 'and one token works');
});

t.test('refreshes are limited, and the limit signs nobody out', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer');
  const signIn = async () =>
    (await post(api, 'sign-in', { email: account.email, password, delivery: 'body' })).json<Tokens>();
  const refresh = async (refreshToken: string) => post(api, 'refresh', { delivery: 'body', refreshToken });
  const first = await signIn();
  const other = await signIn();
  let token = first.refreshToken;
  for (let n = 0; n < 60; n += 1) token = (await refresh(token)).json<Tokens>().refreshToken;
  const stopped = await refresh(token);
  t.equal(stopped.statusCode, 429);
  t.equal(stopped.json().code, 'too_many_requests');
  t.ok(Number(stopped.headers['retry-after']) > 0);
  t.equal(await me(api, `Bearer ${first.accessToken}`), 200, 'still signed in');
  const { used_at, revoked_at } = await api.db
    .selectFrom('refresh_tokens')
    .selectAll()
    .where('token_hash', '=', createHash('sha256').update(token).digest('hex'))
    .executeTakeFirstOrThrow();
  t.same([used_at, revoked_at], [null, null], 'the token is good for later');
  t.equal((await refresh(other.refreshToken)).statusCode, 200, 'another sign-in has its own count');
  t.equal((await refresh(first.refreshToken)).statusCode, 401, 'theft is not held up by it');
  t.equal(await me(api, `Bearer ${first.accessToken}`), 401);
});

t.test('expired refresh tokens are forgotten', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { refreshTokenDays: 2 } } });
  const [gone, here] = [await api.as('viewer'), await api.addAccount('viewer')];
  api.clock.advance(2 * 86_400_000);
  const authorization = await api.signIn(here);
  t.equal(await api.upkeep('sign-in.collect-tokens'), 0, 'not before their time');
  api.clock.advance(1);
  t.equal(await api.upkeep('sign-in.collect-tokens'), 1, 'also of accounts that never come back');
  t.same(await api.db.selectFrom('sign_ins').select('account_id').execute(), [{ account_id: here.id }]);
  t.equal(await me(api, authorization), 200);
  t.equal(await me(api, gone.authorization), 401);
});

t.test('tokens end', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { accessTokenSeconds: 60, refreshTokenDays: 2 } } });
  const account = await api.addAccount('viewer');
  const tokens = (await post(api, 'sign-in', { email: account.email, password, delivery: 'body' })).json<Tokens>();
  t.equal(tokens.expiresIn, 60);
  api.accessKeyring.rotate();
  t.equal(await me(api, `Bearer ${tokens.accessToken}`), 200, 'a rotation does not sign out');
  api.clock.advance(61_000);
  t.equal(await me(api, `Bearer ${tokens.accessToken}`), 401);
  api.clock.advance(2 * 86_400_000);
  t.equal((await post(api, 'refresh', { delivery: 'body', refreshToken: tokens.refreshToken })).statusCode, 401);
});

t.test('access tokens that are not ours', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('super_admin');
  const [header = '', payload = '', signature = ''] = authorization.slice('Bearer '.length).split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const decoded = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
  const forged = {
    none: `${encode({ ...decoded, alg: 'none' })}.${payload}.`,
    'another algorithm': `${encode({ ...decoded, alg: 'HS512' })}.${payload}.${signature}`,
    'an unknown key': `${encode({ ...decoded, kid: 'x' })}.${payload}.${signature}`,
    'no key': `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
    'a changed payload': `${header}.${encode({ ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), exp: 9_999_999_999 })}.${signature}`,
    'a playback key': 'x.y.z',
    empty: '',
    'very long': 'a'.repeat(5000),
  };
  const { kid, secret } = api.accessKeyring.current;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const signed = (change: object, alg = 'HS256', typ = 'at+jwt') => {
    const input = `${encode({ alg, typ, kid })}.${encode({ ...claims, ...change })}`;
    return `${input}.${createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')}`;
  };
  t.equal(await me(api, `Bearer ${signed({})}`), 200, 'signed by our own key it would do');
  for (const [name, token] of Object.entries({
    'HS512 with our key': signed({}, 'HS512'),
    'another type': signed({}, 'HS256', 'JWT'),
    'another audience': signed({ aud: 'x' }),
    'another issuer': signed({ iss: 'x' }),
    'another account': signed({ sub: (await api.addAccount('super_admin')).id }),
    'no expiry': signed({ exp: undefined }),
    'a family that is none': signed({ fam: '%' }),
  }))
    t.equal(await me(api, `Bearer ${token}`), 401, name);
  for (const [name, token] of Object.entries(forged)) t.equal(await me(api, `Bearer ${token}`), 401, name);
  t.equal(await me(api, authorization.replace('Bearer', 'Basic')), 401);
  t.equal(await me(api, authorization), 200, 'the genuine one is');
});

t.test('browsers: the cookie, and what other sites cannot do', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer');
  const credentials = { email: account.email, password, delivery: 'cookie' };
  const client = { 'dramabox-client': 'dashboard' };
  t.equal(
    (await post(api, 'sign-in', credentials)).json().code,
    'csrf_header_missing',
    'nobody can be signed in by another site',
  );
  const response = await post(api, 'sign-in', credentials, client);
  t.equal(response.json<Tokens>().refreshToken, null, 'scripts never see the token');
  const cookie = response.cookies[0];
  t.match(cookie, { name: 'dramabox_refresh', httpOnly: true, sameSite: 'Strict', path: '/api/v1/accounts' });
  t.equal(cookie?.secure, undefined, 'plain http on this machine');
  const withCookie = { cookie: `${cookie?.name}=${cookie?.value}` };

  t.equal((await post(api, 'refresh', { delivery: 'cookie' }, withCookie)).json().code, 'csrf_header_missing');
  t.equal(
    (await post(api, 'refresh', { delivery: 'cookie' }, { ...withCookie, ...client, 'sec-fetch-site': 'cross-site' }))
      .statusCode,
    403,
  );
  t.equal(
    (await post(api, 'refresh', { delivery: 'cookie' }, client)).json().code,
    'invalid_refresh_token',
    'no cookie',
  );
  t.equal(
    (await post(api, 'refresh', { delivery: 'cookie', refreshToken: cookie?.value ?? '' }, client)).statusCode,
    400,
    'one way or the other',
  );
  const refreshed = await post(
    api,
    'refresh',
    { delivery: 'cookie' },
    { ...withCookie, ...client, 'sec-fetch-site': 'same-origin' },
  );
  t.equal(refreshed.statusCode, 200);
  t.not(refreshed.cookies[0]?.value, cookie?.value);
  const next = { cookie: `${cookie?.name}=${refreshed.cookies[0]?.value}` };
  t.equal((await post(api, 'sign-out', { delivery: 'cookie' }, next)).statusCode, 403);
  const out = await post(api, 'sign-out', { delivery: 'cookie' }, { ...next, ...client });
  t.equal(out.statusCode, 204);
  t.equal(out.cookies[0]?.value, '', 'the cookie is cleared');
  t.equal(await me(api, `Bearer ${refreshed.json<Tokens>().accessToken}`), 401);
  t.equal(
    (await api.app.inject({ url: '/api/v1/accounts/me', headers: next })).statusCode,
    401,
    'a cookie is no access token',
  );
});

t.test('on https the cookie is kept to https and to this host, however that is known', async (t) => {
  const account = { password, delivery: 'cookie' };
  const client = { 'dramabox-client': 'x' };
  const root = { name: '__Host-dramabox_refresh', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' };
  const ways: readonly (readonly [
    what: string,
    options: Parameters<typeof startControlApi>[1],
    headers: Record<string, string>,
    expected: object,
  ])[] = [
    ['the public URL', { settings: { server: { publicUrl: 'https://video.example.com' } } }, {}, root],
    [
      'a public URL with a path',
      { settings: { server: { publicUrl: 'https://example.com/video/' } } },
      {},
      { ...root, name: '__Secure-dramabox_refresh', path: '/video/api/v1/accounts' },
    ],
    ['a proxy that is believed', { trustProxy: true }, { 'x-forwarded-proto': 'https' }, root],
    ['the browser itself', {}, { origin: 'https://localhost', 'sec-fetch-site': 'same-origin' }, root],
    [
      'a proxy that is not believed',
      {},
      { 'x-forwarded-proto': 'https' },
      { name: 'dramabox_refresh', path: '/api/v1/accounts', secure: undefined },
    ],
  ];
  for (const [what, options, headers, expected] of ways) {
    const api = await startControlApi(t, { ...options, folder: t.testdir() });
    const { email } = await api.addAccount('viewer');
    const sent = { ...client, ...headers };
    const { cookies } = await post(api, 'sign-in', { ...account, email }, sent);
    t.match(cookies[0], expected, what);
    const [name, value] = [cookies[0]?.name ?? '', cookies[0]?.value ?? ''];
    const refreshed = await post(api, 'refresh', { delivery: 'cookie' }, { ...sent, cookie: `${name}=${value}` });
    t.equal(refreshed.statusCode, 200, `${what}: it is read under its name`);
    const next = refreshed.cookies[0]?.value ?? '';
    const bare = await post(api, 'refresh', { delivery: 'cookie' }, { ...headers, cookie: `${name}=${next}` });
    t.equal(bare.json<{ code: string }>().code, 'csrf_header_missing', `${what}: under any name it needs our header`);
    const cleared = await post(api, 'sign-out', { delivery: 'cookie' }, { ...sent, cookie: `${name}=${next}` });
    t.match(cleared.cookies[0], { name, value: '', path: 'path' in expected ? expected.path : '' }, what);
    await api.stop();
  }
});

t.test('on https a cookie that a neighbouring host put there does not count', async (t) => {
  const api = await startControlApi(t, { settings: { server: { publicUrl: 'https://video.example.com' } } });
  const { email } = await api.addAccount('viewer');
  const headers = { 'dramabox-client': 'x' };
  const attacker = await post(api, 'sign-in', { email, password, delivery: 'cookie' }, headers);
  const tossed = { ...headers, cookie: `dramabox_refresh=${attacker.cookies[0]?.value}` };
  t.equal((await post(api, 'refresh', { delivery: 'cookie' }, tossed)).statusCode, 401);
});

t.test('signing in without https from elsewhere is said once, to operators', async (t) => {
  const api = await startControlApi(t);
  const { email } = await api.addAccount('viewer');
  const { authorization } = await api.as('super_admin');
  const signIn = (more: object) =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/accounts/sign-in',
      body: { email, password, delivery: 'cookie' },
      headers: { 'dramabox-client': 'x' },
      ...more,
    });
  const notices = async () =>
    (await api.app.inject({ url: '/api/v1/operations/status', headers: { authorization } })).json<{
      notices: { code: string }[];
    }>().notices;
  await signIn({});
  t.same(await notices(), [], 'at this machine it is fine');
  for (let n = 0; n < 2; n += 1) await signIn({ remoteAddress: '203.0.113.1' });
  t.match(await notices(), [{ code: 'cookie-not-secure', setting: 'server.publicUrl' }]);
  t.equal(api.logs.filter((line) => line.includes('cookie-not-secure')).length, 1);
});

t.test(
  'behind a proxy with defaults nobody is kept out by the guesses of others, and operators are told',
  async (t) => {
    const api = await startControlApi(t, { settings: { accounts: { signInAttemptsPerAddress: 3 } } });
    const { email } = await api.addAccount('viewer');
    const attempt = async (given: string, from: { remoteAddress?: string; headers?: Record<string, string> }) =>
      (
        await api.app.inject({
          method: 'POST',
          url: '/api/v1/accounts/sign-in',
          body: { email: given, password: given === email ? password : 'wrong wrong wrong', delivery: 'body' },
          ...from,
        })
      ).statusCode;
    const forwarded = { headers: { 'x-forwarded-for': '203.0.113.1' } };
    for (let n = 0; n < 4; n += 1) t.equal(await attempt(`nobody-${n}@example.com`, forwarded), 401);
    t.equal(await attempt(email, forwarded), 200, 'others at the same proxy');

    // Somebody who reaches the server directly and makes the header up stays within the limit of his address.
    const attacker = { ...forwarded, remoteAddress: '198.51.100.7' };
    for (let n = 0; n < 3; n += 1) t.equal(await attempt(`user-${n}@example.com`, attacker), 401);
    t.equal(await attempt('user-3@example.com', { ...attacker, headers: { 'x-forwarded-for': '203.0.113.2' } }), 429);

    const { authorization } = await api.as('super_admin');
    const { body } = await api.app.inject({ url: '/api/v1/operations/status', headers: { authorization } });
    t.match(JSON.parse(body), { notices: [{ code: 'proxy-not-trusted', setting: 'server.trustProxy' }] });
    t.equal(api.logs.filter((line) => line.includes('proxy-not-trusted')).length, 1, 'once in the log');
  },
);

t.test('wrong passwords, unknown and disabled accounts look alike and are throttled', async (t) => {
  const api = await startControlApi(t, {
    settings: { accounts: { signInAttemptsPerAccount: 3, signInAttemptsPerAddress: 12 } },
  });
  const account = await api.addAccount('viewer');
  const disabled = await api.addAccount('viewer');
  await api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', disabled.id).execute();
  const attempt = (email: string, word = 'wrong wrong wrong', remoteAddress = '203.0.113.1') =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/accounts/sign-in',
      body: { email, password: word, delivery: 'body' },
      remoteAddress,
    });

  const answers = [
    await attempt(account.email),
    await attempt('nobody@example.com'),
    await attempt(disabled.email, password),
  ];
  const shape = (answer: (typeof answers)[number]) => ({
    status: answer.statusCode,
    ...answer.json<Record<string, unknown>>(),
    requestId: '',
  });
  t.same(shape(answers[1] as never), shape(answers[0] as never));
  t.same(shape(answers[2] as never), shape(answers[0] as never));
  t.equal(answers[0]?.json().code, 'invalid_credentials');

  t.equal((await attempt(account.email, password)).statusCode, 200, 'success starts the count anew');
  for (const email of [account.email, 'ghost@example.com']) {
    for (let n = 0; n < 3; n += 1) t.equal((await attempt(email, undefined, '203.0.113.10')).statusCode, 401);
    const stopped = await attempt(email.toUpperCase(), password, '203.0.113.10');
    t.equal(stopped.statusCode, 429, `${email}: the right password does not help either`);
    t.ok(Number(stopped.headers['retry-after']) > 0);
  }
  t.equal((await attempt(account.email, password, '203.0.113.99')).statusCode, 200, 'its owner comes from elsewhere');
  for (let n = 0; n < 12; n += 1) await attempt(`user${n}@example.com`, undefined, '2001:db8::1');
  t.equal(
    (await attempt('user99@example.com', undefined, '2001:db8::2')).statusCode,
    429,
    'one network is one address',
  );
  t.equal((await attempt('user99@example.com', undefined, '2001:db8:0:1::2')).statusCode, 401);
});

t.test('right passwords have a limit too', async (t) => {
  const api = await startControlApi(t);
  const [account, other] = [await api.addAccount('viewer'), await api.addAccount('viewer')];
  const signIn = (email: string) => post(api, 'sign-in', { email, password, delivery: 'body' });
  for (let n = 0; n < 20; n += 1) t.equal((await signIn(account.email)).statusCode, 200);
  const stopped = await signIn(account.email);
  t.equal(stopped.statusCode, 429);
  t.ok(Number(stopped.headers['retry-after']) > 0);
  t.equal((await signIn(other.email)).statusCode, 200, 'everybody has their own');
});

t.test('more sign-ins at once than the process has room for', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      api.app.inject({
        method: 'POST',
        url: '/api/v1/accounts/sign-in',
        body: { email: `user${n}@example.com`, password, delivery: 'body' },
        remoteAddress: `203.0.113.${n}`,
      }),
    ),
  );
  const refused = answers.filter(({ statusCode }) => statusCode === 429);
  t.ok(refused.length > 0, 'some are sent away at once');
  t.ok(refused.every(({ headers }) => headers['retry-after'] === '5'));
  t.ok(answers.filter(({ statusCode }) => statusCode === 401).length >= 18, 'two are served and sixteen wait');
  t.equal(
    (await post(api, 'sign-in', { email: account.email, password, delivery: 'body' })).statusCode,
    200,
    'then there is room again',
  );
});

t.test('a name that is a pattern is a name', async (t) => {
  const api = await startControlApi(t);
  await api.addAccount('super_admin', 'a@example.com');
  for (const email of ['%', '_@example.com', "' or 1=1 --", 'a@example.com%', '*', 'a\u0000@example.com']) {
    t.equal((await post(api, 'sign-in', { email, password, delivery: 'body' })).statusCode, 401, email);
  }
  t.equal((await post(api, 'sign-in', { email: { $ne: null }, password, delivery: 'body' })).statusCode, 400);
});

t.test('no token, password or cookie gets into the log', async (t) => {
  const api = await startControlApi(t);
  const account = await api.addAccount('viewer');
  const signedIn = await post(
    api,
    'sign-in',
    { email: account.email, password, delivery: 'cookie' },
    { 'dramabox-client': 'x' },
  );
  const { accessToken } = signedIn.json<Tokens>();
  const cookie = signedIn.cookies[0]?.value ?? '';
  await me(api, `Bearer ${accessToken}`);
  await api.app.inject({
    url: `/api/v1/accounts/me?access_token=${accessToken}`,
    headers: { cookie: `dramabox_refresh=${cookie}` },
  });
  await post(api, 'refresh', { delivery: 'cookie' }, { 'dramabox-client': 'x', cookie: `dramabox_refresh=${cookie}` });
  api.clock.advance(60_000);
  await post(api, 'refresh', { delivery: 'cookie' }, { 'dramabox-client': 'x', cookie: `dramabox_refresh=${cookie}` });
  t.ok(api.logs.length >= 5);
  for (const secret of [accessToken, accessToken.split('.')[2] ?? 'x', cookie, password])
    t.notOk(api.logs.some((line) => line.includes(secret)));
  t.ok(
    api.logs.some((line) => line.includes('used twice')),
    'the theft is there',
  );
});
