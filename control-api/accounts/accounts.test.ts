import t from 'tap';
import { createFirstAdmin } from '../sign-in/passwords/first-admin.ts';
import { setPassword } from '../sign-in/passwords/set-password.ts';
import { password, startControlApi, type Harness } from '../testing/harness.ts';

const call = (api: Harness, authorization: string, method: 'GET' | 'POST', path: string, body?: object) =>
  api.app.inject({
    method,
    url: `/api/v1/accounts${path}`,
    headers: { authorization },
    ...(body === undefined ? {} : { body }),
  });

t.test('super admins make accounts of those who watch', async (t) => {
  const api = await startControlApi(t);
  const admin = await api.as('super_admin');
  const made = await call(api, admin.authorization, 'POST', '', {
    email: 'New@Example.com',
    password: 'a long password',
  });
  t.equal(made.statusCode, 201);
  t.match(made.json(), { email: 'new@example.com', isEmailProven: false, role: 'viewer', status: 'active' });
  t.equal(
    (await call(api, admin.authorization, 'POST', '', { email: 'new@example.COM', password: 'a long password' })).json()
      .code,
    'account_exists',
  );
  for (const wrong of [
    { email: 'x', password: 'a long password' },
    { email: 'x@y', password: 'short' },
    { email: 'x@y', password: 'a long password', role: 'super_admin' },
    { email: 'a b@y', password: 'a long password' },
    { email: 'x@y\n', password: 'a long password' },
    { email: 'x@y', password: 'p'.repeat(300) },
    { email: 'x@y', password: 'a long password', status: 'active' },
  ])
    t.equal(
      (await call(api, admin.authorization, 'POST', '', wrong)).statusCode,
      400,
      JSON.stringify(wrong).slice(0, 60),
    );
});

async function signInAs(api: Harness, email: string, word: string): Promise<string> {
  const response = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    body: { email, password: word, delivery: 'body' },
  });
  return `Bearer ${response.json<{ accessToken: string }>().accessToken}`;
}

t.test('pages of accounts', async (t) => {
  const api = await startControlApi(t);
  const admin = await api.as('super_admin');
  for (let n = 0; n < 5; n += 1) await api.addAccount('viewer');
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: { id: string }[]; nextCursor: string | null } = (
      await call(api, admin.authorization, 'GET', `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    ).json();
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  t.equal(seen.length, 6);
  t.same(seen, [...new Set(seen)].sort().reverse(), 'newest first, each once');
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=%25', 'offset=5', 'limit=1&limit=2'])
    t.equal((await call(api, admin.authorization, 'GET', `?${query}`)).statusCode, 400, query);
});

t.test('changing the password ends every sign-in', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { signInAttemptsPerAccount: 3 } } });
  const account = await api.as('viewer');
  const elsewhere = await api.signIn(account);
  const change = (currentPassword: string) =>
    call(api, account.authorization, 'POST', '/me/password', { currentPassword, newPassword: 'another long password' });
  t.equal((await change('wrong wrong wrong')).json().code, 'invalid_credentials');
  await api.sessions.start(
    {
      id: 'session_y',
      accountId: account.id,
      assetId: 'a',
      versionId: 'v',
      startedAt: api.clock.now(),
      expiresAt: api.clock.now() + 60_000,
    },
    { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
  );
  t.equal((await change(password)).statusCode, 204);
  t.equal((await call(api, account.authorization, 'GET', '/me')).statusCode, 401);
  t.equal((await call(api, elsewhere, 'GET', '/me')).statusCode, 401);
  t.ok(api.sessions.isDenied('session_y'));
  const again = await signInAs(api, account.email, 'another long password');
  t.equal((await call(api, again, 'GET', '/me')).statusCode, 200);
  for (let n = 0; n < 3; n += 1)
    await call(api, again, 'POST', '/me/password', {
      currentPassword: 'guess guess guess',
      newPassword: 'another long password',
    });
  t.equal(
    (
      await call(api, again, 'POST', '/me/password', {
        currentPassword: 'another long password',
        newPassword: 'xxxxxxxxxxxxx',
      })
    ).statusCode,
    429,
    'a stolen token guesses no passwords',
  );
});

t.test('of two who change the password with the same old one, one succeeds', async (t) => {
  const api = await startControlApi(t);
  const account = await api.as('viewer');
  const elsewhere = await api.signIn(account);
  const answers = await Promise.all(
    [account.authorization, elsewhere].map((authorization, n) =>
      call(api, authorization, 'POST', '/me/password', {
        currentPassword: password,
        newPassword: `another long password ${n}`,
      }),
    ),
  );
  t.same(
    answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [204, 401],
  );
  const winner = answers.findIndex(({ statusCode }) => statusCode === 204);
  t.not(await signInAs(api, account.email, `another long password ${winner}`), 'Bearer undefined');
  t.equal(await signInAs(api, account.email, `another long password ${1 - winner}`), 'Bearer undefined');
});

t.test('the first admin is made once', async (t) => {
  const api = await startControlApi(t);
  await t.rejects(createFirstAdmin(api.db, { email: 'nobody at all' }), { code: 'invalid_request' });
  const [first, ...rest] = (
    await Promise.all([1, 2, 3].map(() => createFirstAdmin(api.db, { email: 'Admin@example.com' })))
  ).filter(Boolean);
  t.equal(rest.length, 0, 'also when several processes start at once');
  t.ok((first?.password.length ?? 0) >= 20);
  t.match(await signInAs(api, 'admin@example.com', first?.password ?? ''), /^Bearer \w+/);
  t.equal(await createFirstAdmin(api.db, { email: 'other@example.com' }), undefined);
  const before = await signInAs(api, 'admin@example.com', first?.password ?? '');
  const reset = await setPassword(api.db, { email: 'ADMIN@example.com', outbox: api.outbox });
  t.equal((await call(api, before, 'GET', '/me')).statusCode, 401);
  t.equal((await call(api, await signInAs(api, 'admin@example.com', reset.password), 'GET', '/me')).statusCode, 200);
  await t.rejects(setPassword(api.db, { email: 'nobody@example.com', outbox: api.outbox }), { code: 'not_found' });
});
