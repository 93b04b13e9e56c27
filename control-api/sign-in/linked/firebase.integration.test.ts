import t from 'tap';
import { loadConfig } from '../../../config/load.ts';
import { systemClock } from '../../../server/kit/clock.ts';
import { OperatorError } from '../../../server/kit/errors.ts';
import { startFirebaseAuth } from '../../../server/testing/sign-in/firebase-auth.ts';
import { FirebaseCounterpart } from '../../../server/testing/sign-in/firebase-counterpart.ts';
import { until } from '../../../server/testing/until.ts';
import { startControlApi } from '../../testing/harness.ts';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { openProviders } from '../providers/open.ts';

const emulator = await startFirebaseAuth(t);
const { serviceAccountKey } = await FirebaseCounterpart.listen(t);
t.intercept(process, 'env', { value: { ...process.env, FIREBASE_AUTH_EMULATOR_HOST: emulator.host } });
const settings = {
  signIn: {
    firebaseProjectId: emulator.projectId,
    firebaseServiceAccountKey: serviceAccountKey,
    firebaseProviders: ['google', 'facebook', 'phone'],
  },
};

async function start(t: Parameters<typeof startControlApi>[0]) {
  const config = loadConfig({ overrides: settings });
  const providers = await openProviders(config, { clock: systemClock, believesFirebaseEmulator: true });
  const api = await startControlApi(t, { settings, providers });
  await startMails(api);
  const signIn = (idToken: string) =>
    api.app.inject({ method: 'POST', url: '/api/v1/sign-in/firebase', body: { idToken, delivery: 'body' } });
  return { api, signIn };
}

t.test('people sign in by Firebase', async (t) => {
  const { api, signIn } = await start(t);
  const person = { sub: '1234', email: 'ann@gmail.com', email_verified: true, name: 'Ann' };
  const { idToken } = await emulator.signInWith('google.com', person);
  const entered = await signIn(idToken);
  t.equal(entered.statusCode, 200, entered.body);
  t.match(entered.json(), { account: { email: 'ann@gmail.com', isEmailProven: true } });

  const phone = await emulator.signInByPhone('+4915112345678');
  t.match((await signIn(phone.idToken)).json(), { account: { email: null } });

  const facebook = await emulator.signInWith('facebook.com', { sub: '1001', email: 'bob@example.com' });
  const asked = await signIn(facebook.idToken);
  t.equal(asked.json().code, 'address_proof_required');
  t.match(await newestMailTo(api, 'bob@example.com'), { code: /^\d{6}$/ });

  const byPassword = await emulator.signUp({ email: 'eve@example.com', password: 'password' });
  t.equal((await signIn(byPassword.idToken)).json().code, 'identity_refused');
  t.equal((await signIn('a.b.c')).json().code, 'identity_refused');
  api.clock.advance(20 * 60_000);
  t.equal((await signIn(idToken)).json().code, 'identity_refused', 'signed in there too long ago');
});

t.test('a sign-in that was revoked at Firebase is none', async (t) => {
  const { signIn } = await start(t);
  const { idToken, localId } = await emulator.signInWith('google.com', {
    sub: '77',
    email: 'gone@gmail.com',
    email_verified: true,
  });
  await emulator.change(localId, { disableUser: true });
  t.equal((await signIn(idToken)).json().code, 'identity_refused');
});

t.test('who unlinks is deleted at Firebase', async (t) => {
  const { api, signIn } = await start(t);
  const person = { sub: '55', email: 'carl@gmail.com', email_verified: true };
  const { idToken, localId } = await emulator.signInWith('google.com', person);
  const { accessToken } = (await signIn(idToken)).json<{ accessToken: string }>();
  const { id } = await api.db.selectFrom('identities').select('id').executeTakeFirstOrThrow();
  const unlinked = await api.app.inject({
    method: 'DELETE',
    url: `/api/v1/accounts/me/identities/${id}`,
    headers: { authorization: `Bearer ${accessToken}` },
  });
  t.equal(unlinked.statusCode, 204, unlinked.body);
  api.outbox.wake();
  await until('Firebase has no such user any more', async () => !(await emulator.has(localId)));
});

t.test('a server whose environment names an emulator does not start', async (t) => {
  await t.rejects(startControlApi(t, { settings }), OperatorError);
});
