import t from 'tap';
import { Authenticator } from '../../../server/testing/authenticator.ts';
import { password, startControlApi, type Harness } from '../../testing/harness.ts';
import { mailsTo, newestMailTo, startMails } from '../../testing/mails.ts';
import { addTotp } from '../../testing/totp.ts';
import { totpCode } from '../factors/totp.ts';

const newPassword = 'seven green bottles on a wall';
const week = 7 * 86_400_000;

interface Answer {
  readonly statusCode: number;
  json(): { readonly id: string; readonly code: string; readonly accessToken: string; readonly token: string };
}

const send = (
  api: Harness,
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  url: string,
  { by, body }: { readonly by?: string; readonly body?: object } = {},
): Promise<Answer> =>
  api.app.inject({
    method,
    url: `/api/v1/${url}`,
    headers: { host: 'localhost', ...(by !== undefined && { authorization: by }) },
    ...(body && { body }),
  }) as Promise<Answer>;

const codeOf = async (answer: Promise<Answer>) => (await answer).json().code;

async function start(t: Parameters<typeof startControlApi>[0], options?: Parameters<typeof startControlApi>[1]) {
  const api = await startControlApi(t, { ...options });
  await startMails(api);
  const admin = await api.as('super_admin');
  const invite = (email: string, role = 'content_manager', by = admin.authorization) =>
    send(api, 'POST', 'invitations', { by, body: { email, role } });
  const accept = (link: string | undefined, more: object = {}) =>
    send(api, 'POST', 'invitations/accept', { body: { link, password: newPassword, delivery: 'body', ...more } });
  const acceptAs = (by: string, link: string | undefined) =>
    send(api, 'POST', 'accounts/me/invitation', { by, body: { link } });
  const look = (link: string | undefined) => send(api, 'POST', 'invitations/look', { body: { link } });
  const pending = async () =>
    ((await send(api, 'GET', 'invitations', { by: await api.signIn(admin) })).json() as unknown as { items: object[] })
      .items;
  return { api, admin, invite, accept, acceptAs, look, pending };
}

