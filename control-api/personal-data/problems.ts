import { defineProblems } from '../../server/kit/problems.ts';

export const personalDataProblems = defineProblems({
  data_copy_under_way: { status: 409, title: 'A copy is being made already' },
  data_copy_not_ready: { status: 409, title: 'The copy is not ready' },
  link_expired: { status: 410, title: 'The address is not valid any more' },
  last_administrator: { status: 409, title: 'The service would have no administrator' },
  deletion_under_way: { status: 409, title: 'The account is being removed' },
  guest_only: { status: 409, title: 'That is for guests' },
});
