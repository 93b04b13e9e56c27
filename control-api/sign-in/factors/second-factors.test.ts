import t from 'tap';
import { Authenticator } from '../../../server/testing/authenticator.ts';
import { password, startControlApi, type Harness } from '../../testing/harness.ts';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { setPassword } from '../passwords/set-password.ts';
import { removeSecondFactors } from './remove-second-factors.ts';
import { totpCode } from './totp.ts';

const origin = 'https://video.example.com';
const settings = { server: { publicUrl: origin } };
const stepMs = 30_000;

const call = (
  api: Harness,
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  path: string,
  authorization?: string,
  body?: object,
) =>
  api.app.inject({
    method,
    url: `/api/v1/accounts${path === '' ? '' : `/${path}`}`,
    headers: { host: 'video.example.com', ...(authorization !== undefined && { authorization }) },
    ...(body && { body }),
  });
const signIn = (api: Harness, email: string) =>
  call(api, 'POST', 'sign-in', undefined, { email, password, delivery: 'body' });
const show = (api: Harness, token: string, shown: object) =>
  call(api, 'POST', 'sign-in/second-factor', undefined, { token, ...shown, delivery: 'body' });
const bearer = (response: { json<T>(): T }) => `Bearer ${response.json<{ accessToken: string }>().accessToken}`;
const statusOfMe = async (api: Harness, authorization: string) =>
  (await call(api, 'GET', 'me', authorization)).statusCode;

interface Half {
  readonly code: string;
  readonly token: string;
  readonly factors: readonly string[];
}
interface Asked {
  readonly token: string;
  readonly options: {
    readonly challenge: string;
    readonly rpId?: string;
    readonly allowCredentials?: readonly unknown[];
  };
}

/** An account with an authenticator app. */
async function withTotp(api: Harness, email = 'ann@example.com') {
  const account = await api.addAccount('viewer', email);
  const authorization = bearer(await signIn(api, email));
  const { secret } = (await call(api, 'POST', 'me/totp', authorization)).json<{ secret: string }>();
  const code = () => {
    api.clock.advance(stepMs);
    return totpCode(secret, api.clock.now());
  };
  const confirmed = await call(api, 'POST', 'me/totp/confirm', authorization, { code: code() });
  const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
  return { ...account, authorization, secret, code, recoveryCodes };
}

/** Adds a passkey to the account that is signed in. */
async function addPasskey(api: Harness, authorization: string, device: Authenticator) {
  const asked = (await call(api, 'POST', 'me/passkeys/options', authorization)).json<Asked>();
  const response = device.make(asked.options);
  return call(api, 'POST', 'me/passkeys', authorization, { token: asked.token, response, name: 'My phone' });
}

