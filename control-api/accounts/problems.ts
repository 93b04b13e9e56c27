import { defineProblems } from '../../server/kit/problems.ts';

export const accountProblems = defineProblems({
  unproven_address: { status: 409, title: 'Nobody has shown that the address is theirs' },
  no_second_factor: { status: 409, title: 'The account has no second factor' },
});
