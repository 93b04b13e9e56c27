import { defineProblems } from '../../server/kit/problems.ts';

export const signInProblems = defineProblems({
  invalid_credentials: { status: 401, title: 'E-mail or password is wrong' },
  invalid_refresh_token: { status: 401, title: 'The session has ended, sign in again' },
});