t.test('an authenticator app', async (t) => {
  const api = await startControlApi(t, { settings });
  const { email } = await api.addAccount('viewer', 'ann@example.com');
  const first = bearer(await signIn(api, email));
  const other = bearer(await signIn(api, email));
  const begun = (await call(api, 'POST', 'me/totp', first)).json<{ secret: string; uri: string }>();
  t.match(begun.uri, /^otpauth:\/\/totp\/Dramabox:ann%40example.com\?/);
  t.equal((await signIn(api, email)).statusCode, 200, 'counts for nothing before its first code');
  const wrong = await call(api, 'POST', 'me/totp/confirm', first, { code: '000000' });
  t.equal(wrong.json().code, 'invalid_second_factor');

  const code = totpCode(begun.secret, api.clock.now());
  const confirmed = await call(api, 'POST', 'me/totp/confirm', first, { code });
  t.equal(confirmed.statusCode, 200, confirmed.body);
  const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
  t.equal(new Set(recoveryCodes).size, 10);
  t.equal(await statusOfMe(api, other), 401, 'other sign-ins end');
  t.equal(await statusOfMe(api, first), 200);

  const half = (await signIn(api, email)).json<Half>();
  t.match(half, { code: 'second_factor_required', factors: ['totp', 'recovery-code'] });
  t.equal(await statusOfMe(api, `Bearer ${half.token}`), 401, 'half signed in is not signed in');
  t.equal((await show(api, half.token, { totp: code })).json().code, 'invalid_second_factor', 'a code counts once');
  api.clock.advance(stepMs);
  const next = totpCode(begun.secret, api.clock.now());
  const entered = await show(api, half.token, { totp: next });
  t.equal(entered.statusCode, 200, entered.body);
  t.equal((await show(api, half.token, { totp: next })).json().code, 'invalid_code', 'once');

  const again = (await signIn(api, email)).json<Half>();
  const [recovery = ''] = recoveryCodes;
  t.equal(
    (await show(api, again.token, { recoveryCode: recovery.toLowerCase().replaceAll('-', ' ') })).statusCode,
    200,
  );
  const third = (await signIn(api, email)).json<Half>();
  t.equal((await show(api, third.token, { recoveryCode: recovery })).statusCode, 401, 'each once');

  const rows = JSON.stringify([
    await api.db.selectFrom('totp_factors').selectAll().execute(),
    await api.db.selectFrom('recovery_codes').selectAll().execute(),
    await api.db.selectFrom('audit_log').selectAll().execute(),
  ]);
  for (const secret of [begun.secret, ...recoveryCodes]) t.notOk(rows.includes(secret), 'encrypted or hashed');
});

t.test('a half sign-in ends with the password it began with, and in time', async (t) => {
  const api = await startControlApi(t, { settings });
  const ann = await withTotp(api);
  const half = (await signIn(api, ann.email)).json<Half>();
  await call(api, 'POST', 'me/password', ann.authorization, {
    currentPassword: password,
    newPassword: 'seven green bottles on a wall',
  });
  t.equal((await show(api, half.token, { totp: ann.code() })).json().code, 'invalid_code');

  const eve = await withTotp(api, 'eve@example.com');
  const withOld = (await signIn(api, eve.email)).json<Half>();
  await setPassword(api.db, { email: eve.email, outbox: api.outbox, clock: api.clock });
  t.equal(
    (await show(api, withOld.token, { totp: eve.code() })).json().code,
    'invalid_code',
    'an operator sets another',
  );

  const bob = await withTotp(api, 'bob@example.com');
  const late = (await signIn(api, bob.email)).json<Half>();
  api.clock.advance(600_001);
  t.equal((await show(api, late.token, { totp: bob.code() })).json().code, 'invalid_code');
  const ofBob = (await signIn(api, bob.email)).json<Half>();
  await api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', bob.id).execute();
  t.equal((await show(api, ofBob.token, { totp: bob.code() })).json().code, 'invalid_code');
});

t.test("what somebody had as a guest is the account's once they are in, and not before", async (t) => {
  const api = await startControlApi(t, { settings: { ...settings, accounts: { guests: true } } });
  const beGuest = async () => {
    const begun = await call(api, 'POST', 'guest', undefined, { delivery: 'body' });
    return { id: begun.json<{ account: { id: string } }>().account.id, authorization: bearer(begun) };
  };
  const enter = (email: string, authorization: string) =>
    call(api, 'POST', 'sign-in', authorization, { email, password, delivery: 'body' });
  const [first, second, third] = [await beGuest(), await beGuest(), await beGuest()];
  const bob = await api.addAccount('viewer', 'bob@example.com');
  t.equal((await enter(bob.email, first.authorization)).statusCode, 200);
  t.same(await api.recorded('guest.handed-over'), [first.id]);
  t.equal(await statusOfMe(api, first.authorization), 401, 'the guest is none any more');

  const ann = await withTotp(api);
  const half = (await enter(ann.email, second.authorization)).json<Half>();
  t.equal(await statusOfMe(api, second.authorization), 200, 'half signed in, they are a guest still');
  t.equal((await show(api, half.token, { totp: ann.code() })).statusCode, 200);
  t.same(await api.recorded('guest.handed-over'), [first.id, second.id]);

  const device = new Authenticator(origin);
  await addPasskey(api, bearer(await signIn(api, bob.email)), device);
  const asked = (await call(api, 'POST', 'sign-in/passkey/options')).json<Asked>();
  const shown = { passkey: device.answer(asked.options), passkeyToken: asked.token, delivery: 'body' };
  t.equal((await call(api, 'POST', 'sign-in/passkey', third.authorization, shown)).statusCode, 200);
  t.same(await api.recorded('guest.handed-over'), [first.id, second.id, third.id]);
  t.equal((await enter(bob.email, ann.authorization)).json<Half>().code, 'second_factor_required');
  t.equal((await api.recorded('guest.handed-over')).length, 3, 'who is no guest hands nothing over');
});