t.test('somebody is invited, makes an account, and sets up a second factor before the role counts', async (t) => {
  const { api, admin, invite, accept, look, pending } = await start(t);
  const invited = await invite('Ann@Example.com');
  t.equal(invited.statusCode, 201);
  t.match(invited.json(), {
    email: 'ann@example.com',
    role: 'content_manager',
    invitedBy: { id: admin.id, email: admin.email },
    expiresAt: new Date(api.clock.now() + week).toISOString(),
  });
  t.match(await pending(), [{ email: 'ann@example.com' }]);
  const { text, link } = await newestMailTo(api, 'ann@example.com');
  t.match(text, /Your role: content manager\./);
  t.match(text, /\/dashboard\/invitation#challenge_/);
  t.match((await look(link)).json(), { email: 'ann@example.com', role: 'content_manager', hasAccount: false });

  t.equal(await codeOf(accept(link, { password: 'password12345' })), 'password_breached');
  const accepted = await accept(link);
  t.match(accepted.json(), {
    account: { email: 'ann@example.com', isEmailProven: true, role: 'content_manager', isSecondFactorMissing: true },
  });
  const by = `Bearer ${accepted.json().accessToken}`;
  t.equal(await codeOf(send(api, 'GET', 'assets', { by })), 'second_factor_needed');
  const { secret } = (await send(api, 'POST', 'accounts/me/totp', { by })).json() as unknown as { secret: string };
  const code = totpCode(secret, api.clock.now());
  t.equal((await send(api, 'POST', 'accounts/me/totp/confirm', { by, body: { code } })).statusCode, 200);
  t.equal((await send(api, 'GET', 'assets', { by })).statusCode, 200, 'with the same token');

  t.same(await pending(), []);
  t.equal(await codeOf(accept(link)), 'invalid_link', 'it works once');
  t.equal(await codeOf(look(link)), 'invalid_link');
});

t.test('of two who accept at once one does', async (t) => {
  const { api, invite, accept } = await start(t);
  await invite('ann@example.com');
  const { link } = await newestMailTo(api, 'ann@example.com');
  const answers = await Promise.all([accept(link), accept(link)]);
  t.same(answers.map(({ statusCode }) => statusCode).filter((status) => status === 200).length, 1);
});

t.test('an invitation ends: withdrawn, in a week, or sent again', async (t) => {
  const { api, admin, invite, accept, look, pending } = await start(t);
  const by = admin.authorization;
  const { id } = (await invite('ann@example.com')).json();
  t.equal(await codeOf(invite('ANN@example.com')), 'invitation_pending');
  const first = await newestMailTo(api, 'ann@example.com');
  api.clock.advance(60_000);
  const again = (await send(api, 'POST', `invitations/${id}/send-again`, { by })).json();
  t.match(again, { id, sentAt: new Date(api.clock.now()).toISOString() });
  const second = await newestMailTo(api, 'ann@example.com', 2);
  t.not(second.link, first.link);
  t.equal(await codeOf(look(first.link)), 'invalid_link', 'the earlier one opens nothing');
  t.equal((await look(second.link)).statusCode, 200);
  t.equal((await send(api, 'DELETE', `invitations/${id}`, { by })).statusCode, 204);
  t.equal(await codeOf(accept(second.link)), 'invalid_link');
  t.equal(await codeOf(send(api, 'DELETE', `invitations/${id}`, { by })), 'not_found');
  t.equal(await codeOf(send(api, 'POST', `invitations/${id}/send-again`, { by })), 'not_found');

  t.equal((await invite('ann@example.com')).statusCode, 201, 'and anew');
  const third = await newestMailTo(api, 'ann@example.com', 3);
  api.clock.advance(week);
  t.same(await pending(), []);
  t.equal(await codeOf(accept(third.link)), 'invalid_link');
  const fresh = await api.as('super_admin');
  t.equal(
    (await invite('ann@example.com', 'support', fresh.authorization)).statusCode,
    201,
    'before upkeep came to it',
  );
  api.clock.advance(week + 1);
  await api.upkeep('sign-in.collect-challenges');
  t.same(await api.db.selectFrom('invitations').selectAll().execute(), []);
});

t.test('what is invited by somebody ends with their right to invite', async (t) => {
  const { api, admin, invite, accept, pending } = await start(t);
  const lose: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
    'another role': (id) =>
      send(api, 'PATCH', `accounts/${id}`, { by: admin.authorization, body: { role: 'support' } }),
    'being disabled': (id) =>
      send(api, 'POST', `accounts/${id}/disable`, { by: admin.authorization, body: { reason: 'x' } }),
    'a lock that nobody told of': async (id) =>
      api.db.updateTable('accounts').set({ status: 'locked' }).where('id', '=', id).execute(),
  };
  for (const [how, doIt] of Object.entries(lose)) {
    const inviter = await api.as('super_admin');
    const email = `${how.replaceAll(' ', '-')}@example.com`;
    t.equal((await invite(email, 'super_admin', inviter.authorization)).statusCode, 201);
    const { link } = await newestMailTo(api, email);
    await doIt(inviter.id);
    t.equal(await codeOf(accept(link)), 'invalid_link', how);
    t.same(await pending(), []);
    await api.db
      .updateTable('accounts')
      .set({ status: 'active', role: 'super_admin' })
      .where('id', '=', inviter.id)
      .execute();
    if (how.startsWith('a lock')) t.equal((await accept(link)).statusCode, 200, 'a lock alone deletes nothing');
    else t.equal(await codeOf(accept(link)), 'invalid_link', `${how}: it does not come back with the right`);
  }
});

t.test('who was in an account of somebody else has invited nobody', async (t) => {
  const { api, admin, invite, accept } = await start(t);
  const change = { currentPassword: password, newPassword };
  await invite('thief@example.com', 'super_admin');
  t.equal((await send(api, 'POST', 'accounts/me/password', { by: admin.authorization, body: change })).statusCode, 204);
  const { link } = await newestMailTo(api, admin.email);
  const invitation = await newestMailTo(api, 'thief@example.com');
  t.equal((await send(api, 'POST', 'accounts/not-me', { body: { link } })).statusCode, 204);
  await api.db.updateTable('accounts').set({ status: 'active' }).where('id', '=', admin.id).execute();
  t.equal(await codeOf(accept(invitation.link)), 'invalid_link');
});

t.test('who answers for an invitation is who sent it last', async (t) => {
  const { api, admin, invite, accept } = await start(t);
  const other = await api.as('super_admin');
  const { id } = (await invite('ann@example.com', 'support', other.authorization)).json();
  await send(api, 'POST', `invitations/${id}/send-again`, { by: admin.authorization });
  await send(api, 'PATCH', `accounts/${other.id}`, { by: admin.authorization, body: { role: 'viewer' } });
  const { link } = await newestMailTo(api, 'ann@example.com', 2);
  t.equal((await accept(link)).statusCode, 200);
});

