import { choice, group, seconds } from '../option.ts';

export const queue = group('What delivers work to the transcoder.', {
  kind: choice("database (the database's own job table, also for several processes) or bullmq (Redis).", [
    'database',
    'bullmq',
  ]),
  leaseSeconds: seconds('A worker that was not heard of for this long has lost its job to another.', 30, 1, 3600),
});