t.test('second factors cannot be guessed', async (t) => {
  const api = await startControlApi(t, { settings });
  const ann = await withTotp(api);
  const answers: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const { token } = (await signIn(api, ann.email)).json<Half>();
    answers.push((await show(api, token, { totp: '000000' })).statusCode);
  }
  t.same(answers, [...Array<number>(10).fill(401), 429, 429]);
  const { token } = (await signIn(api, ann.email)).json<Half>();
  t.equal((await show(api, token, { totp: ann.code() })).statusCode, 429, 'the right one has to wait, too');
  const beside = await startControlApi(t, { settings, folder: api.config.dataDir, keyrings: api.keyrings });
  const half = (await signIn(beside, ann.email)).json<Half>();
  t.equal((await show(beside, half.token, { totp: '000000' })).statusCode, 429, 'in another process as well');
});

t.test('a passkey signs in by itself, and is a second factor', async (t) => {
  const api = await startControlApi(t, { settings });
  const { id, email } = await api.addAccount('viewer', 'ann@example.com');
  const authorization = bearer(await signIn(api, email));
  const device = new Authenticator(origin);
  const added = await addPasskey(api, authorization, device);
  t.equal(added.statusCode, 201, added.body);
  t.match(added.json(), { passkey: { name: 'My phone', usedAt: null }, recoveryCodes: { length: 10 } });

  const ask = async () => (await call(api, 'POST', 'sign-in/passkey/options')).json<Asked>();
  const by = (passkeyToken: string, passkey: object) =>
    call(api, 'POST', 'sign-in/passkey', undefined, { passkeyToken, passkey, delivery: 'body' });
  const asked = await ask();
  t.same(asked.options.allowCredentials ?? [], [], 'any passkey of the site: for autofill');
  const answer = device.answer(asked.options);
  const entered = await by(asked.token, answer);
  t.equal(entered.statusCode, 200, entered.body);
  t.equal(entered.json<{ account: { id: string } }>().account.id, id);
  t.equal((await by(asked.token, answer)).statusCode, 401, 'an answer counts once');

  for (const [what, wrong] of Object.entries({
    'of another page': { origin: 'https://evil.example.com' },
    'without its owner': { isUnverified: true as const },
    'of a copy, whose count was seen': { counter: 1 },
  })) {
    const question = await ask();
    t.equal(
      (await by(question.token, device.answer(question.options, wrong))).json().code,
      'invalid_second_factor',
      what,
    );
  }
  const [one, two] = [await ask(), await ask()];
  t.equal((await by(one.token, device.answer(two.options))).statusCode, 401, 'an answer to another question');
  const strange = new Authenticator(origin);
  strange.make(one.options);
  const unknown = await ask();
  t.equal((await by(unknown.token, strange.answer(unknown.options))).json().code, 'unknown_passkey');

  const half = (await signIn(api, email)).json<Half>();
  t.same(half.factors, ['passkey', 'recovery-code']);
  const second = (
    await call(api, 'POST', 'sign-in/second-factor/passkey', undefined, { token: half.token })
  ).json<Asked>();
  t.equal(second.options.allowCredentials?.length, 1, 'those of the account');
  const shown = { passkeyToken: second.token, passkey: device.answer(second.options, { counter: 50 }) };
  t.equal(
    (await by(shown.passkeyToken, shown.passkey)).statusCode,
    401,
    'what was asked as a second factor is no first',
  );
  const third = (
    await call(api, 'POST', 'sign-in/second-factor/passkey', undefined, { token: half.token })
  ).json<Asked>();
  const finished = await show(api, half.token, {
    passkeyToken: third.token,
    passkey: device.answer(third.options, { counter: 60 }),
  });
  t.equal(finished.statusCode, 200, finished.body);
});

