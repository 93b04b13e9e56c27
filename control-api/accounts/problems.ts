import { defineProblems } from '../../server/kit/problems.ts';

export const accountProblems = defineProblems({
  last_super_admin: { status: 409, title: 'There must be at least one active super admin' },
});
