import t from 'tap';
import { mailsTo, newestMailTo, startMails, allMailsSent } from '../testing/mails.ts';
import { password, startControlApi, type Harness } from '../testing/harness.ts';
import { addTotp } from '../testing/totp.ts';

const reason = 'A reason';

const call = (api: Harness, authorization: string, method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) =>
  api.app.inject({
    method,
    url: path === '' ? '/api/v1/accounts' : `/api/v1/accounts/${path}`,
    headers: authorization === '' ? {} : { authorization },
    ...(body === undefined ? {} : { body }),
  });

const stream = (api: Harness, id: string, accountId: string) =>
  api.sessions.start(
    { id, accountId, assetId: 'a', versionId: 'v', startedAt: api.clock.now(), expiresAt: api.clock.now() + 60_000 },
    { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
  );

t.test('a role counts at once, and ends no sign-in', async (t) => {
  const api = await startControlApi(t);
  await startMails(api);
  const [admin, other] = [await api.as('super_admin'), await api.as('content_manager')];
  t.equal((await call(api, other.authorization, 'PATCH', admin.id, { role: 'viewer' })).statusCode, 403);
  t.equal(
    (await call(api, admin.authorization, 'PATCH', other.id, { role: 'super_admin' })).json().role,
    'super_admin',
  );
  t.equal((await call(api, other.authorization, 'GET', '')).statusCode, 200, 'with the old token');
  t.match((await newestMailTo(api, other.email)).text, /It is now: administrator/, 'the owner is told');
  t.equal((await call(api, admin.authorization, 'PATCH', other.id, { role: 'viewer' })).json().role, 'viewer');
  t.equal((await call(api, other.authorization, 'GET', '')).statusCode, 403);
  t.equal((await call(api, other.authorization, 'GET', 'me')).statusCode, 200, 'still signed in');
  t.match((await newestMailTo(api, other.email, 2)).text, /It is now: viewer/);
  t.match(
    api.events.published,
    [1, 2].map(() => ({ name: 'rights.changed', event: { accountId: other.id } })),
    'what is open asks again',
  );

  t.equal((await call(api, admin.authorization, 'PATCH', other.id, { role: 'viewer' })).statusCode, 200);
  await allMailsSent(api);
  t.equal((await mailsTo(api, other.email)).length, 2, 'the same role is nothing to tell of');
  for (const wrong of [{}, { role: 'guest' }, { role: 'king' }, { status: 'locked' }, { role: 'viewer', email: 'a@b' }])
    t.equal((await call(api, admin.authorization, 'PATCH', other.id, wrong)).statusCode, 400, JSON.stringify(wrong));
  for (const [id, status] of [
    ['account_01ARZ3NDEKTSV4RRFFQ69G5FAV', 404],
    [encodeURIComponent("account_'; drop table accounts; --"), 400],
  ] as const)
    t.equal((await call(api, admin.authorization, 'PATCH', id, { role: 'viewer' })).statusCode, status, id);
});

t.test('who may not get a role', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('super_admin');
  const raise = async (id: string) => (await call(api, authorization, 'PATCH', id, { role: 'support' })).json();
  const guest = await api.rows.account({ role: 'guest', email: null, email_proven_at: null });
  t.match(await raise(guest.id), { code: 'conflict' });
  const { id } = await api.rows.account({ email_proven_at: null });
  t.match(await raise(id), { code: 'unproven_address' }, 'somebody else may have made it');
  await api.db.updateTable('accounts').set({ email_proven_at: 1 }).where('id', '=', id).execute();
  t.match(await raise(id), { role: 'support' });
});

t.test('disabling is at once and for all, and old sign-ins do not come back', async (t) => {
  const api = await startControlApi(t);
  const [support, viewer] = [await api.as('support'), await api.as('viewer')];
  const code = await addTotp(api, viewer.id);
  const half = (await call(api, '', 'POST', 'sign-in', { email: viewer.email, password, delivery: 'body' })).json<{
    token: string;
  }>();
  await stream(api, 'session_x', viewer.id);
  const disabled = await call(api, support.authorization, 'POST', `${viewer.id}/disable`, { reason });
  t.match(disabled.json(), { id: viewer.id, status: 'disabled' });
  t.equal((await call(api, viewer.authorization, 'GET', 'me')).statusCode, 401);
  t.ok(api.sessions.isDenied('session_x'), 'its streams end');
  t.same(await api.recorded('account.signed-out'), [viewer.id], 'also when this process is killed now');
  t.match(
    (await call(api, support.authorization, 'POST', `${viewer.id}/enable`, { reason })).json(),
    { status: 'active' },
    'and back',
  );
  t.equal((await call(api, viewer.authorization, 'GET', 'me')).statusCode, 401);
  const finished = await call(api, '', 'POST', 'sign-in/second-factor', {
    token: half.token,
    totp: code(),
    delivery: 'body',
  });
  t.match(finished.json(), { code: 'invalid_code' }, 'nor does what was half done');
  for (const wrong of [{}, { reason: '' }, { reason: ' \u0000' }, { reason: 'x'.repeat(501) }, { reason: 7 }])
    t.equal(
      (await call(api, support.authorization, 'POST', `${viewer.id}/disable`, wrong)).statusCode,
      400,
      JSON.stringify(wrong).slice(0, 40),
    );
});

