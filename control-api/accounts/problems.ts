import { defineProblems } from '../../server/kit/problems.ts';

export const accountProblems = defineProblems({
  own_account: { status: 409, title: 'Nobody does that to their own account' },
  unproven_address: { status: 409, title: 'Nobody has shown that the address is theirs' },
  no_second_factor: { status: 409, title: 'The account has no second factor' },
});
