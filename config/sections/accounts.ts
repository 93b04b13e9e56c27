import { choice, count, flag, group, seconds } from '../option.ts';

export const accounts = group('Signing up and in.', {
  signUp: choice('open (whoever proves an e-mail address gets an account) or closed (staff make them).', [
    'open',
    'closed',
  ]),
  guests: flag('Let people watch before they sign up.', false),
  unusedGuestDays: count(
    'After so many days without a sign of life a guest is removed with everything that belongs to them; 0: never.',
    60,
    0,
    3650,
  ),
  deletionGraceDays: count(
    'How long an account that its owner or staff delete can still be kept; then it is removed with everything that belongs to it.',
    30,
    0,
    90,
  ),
  staffSecondFactor: flag(
    'Staff may do what their role allows only when they have signed in with a second factor: an authenticator app or a passkey.',
    true,
  ),
  accessTokenSeconds: seconds('Life of an access token.', 900, 30, 86_400),
  refreshTokenDays: count('Life of a refresh token that is not used.', 30, 1, 365),
  signInAttemptsPerAccount: count(
    'Failed sign-ins allowed per account and network address in 15 minutes; ten times as many from all addresses that the account did not sign in from lately.',
    10,
    1,
    10_000,
  ),
  signInAttemptsPerAddress: count('Failed sign-ins allowed per network address in 15 minutes.', 50, 1, 100_000),
});
