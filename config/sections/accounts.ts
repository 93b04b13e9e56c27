import { count, group, seconds } from '../option.ts';

export const accounts = group('Signing in.', {
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
