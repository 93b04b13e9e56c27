import t from 'tap';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { addTotp } from '../testing/totp.ts';

interface Page {
  readonly items: readonly { readonly id: string; readonly email: string; readonly role: string }[];
  readonly nextCursor: string | null;
}

const get = (api: Harness, authorization: string, path: string) =>
  api.app.inject({ url: `/api/v1/accounts${path}`, headers: { authorization } });

t.test('accounts are found by the beginning of their address, and no character stands for others', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('super_admin');
  for (const email of ['ann@example.com', 'anna@example.com', 'a_n@example.com', 'a%n@example.com', 'bob@example.com'])
    await api.addAccount('viewer', email);
  const { id } = await api.addAccount('viewer', 'éva@example.com');
  const found = async (search: string) => {
    const answer = await get(api, authorization, `?search=${encodeURIComponent(search)}`);
    return answer.json<Page>().items.map(({ email }) => email);
  };
  t.same(await found('ann'), ['anna@example.com', 'ann@example.com'], 'newest first');
  t.same(await found('ANN@'), ['ann@example.com'], 'in any letters');
  t.same(await found(' bob@example.com '), ['bob@example.com']);
  t.same(await found('example.com'), [], 'not in the middle');
  t.same(await found('%'), []);
  t.same(await found('a_n'), ['a_n@example.com']);
  t.same(await found('a%'), ['a%n@example.com']);
  t.same(await found('a\\'), []);
  t.same(await found('É'), ['éva@example.com']);
  t.same(await found('e\u0301va'), ['éva@example.com'], 'however it is encoded');
  t.same(await found("' or 1=1 --"), []);
  t.same(await found('ann\u0000'), await found('ann'), 'PostgreSQL fails on U+0000');
  t.same(await found(id.toLowerCase()), ['éva@example.com'], 'by the id');
  t.same(await found(id.slice('account_'.length)), ['éva@example.com'], 'with or without what ids begin with');
  t.same(await found(id.slice(0, 20)), [], 'and only by all of it');
});

t.test('by role and status', async (t) => {
  const api = await startControlApi(t);
  const admin = await api.as('super_admin');
  const roles = ['content_manager', 'support', 'finance', 'viewer'] as const;
  for (const role of roles) await api.addAccount(role);
  await api.rows.account({ role: 'guest', email: null });
  await api.rows.account({ status: 'locked' });
  const found = async (query: string, authorization = admin.authorization) =>
    (await get(api, authorization, `?${query}`)).json<Page>().items.map(({ role }) => role);
  t.same(await found('role=staff'), ['finance', 'support', 'content_manager', 'super_admin']);
  t.same(await found('role=viewer'), ['viewer', 'viewer']);
  t.same(await found('role=guest'), ['guest']);
  t.same(await found('status=locked'), ['viewer']);
  t.same(await found('role=staff&status=disabled'), []);
  for (const wrong of ['role=king', 'status=gone', 'search=', `search=${'x'.repeat(300)}`])
    t.equal((await get(api, admin.authorization, `?${wrong}`)).statusCode, 400, wrong);

  for (const role of ['support', 'finance'] as const) {
    const { authorization } = await api.as(role);
    t.same([...new Set(await found('', authorization))].sort(), ['guest', 'viewer'], `${role} sees those who watch`);
    t.same(await found('role=staff', authorization), []);
    t.same(await found('role=super_admin', authorization), []);
    t.same(await found(`search=${admin.email}`, authorization), []);
    t.same(await found(`search=${admin.id}`, authorization), []);
    t.equal((await get(api, authorization, `/${admin.id}`)).json().code, 'not_found');
  }
});

t.test('one account, with how it signs in and what happened to it', async (t) => {
  const api = await startControlApi(t);
  const viewer = await api.addAccount('viewer');
  await addTotp(api, viewer.id);
  await api.rows.signIn({ account_id: viewer.id, seen_at: 5000 });
  await api.rows.signIn({ account_id: viewer.id, seen_at: 9000, ended_at: 9500 });
  const identity = { id: 'identity_01ARZ3NDEKTSV4RRFFQ69G5FAV', account_id: viewer.id, subject: 'their id at Google' };
  await api.db
    .insertInto('identities')
    .values({ ...identity, provider: 'google', email: 'x@gmail.com', linked_at: 1, used_at: 1 })
    .execute();
  const support = await api.as('support');
  const answer = await get(api, support.authorization, `/${viewer.id}`);
  t.match(answer.json(), {
    id: viewer.id,
    hasPassword: true,
    hasTotp: true,
    passkeys: 0,
    recoveryCodes: 0,
    providers: ['google'],
    devices: 1,
    seenAt: '1970-01-01T00:00:09.000Z',
    may: ['account.lock'],
    history: [],
  });
  t.notMatch(answer.body, /argon2|sealed|their id at Google/, 'nothing with which one could sign in');
  const finance = await api.as('finance');
  t.same((await get(api, finance.authorization, `/${viewer.id}`)).json().may, []);
  const admin = await api.as('super_admin');
  t.same((await get(api, admin.authorization, `/${support.id}`)).json().may, ['account.lock', 'account.change']);
  t.same((await get(api, admin.authorization, `/${admin.id}`)).json().may, [], 'nobody manages their own account');
});

t.test('the history of an account', async (t) => {
  const api = await startControlApi(t);
  const [viewer, support] = [await api.addAccount('viewer'), await api.as('support')];
  const send = (url: string, body: object, remoteAddress: string, authorization?: string) =>
    api.app.inject({
      method: 'POST',
      url: `/api/v1/accounts/${url}`,
      body,
      remoteAddress,
      headers: authorization === undefined ? {} : { authorization },
    });
  const signIn = (password: string) =>
    send('sign-in', { email: viewer.email, password, delivery: 'body' }, '203.0.113.1');
  await signIn('wrong wrong wrong');
  await signIn('correct horse battery staple');
  await send(
    `${viewer.id}/disable`,
    { reason: 'shares\nit with\u202eeverybody' },
    '198.51.100.7',
    support.authorization,
  );
  const { history } = (await get(api, support.authorization, `/${viewer.id}`)).json<{ history: object[] }>();
  t.match(history, [
    {
      event: 'account.disabled',
      actor: support.id,
      address: null,
      before: { status: 'active' },
      after: { status: 'disabled', reason: 'shares it with everybody' },
    },
    { event: 'sign-in.started', actor: viewer.id, address: '203.0.113.1' },
    { event: 'sign-in.failed', actor: null, address: '203.0.113.1' },
  ]);
  t.equal(history.length, 3);

  for (let n = 0; n < 60; n += 1)
    await api.db
      .insertInto('audit_log')
      .values({ id: `audit_${String(n).padStart(26, '0')}`, at: n, event: 'account.changed', subject: viewer.id })
      .execute();
  const long = (await get(api, support.authorization, `/${viewer.id}`)).json<{ history: object[] }>().history;
  t.equal(long.length, 50);
  t.match(long.slice(0, 3), history, 'the newest of both kinds');
});