t.test('a link alone opens no account that there is', async (t) => {
  const { api, invite, accept, acceptAs, look } = await start(t);
  const viewer = await api.as('viewer');
  const elsewhere = await api.signIn(viewer);
  await addTotp(api, viewer.id);
  await invite(viewer.email, 'support');
  const { link } = await newestMailTo(api, viewer.email);
  t.match((await look(link)).json(), { hasAccount: true });
  t.equal(await codeOf(accept(link)), 'account_exists');
  const row = () =>
    api.db.selectFrom('accounts').select(['role', 'password_hash']).where('id', '=', viewer.id).executeTakeFirst();
  t.match(await row(), { role: 'viewer' });

  const stranger = await api.as('viewer');
  t.equal(await codeOf(acceptAs(stranger.authorization, link)), 'invitation_for_another');
  t.equal(await codeOf(acceptAs((await api.as('super_admin')).authorization, link)), 'invitation_for_another');
  const before = await row();
  t.equal((await acceptAs(viewer.authorization, link)).statusCode, 204);
  t.match(await row(), { role: 'support', password_hash: before?.password_hash }, 'the password stays');
  t.equal((await send(api, 'GET', 'accounts', { by: viewer.authorization })).statusCode, 200, 'at once');
  t.equal((await send(api, 'GET', 'accounts/me', { by: elsewhere })).statusCode, 401, 'signed in here alone');
  t.equal(await codeOf(acceptAs(viewer.authorization, link)), 'invalid_link', 'once');
});

t.test('accepting with an account that there is asks for a recent proof', async (t) => {
  const { api, invite, acceptAs } = await start(t, { settings: { accounts: { accessTokenSeconds: 3600 } } });
  const viewer = await api.as('viewer');
  await invite(viewer.email);
  const { link } = await newestMailTo(api, viewer.email);
  api.clock.advance(15 * 60_000 + 1);
  t.equal(await codeOf(acceptAs(viewer.authorization, link)), 'step_up_required');
});

t.test('an account that nobody has proven is theirs who reads the mail, without what was prepared in it', async (t) => {
  const { api, invite, accept } = await start(t);
  const prepared = await api.addAccount('viewer', 'ann@example.com');
  await api.db.updateTable('accounts').set({ email_proven_at: null }).where('id', '=', prepared.id).execute();
  const attacker = await api.signIn(prepared);
  await addTotp(api, prepared.id);
  await invite('ann@example.com');
  const { link } = await newestMailTo(api, 'ann@example.com');
  t.match((await accept(link)).json(), { account: { id: prepared.id, isEmailProven: true, role: 'content_manager' } });
  t.equal((await send(api, 'GET', 'accounts/me', { by: attacker })).statusCode, 401);
  const old = { email: prepared.email, password, delivery: 'body' };
  t.equal(await codeOf(send(api, 'POST', 'accounts/sign-in', { body: old })), 'invalid_credentials');
  const own = { ...old, password: newPassword };
  t.equal((await send(api, 'POST', 'accounts/sign-in', { body: own })).statusCode, 200, 'no factor of theirs is left');
});

t.test('who cannot be invited', async (t) => {
  const { api, invite } = await start(t);
  t.equal(await codeOf(invite((await api.addAccount('finance')).email)), 'already_staff');
  const { email } = await api.rows.account({ status: 'disabled' });
  t.equal(await codeOf(invite(email ?? '')), 'account_not_active');
  for (const [address, role] of [
    ['ann@example.com', 'viewer'],
    ['ann@example.com', 'guest'],
    ['a,b@example.com', 'support'],
    ['ann', 'support'],
  ] as const)
    t.equal((await invite(address, role)).statusCode, 400, `${address} ${role}`);
});

t.test('inviting asks for a recent proof, is done once, and has limits', async (t) => {
  const { api, admin, invite, pending } = await start(t, { settings: { accounts: { accessTokenSeconds: 3600 } } });
  const request = () =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/invitations',
      headers: { authorization: admin.authorization, 'idempotency-key': 'k' },
      body: { email: 'ann@example.com', role: 'support' },
    });
  const [first, second] = [await request(), await request()];
  t.equal(first.statusCode, 201);
  t.equal(second.body, first.body);
  t.equal((await pending()).length, 1);
  await newestMailTo(api, 'ann@example.com');
  t.equal((await mailsTo(api, 'ann@example.com')).length, 1);
  const { id } = first.json<{ id: string }>();
  const codes: (string | undefined)[] = [];
  for (let n = 0; n < 5; n += 1)
    codes.push((await send(api, 'POST', `invitations/${id}/send-again`, { by: admin.authorization })).json().code);
  t.same(codes, [undefined, undefined, undefined, undefined, 'too_many_requests'], 'mails to one address');
  api.clock.advance(15 * 60_000 + 1);
  t.equal(await codeOf(invite('bob@example.com')), 'step_up_required');
});