t.test('the passkey of somebody else is no second factor, nor can it be added or removed', async (t) => {
  const api = await startControlApi(t, { settings });
  const ann = await api.addAccount('viewer', 'ann@example.com');
  const eve = await api.addAccount('viewer', 'eve@example.com');
  const [anns, eves] = [new Authenticator(origin), new Authenticator(origin)];
  const ofAnn = bearer(await signIn(api, ann.email));
  const ofEve = bearer(await signIn(api, eve.email));
  const { passkey } = (await addPasskey(api, ofAnn, anns)).json<{ passkey: { id: string } }>();
  await addPasskey(api, ofEve, eves);
  const half = (await signIn(api, ann.email)).json<Half>();
  const asked = (
    await call(api, 'POST', 'sign-in/second-factor/passkey', undefined, { token: half.token })
  ).json<Asked>();
  const shown = await show(api, half.token, { passkeyToken: asked.token, passkey: eves.answer(asked.options) });
  t.equal(shown.json().code, 'invalid_second_factor');
  t.equal((await call(api, 'DELETE', `me/passkeys/${passkey.id}`, ofEve)).statusCode, 404);
  t.equal((await call(api, 'PATCH', `me/passkeys/${passkey.id}`, ofEve, { name: 'Mine' })).statusCode, 404);
  const begun = (await call(api, 'POST', 'me/passkeys/options', ofAnn)).json<Asked>();
  const made = { token: begun.token, response: new Authenticator(origin).make(begun.options), name: 'x' };
  t.equal((await call(api, 'POST', 'me/passkeys', ofEve, made)).statusCode, 401, 'begun by somebody else');
});

t.test('passkeys need a name and https', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('viewer');
  for (const host of ['10.0.0.5', '[2001:db8::1]:8080', 'video.example.com']) {
    const response = await api.app.inject({
      method: 'POST',
      url: '/api/v1/accounts/me/passkeys/options',
      headers: { authorization, host },
    });
    t.equal(response.json().code, 'passkeys_unavailable', host);
  }
  const local = await api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/me/passkeys/options',
    headers: { authorization, host: 'localhost:8080' },
  });
  t.equal(local.statusCode, 200);
});

t.test('who it is is confirmed by the second factor, when there is one', async (t) => {
  const api = await startControlApi(t, { settings });
  const ann = await withTotp(api);
  const waysIn = (await call(api, 'GET', 'me/ways-in', ann.authorization)).json();
  t.match(waysIn, { hasPassword: true, totpSince: String, recoveryCodes: 10, confirmsBy: ['totp', 'recovery-code'] });
  await api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).execute();
  const old = ann.code();
  api.clock.advance(100_000);
  const remove = () => call(api, 'DELETE', 'me/totp', ann.authorization);
  t.equal((await remove()).json().code, 'step_up_required');
  const confirm = (body: object) => call(api, 'POST', 'me/confirm', ann.authorization, body);
  t.equal((await confirm({ password })).json().code, 'forbidden', 'a password may be stolen with the token');
  t.equal((await confirm({ totp: old })).statusCode, 401, 'too old');
  t.equal((await confirm({ totp: ann.code() })).statusCode, 204);
  t.equal((await remove()).statusCode, 204);
  t.equal((await signIn(api, ann.email)).statusCode, 200, 'the password is enough again');
  t.match((await call(api, 'GET', 'me/ways-in', ann.authorization)).json(), {
    totpSince: null,
    recoveryCodes: 0,
    confirmsBy: ['password'],
  });
});

