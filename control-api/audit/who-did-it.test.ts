import t from 'tap';
import type { AuditEvent } from '../../server/kit/audit-events.ts';
import { recordKeyChange } from '../audit-log.ts';
import { password, startControlApi, type Harness } from '../testing/harness.ts';

const hour = 3_600_000;

/** To the beginning of the next hour, so that what follows is in one. */
function toNextHour({ clock }: Harness): void {
  clock.advance(hour - (clock.now() % hour));
}

const signIn = (api: Harness, email: string, word: string, remoteAddress = '203.0.113.1') =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    body: { email, password: word, delivery: 'body' },
    remoteAddress,
  });

const records = (api: Harness, event: AuditEvent) =>
  api.db.selectFrom('audit_log').selectAll().where('event', '=', event).orderBy('id').execute();

/** What was logged under this message. */
const logged = (api: Harness, message: string) =>
  api.logs.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === message);

t.test('wrong passwords are one record an hour for each account, and one for all that there are not', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { signInAttemptsPerAccount: 1000 } } });
  toNextHour(api);
  const { id, email } = await api.addAccount('viewer');
  for (let n = 0; n < 3; n += 1) await signIn(api, email, 'wrong wrong wrong', `203.0.113.${n}`);
  for (let n = 0; n < 3; n += 1) await signIn(api, `nobody-${n}@example.com`, 'my secret password', '198.51.100.1');
  const lastAt = new Date(api.clock.now()).toISOString();
  const read = async () =>
    (await records(api, 'sign-in.failed')).map(({ subject, actor, address, after }) => ({
      subject,
      actor,
      address,
      after: JSON.parse(after ?? '') as unknown,
    }));
  t.same(await read(), [
    { subject: id, actor: null, address: '203.0.113.2', after: { times: 3, lastAt } },
    { subject: 'unknown-account', actor: null, address: '198.51.100.1', after: { times: 3, lastAt } },
  ]);
  api.clock.advance(hour);
  await signIn(api, email, 'wrong wrong wrong');
  t.match((await read()).at(-1), { subject: id, after: { times: 1 } }, 'another hour');
  t.equal((await read()).length, 3);

  const lines = logged(api, 'a password was wrong');
  t.equal(lines.length, 7, 'each is in the log');
  t.match(lines[0], { level: 40, event: 'sign-in.failed', subject: id, address: '203.0.113.0' });
  t.match(lines[3], { subject: 'unknown-account', address: '198.51.100.1' });
  t.notOk(
    api.logs.some((line) => /nobody-|secret password|wrong wrong/.test(line)),
    'what was typed is not',
  );
  const { authorization } = await api.as('super_admin');
  const shown = await api.app.inject({ url: '/api/v1/audit?subject=unknown-account', headers: { authorization } });
  t.match(shown.json(), { items: [{ event: 'sign-in.failed', after: { times: 3 } }] });
});

t.test('a wrong password of somebody who is signed in names them', async (t) => {
  const api = await startControlApi(t);
  toNextHour(api);
  const { id, authorization } = await api.as('viewer');
  const post = (path: string, body: object) =>
    api.app.inject({ method: 'POST', url: `/api/v1/accounts/me/${path}`, headers: { authorization }, body });
  await post('confirm', { password: 'wrong wrong wrong' });
  await post('password', { currentPassword: 'wrong wrong wrong', newPassword: 'another long password' });
  const [record, ...others] = await records(api, 'sign-in.failed');
  t.match(record, { subject: id, actor: id });
  t.match(JSON.parse(record?.after ?? ''), { times: 2 });
  t.same(others, []);
});

t.test('the log of requests says who, from where, and what was changed', async (t) => {
  const api = await startControlApi(t);
  const admin = await api.as('super_admin');
  const { id, email } = await api.addAccount('viewer');
  const { assetId } = await api.rows.title({ ownerId: admin.id, published: false });
  const ask = (method: 'GET' | 'PATCH' | 'DELETE', url: string, body?: object) =>
    api.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { authorization: admin.authorization },
      remoteAddress: '203.0.113.5',
      ...(body && { body }),
    });
  const last = () => logged(api, 'request').at(-1);

  const signedIn = await signIn(api, email, password);
  const { accessToken, refreshToken } = signedIn.json<{ accessToken: string; refreshToken: string }>();
  t.match(last(), { address: '203.0.113.1', by: id, changed: [{ event: 'sign-in.started', subject: /^family_/ }] });
  await signIn(api, email, 'wrong wrong wrong');
  t.match(last(), { address: '203.0.113.1', status: 401, by: undefined, changed: undefined });
  await ask('GET', '/accounts');
  t.match(last(), { address: '203.0.113.5', by: admin.id, changed: undefined });
  await ask('PATCH', `/accounts/${id}`, { role: 'super_admin' });
  t.match(last(), { by: admin.id, changed: [{ event: 'account.changed', subject: id }] });
  await ask('DELETE', `/assets/${assetId}`);
  t.match(last(), { by: admin.id, changed: [{ event: 'asset.deleted', subject: assetId }] });
  await api.app.inject({ url: '/nothing', remoteAddress: '203.0.113.9' });
  t.match(last(), { address: '203.0.113.9', status: 404, by: undefined });
  for (const secret of [accessToken, refreshToken, admin.authorization, password])
    t.notOk(api.logs.some((line) => line.includes(secret)));
});

t.test('a signing key that was replaced is recorded without the key', async (t) => {
  const api = await startControlApi(t);
  await recordKeyChange(api.db, api.clock, 'access', { before: 'old-kid', after: 'new-kid' });
  const { authorization } = await api.as('super_admin');
  const shown = await api.app.inject({ url: '/api/v1/audit?subject=access-keys', headers: { authorization } });
  t.match(shown.json(), {
    items: [{ event: 'key.replaced', actor: null, before: { key: 'old-kid' }, after: { key: 'new-kid' } }],
  });
});
