import { choice, group } from '../option.ts';

export const limits = group('Where processes count, lock and share out recurring tasks together.', {
  kind: choice('memory (one process) or redis.', ['memory', 'redis']),
});
