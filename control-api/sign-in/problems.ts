import { defineProblems } from '../../server/kit/problems.ts';

export const signInProblems = defineProblems({
  invalid_credentials: { status: 401, title: 'E-mail or password is wrong' },
  invalid_refresh_token: { status: 401, title: 'The session has ended, sign in again' },
  invalid_code: { status: 401, title: 'The code is wrong or has expired' },
  invalid_link: { status: 401, title: 'The link was used or has expired' },
  second_factor_required: {
    status: 401,
    title: 'Show your second factor',
    parameters: ['token', 'factors', 'expiresAt'],
  },
  invalid_second_factor: { status: 401, title: 'That is not the second factor' },
  identity_refused: { status: 401, title: 'The provider does not say that it is you' },
  address_proof_required: { status: 401, title: 'Show that the address is yours', parameters: ['token', 'expiresAt'] },
  account_not_active: { status: 403, title: 'This account cannot sign in at the moment' },
  unknown_passkey: { status: 401, title: 'This passkey is not known here any more' },
  sign_up_closed: { status: 403, title: 'This service takes no new accounts' },
  guests_not_taken: { status: 403, title: 'Watching takes an account here' },
  identity_in_use: { status: 409, title: 'It signs in to another account already' },
  no_password: { status: 409, title: 'The account has no password' },
  last_second_factor: { status: 409, title: 'Staff need a second factor' },
  last_way_in: { status: 409, title: 'Without it nobody could sign in any more' },
  too_many_passkeys: { status: 409, title: 'There are too many passkeys' },
  no_email: { status: 409, title: 'The account has no e-mail address' },
  passkeys_unavailable: { status: 409, title: 'Passkeys need the service to have a name and https' },
  provider_away: {
    status: 503,
    title: 'The provider cannot be asked at the moment',
    parameters: ['retryAfterSeconds'],
  },
  password_breached: { status: 422, title: 'This password is known to thieves' },
});