t.test('signing somebody out leaves the account as it is', async (t) => {
  const api = await startControlApi(t);
  const [support, viewer] = [await api.as('support'), await api.as('viewer')];
  await stream(api, 'session_y', viewer.id);
  t.equal((await call(api, support.authorization, 'POST', `${viewer.id}/sign-out`, { reason })).statusCode, 204);
  t.equal((await call(api, viewer.authorization, 'GET', 'me')).statusCode, 401);
  t.ok(api.sessions.isDenied('session_y'));
  t.equal((await call(api, await api.signIn(viewer), 'GET', 'me')).statusCode, 200);
});

t.test('a second factor is reset, and the owner can say that it was not them', async (t) => {
  const api = await startControlApi(t);
  await startMails(api);
  const [support, viewer] = [await api.as('support'), await api.as('viewer')];
  const reset = () => call(api, support.authorization, 'POST', `${viewer.id}/second-factor/reset`, { reason });
  t.match((await reset()).json(), { code: 'no_second_factor' });
  await addTotp(api, viewer.id);
  const codes = { account_id: viewer.id, code_hash: 'x', created_at: 1, used_at: null };
  await api.db.insertInto('recovery_codes').values(codes).execute();
  const begin = () => call(api, '', 'POST', 'sign-in', { email: viewer.email, password, delivery: 'body' });
  t.match((await begin()).json(), { code: 'second_factor_required' });
  t.equal((await reset()).statusCode, 204);
  t.equal((await call(api, viewer.authorization, 'GET', 'me')).statusCode, 401, 'signed out');
  t.equal((await begin()).statusCode, 200, 'the password is enough');
  t.same(await api.db.selectFrom('recovery_codes').selectAll().execute(), []);
  const { subject, text, link } = await newestMailTo(api, viewer.email);
  t.match(subject, /second factor/);
  t.match(text, /by those who run the service/);
  t.equal((await call(api, '', 'POST', 'not-me', { link })).statusCode, 204);
  t.match((await begin()).json(), { code: 'invalid_credentials' }, 'locked');
});

t.test('resetting a second factor asks for a recent proof, and leaves a way in', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { accessTokenSeconds: 3600 } } });
  const { authorization } = await api.as('support');
  const reset = async (id: string) =>
    (await call(api, authorization, 'POST', `${id}/second-factor/reset`, { reason })).json<{ code: string }>().code;
  const { id } = await api.rows.account({ email: null, email_proven_at: null });
  await addTotp(api, id);
  t.equal(await reset(id), 'last_way_in', 'nobody could sign in any more');
  api.clock.advance(15 * 60_000 + 1);
  t.equal(await reset(id), 'step_up_required');
});

t.test('support touches nobody of staff, and nobody touches themselves', async (t) => {
  const api = await startControlApi(t);
  const routes = ['disable', 'enable', 'sign-out', 'second-factor/reset'] as const;
  const [support, admin] = [await api.as('support'), await api.as('super_admin')];
  for (const role of ['super_admin', 'content_manager', 'support', 'finance'] as const) {
    const { id } = await api.addAccount(role);
    await addTotp(api, id);
    for (const route of routes)
      t.match(
        (await call(api, support.authorization, 'POST', `${id}/${route}`, { reason })).json(),
        { status: 404, code: 'not_found' },
        `${route} of a ${role}`,
      );
    t.equal((await call(api, admin.authorization, 'POST', `${id}/second-factor/reset`, { reason })).statusCode, 204);
  }
  for (const who of [support, admin])
    for (const route of routes)
      t.match((await call(api, who.authorization, 'POST', `${who.id}/${route}`, { reason })).json(), {
        code: 'own_account',
      });
  for (const change of [{ role: 'viewer' }, { status: 'disabled' }, { role: 'super_admin', status: 'active' }])
    t.match((await call(api, admin.authorization, 'PATCH', admin.id, change)).json(), { code: 'own_account' });
});

t.test('there is always a super admin', async (t) => {
  const api = await startControlApi(t);
  const [one, two] = [await api.as('super_admin'), await api.as('super_admin')];
  const results = await Promise.all([
    call(api, one.authorization, 'PATCH', two.id, { role: 'viewer' }),
    call(api, two.authorization, 'POST', `${one.id}/disable`, { reason }),
  ]);
  const [refused, ...others] = results.filter(({ statusCode }) => statusCode !== 200);
  t.same(others, [], 'of two who remove each other at once one stays');
  t.match(refused?.json(), { code: /^(not_found|unauthenticated)$/ }, 'and the other one may nothing any more');
  const left = await api.db
    .selectFrom('accounts')
    .select(['id'])
    .where('role', '=', 'super_admin')
    .where('status', '=', 'active')
    .execute();
  t.equal(left.length, 1);
});
