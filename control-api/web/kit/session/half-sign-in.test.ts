import t from 'tap';
import { ApiError } from '../api/problem.ts';
import { halfSignInOf } from './half-sign-in.ts';

const refusal = (extras: Record<string, unknown>, code = 'second_factor_required') =>
  new ApiError(401, 'One more thing.', code, extras);

t.test('a sign-in that wants a second factor', async (t) => {
  t.same(halfSignInOf(refusal({ token: 'a', factors: ['passkey', 'totp', 'recovery-code'] })), {
    token: 'a',
    factors: ['passkey', 'totp', 'recovery-code'],
  });
  t.same(
    halfSignInOf(refusal({ token: 'a', factors: ['totp', 'horoscope'] }))?.factors,
    ['totp'],
    'what this page does not know is left out',
  );
});

t.test('anything else is a refusal', async (t) => {
  for (const other of [
    refusal({ token: 'a', factors: ['totp'] }, 'invalid_credentials'),
    refusal({ token: 'a', factors: ['horoscope'] }),
    refusal({ factors: ['totp'] }),
    refusal({}),
    new Error('second_factor_required'),
    undefined,
  ])
    t.equal(halfSignInOf(other), undefined);
});