t.test('nothing in the database opens an invitation', async (t) => {
  const { api, invite, accept } = await start(t);
  await invite('ann@example.com');
  const { link = '' } = await newestMailTo(api, 'ann@example.com');
  const tables = ['challenges', 'invitations', 'outbox_events', 'audit_log', 'idempotency_keys'] as const;
  const kept = JSON.stringify(await Promise.all(tables.map((table) => api.db.selectFrom(table).selectAll().execute())));
  const secret = link.split('.')[1] ?? '';
  t.equal(secret.length, 43);
  t.notOk(kept.includes(secret));
  t.notOk(api.logs.some((line) => line.includes(secret)));
  t.equal(await codeOf(accept(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`)), 'invalid_link');
});

t.test('an invitation to an account with a passkey is accepted after signing in with it', async (t) => {
  const { api, invite, acceptAs } = await start(t);
  const viewer = await api.as('viewer');
  const device = new Authenticator('http://localhost');
  const { token, options } = (
    await send(api, 'POST', 'accounts/me/passkeys/options', { by: viewer.authorization })
  ).json() as unknown as { token: string; options: { challenge: string; rpId: string } };
  const made = { token, response: device.make(options), name: 'My phone' };
  await send(api, 'POST', 'accounts/me/passkeys', { by: viewer.authorization, body: made });
  await invite(viewer.email);
  await newestMailTo(api, viewer.email, 2);
  const { link } = (await mailsTo(api, viewer.email)).find(({ subject }) => subject.includes('invited')) ?? {};
  const asked = (await send(api, 'POST', 'accounts/sign-in/passkey/options')).json() as unknown as typeof made & {
    options: { challenge: string; rpId: string };
  };
  const answer = { passkeyToken: asked.token, passkey: device.answer(asked.options), delivery: 'body' };
  const signedIn = await send(api, 'POST', 'accounts/sign-in/passkey', { body: answer });
  const by = `Bearer ${signedIn.json().accessToken}`;
  t.equal((await acceptAs(by, link)).statusCode, 204);
  t.equal((await send(api, 'GET', 'assets', { by })).statusCode, 200, 'a passkey is two factors: the role counts');
});

t.test('who is invited to some titles begins with these', async (t) => {
  const { api, admin, accept, acceptAs, pending } = await start(t);
  const by = admin.authorization;
  const [one, other] = [await api.rows.catalogueTitle(), await api.rows.catalogueTitle()];
  const invite = async (email: string, titles: readonly string[] | null, role = 'content_manager') =>
    send(api, 'POST', 'invitations', { by, body: { email, role, titles } });
  const scopeOf = async (id: string) => (await send(api, 'GET', `accounts/${id}/scope`, { by })).json();

  t.match((await invite('ann@example.com', [one.id])).json(), { titles: [{ id: one.id, name: 'Series' }] });
  t.match(await pending(), [{ titles: [{ id: one.id }] }]);
  const { link } = await newestMailTo(api, 'ann@example.com');
  const { account } = (await accept(link)).json() as unknown as { account: { id: string } };
  t.same(await scopeOf(account.id), { titles: [{ id: one.id, name: 'Series' }] });
  const [record] = await api.db
    .selectFrom('audit_log')
    .select('after')
    .where('event', '=', 'invitation.accepted')
    .execute();
  t.match(JSON.parse(record?.after ?? ''), { titles: one.id });

  // Of what they were invited to nothing is left when they accept: that is not everything.
  const viewer = await api.as('viewer');
  t.equal((await invite(viewer.email, [other.id])).statusCode, 201);
  await api.db.deleteFrom('titles').where('id', '=', other.id).execute();
  t.match(await pending(), [{ titles: [] }]);
  t.equal((await acceptAs(viewer.authorization, (await newestMailTo(api, viewer.email)).link)).statusCode, 204);
  t.same(await scopeOf(viewer.id), { titles: [] });

  t.equal((await invite('all@example.com', null)).statusCode, 201);
  t.match(await pending(), [{ titles: null }]);
  t.equal(await codeOf(invite('x@example.com', [other.id])), 'not_found');
  t.equal(await codeOf(invite('x@example.com', [one.id], 'support')), 'invalid_request');
});
