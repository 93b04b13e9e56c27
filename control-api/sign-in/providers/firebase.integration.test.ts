import t from 'tap';
import { systemClock } from '../../../server/kit/clock.ts';
import { startFirebaseAuth } from '../../../server/testing/sign-in/firebase-auth.ts';
import { FirebaseCounterpart } from '../../../server/testing/sign-in/firebase-counterpart.ts';
import { openFirebase } from './firebase.ts';
import { outcomeOf } from './testing/outcome.ts';

const emulator = await startFirebaseAuth(t);
// What a service account's key looks like; the emulator asks for none.
const { serviceAccountKey } = await FirebaseCounterpart.listen(t);
t.intercept(process, 'env', { value: { ...process.env, FIREBASE_AUTH_EMULATOR_HOST: emulator.host } });
const options = {
  projectId: emulator.projectId,
  serviceAccountKey,
  providers: ['google', 'apple', 'facebook', 'phone'],
  clock: systemClock,
} as const;
const firebase = await openFirebase({ ...options, believesEmulator: true });
t.teardown(() => firebase.close());

t.test('what Firebase itself makes of the sign-ins of its providers', async (t) => {
  const person = { email: 'some.body@gmail.com', email_verified: true, name: 'Some Body' };
  const google = await emulator.signInWith('google.com', { sub: '1234', ...person });
  t.match(await firebase.verify(google.idToken), {
    provider: 'google',
    subject: '1234',
    email: 'some.body@gmail.com',
    emailIsProven: true,
    name: 'Some Body',
    firebaseUser: google.localId,
  });
  const relayed = { email: 'x@privaterelay.appleid.com', email_verified: true };
  const apple = await emulator.signInWith('apple.com', { sub: '000.1', ...relayed });
  t.match(await firebase.verify(apple.idToken), { provider: 'apple', subject: '000.1', emailIsProven: true });
  const facebook = await emulator.signInWith('facebook.com', { sub: '1001', email: 'some@example.com' });
  t.match(await firebase.verify(facebook.idToken), {
    provider: 'facebook',
    subject: '1001',
    email: 'some@example.com',
    emailIsProven: false,
  });
  const phone = await emulator.signInByPhone('+4915112345678');
  t.match(await firebase.verify(phone.idToken), {
    provider: 'phone',
    subject: '+4915112345678',
    phone: '+4915112345678',
    email: undefined,
  });
});

t.test('the same person of Facebook without an address', async (t) => {
  const { idToken } = await emulator.signInWith('facebook.com', { sub: '1002', name: 'By Phone' });
  t.match(await firebase.verify(idToken), { subject: '1002', email: undefined, emailIsProven: false });
});

t.test('a password at Firebase is no way in here', async (t) => {
  const { idToken } = await emulator.signUp({ email: 'victim@example.com', password: 'password' });
  t.equal(await outcomeOf(firebase.verify(idToken)), 'unsupported');
});

t.test('sign-ins that were ended, users that were locked and deleted', async (t) => {
  const { idToken, localId } = await emulator.signInWith('google.com', { sub: '77' });
  t.equal(await outcomeOf(firebase.verify(idToken)), 'fine');
  await emulator.change(localId, { validSince: String(Math.floor(Date.now() / 1000) + 10) });
  t.equal(await outcomeOf(firebase.verify(idToken)), 'revoked');
  const locked = await emulator.signInWith('google.com', { sub: '78' });
  await emulator.change(locked.localId, { disableUser: true });
  t.equal(await outcomeOf(firebase.verify(locked.idToken)), 'revoked');

  const leaving = await emulator.signInWith('google.com', { sub: '79' });
  await firebase.deleteUser(leaving.localId);
  t.equal(await emulator.has(leaving.localId), false);
  t.equal(await outcomeOf(firebase.verify(leaving.idToken)), 'revoked');
  await firebase.deleteUser(leaving.localId);
});

t.test('whoever is not told to believe the emulator does not open', async (t) => {
  await t.rejects(openFirebase(options), { name: 'OperatorError', message: /FIREBASE_AUTH_EMULATOR_HOST/ });
});