t.test('accounts without a password confirm by a code', async (t) => {
  const api = await startControlApi(t, { settings });
  await startMails(api);
  const { id, email } = await api.rows.account({ password_hash: null, email: 'ann@example.com' });
  const now = await api.signIn({ id });
  await api.db.updateTable('sign_ins').set({ authenticated_at: 1 }).execute();
  const set = () => call(api, 'POST', 'me/password', now, { newPassword: 'seven green bottles' });
  t.equal((await set()).json().code, 'step_up_required');
  const { token } = (await call(api, 'POST', 'me/confirm/code', now)).json<{ token: string }>();
  const { code } = await newestMailTo(api, email as string);
  t.equal((await call(api, 'POST', 'me/confirm', now, { token, code })).statusCode, 204);
  t.equal((await set()).statusCode, 204, 'its first password');
});

t.test('staff may do nothing without a second factor, and cannot remove the last one', async (t) => {
  const api = await startControlApi(t, { settings });
  const { email } = await api.addAccount('super_admin', 'boss@example.com');
  const authorization = bearer(await signIn(api, email));
  t.match((await call(api, 'GET', 'me', authorization)).json(), {
    role: 'super_admin',
    permissions: ['account.manage-own', 'playback.start'],
    isSecondFactorMissing: true,
  });
  t.equal((await call(api, 'GET', '', authorization)).json().code, 'second_factor_needed');
  const { secret } = (await call(api, 'POST', 'me/totp', authorization)).json<{ secret: string }>();
  await call(api, 'POST', 'me/totp/confirm', authorization, { code: totpCode(secret, api.clock.now()) });
  t.equal((await call(api, 'GET', '', authorization)).statusCode, 200, 'setting one up has shown it');
  t.equal((await call(api, 'DELETE', 'me/totp', authorization)).json().code, 'last_second_factor');
  await addPasskey(api, authorization, new Authenticator(origin));
  t.equal((await call(api, 'DELETE', 'me/totp', authorization)).statusCode, 204, 'another one is there');

  const open = await startControlApi(t, { settings: { ...settings, accounts: { staffSecondFactor: false } } });
  const boss = await open.addAccount('super_admin');
  t.equal(
    (await call(open, 'GET', '', bearer(await signIn(open, boss.email)))).statusCode,
    200,
    'where staff need none',
  );
});

t.test('what a change of factors leads to', async (t) => {
  const api = await startControlApi(t, { settings });
  await startMails(api);
  const ann = await withTotp(api);
  const notice = await newestMailTo(api, ann.email);
  t.match(notice.subject, /second factor.*was changed/);
  t.ok(notice.link);
  const before = await api.signIn(ann);
  const { recoveryCodes } = (await call(api, 'POST', 'me/recovery-codes', ann.authorization)).json<{
    recoveryCodes: string[];
  }>();
  t.equal(await statusOfMe(api, before), 401);
  const half = (await signIn(api, ann.email)).json<Half>();
  t.equal((await show(api, half.token, { recoveryCode: ann.recoveryCodes[0] })).statusCode, 401, 'the earlier ones');
  t.equal((await show(api, half.token, { recoveryCode: recoveryCodes[0] })).statusCode, 200);
});

t.test('an operator removes the second factors of somebody who has lost them', async (t) => {
  const api = await startControlApi(t, { settings });
  const ann = await withTotp(api);
  await removeSecondFactors(api.db, { email: 'Ann@Example.com', outbox: api.outbox, clock: api.clock });
  t.equal(await statusOfMe(api, ann.authorization), 401, 'its sign-ins end');
  t.equal((await signIn(api, ann.email)).statusCode, 200);
  t.same(await api.recorded('account.second-factor-changed'), [ann.id, ann.id], 'its owner is told');
  await t.rejects(removeSecondFactors(api.db, { email: 'nobody@example.com', outbox: api.outbox }), /no account/);
});
