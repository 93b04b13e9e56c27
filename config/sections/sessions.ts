import { choice, group } from '../option.ts';

export const sessions = group('Where playback sessions are tracked.', {
  kind: choice(
    'memory (one process) or redis. Let that Redis keep its data (appendonly yes) and evict nothing (maxmemory-policy noeviction): what it loses is told to it again by the processes that run, and is gone when they are restarted at the same time.',
    ['memory', 'redis'],
  ),
  whenAway: choice(
    'New streams while Redis is away: refuse them (503 sessions_unavailable), or admit them uncounted, beyond the limit of their account, and count them when it is back. Those that play go on in any case, and those that were ended stay so.',
    ['refuse', 'admit'],
  ),
});
