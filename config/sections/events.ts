import { choice, group } from '../option.ts';

export const events = group('How processes tell each other what changed.', {
  kind: choice('memory (one process) or redis.', ['memory', 'redis']),
});
