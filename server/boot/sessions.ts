import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { offerFigures, type Metrics } from '../kit/metrics.ts';
import type { Notice, Notices } from '../kit/notices.ts';
import { SessionJournal } from '../sessions/journal.ts';
import { MemorySessions } from '../sessions/memory.ts';
import type { SessionStore } from '../sessions/port.ts';
import { RedisSessions } from '../sessions/redis.ts';
import type { RedisConnections } from './redis.ts';
import { settingUp } from './setting-up.ts';

/** Where backends say how they are. */
interface ForOperators {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly notices: Notices;
}

/**
 * Opens the session store. On Redis its figures are among the metrics, and a notice says when it is away; the process
 * stays ready then, because streams that play go on, and a balancer must not take their origins away.
 */
export async function openSessions(
  config: Config,
  clock: Clock,
  { logger, metrics, notices }: ForOperators,
  redis: RedisConnections | undefined,
): Promise<SessionStore> {
  if (config.sessions.kind !== 'redis' || !redis)
    return new MemorySessions({ clock, journal: new SessionJournal(path.join(config.dataDir, 'sessions.jsonl')) });
  const { whenAway } = config.sessions;
  const onChange = (isThere: boolean): void => {
    if (isThere) notices.withdraw('sessions-away');
    else notices.say(noticeOfAway(whenAway));
  };
  const options = { ...redis, whenAway, clock, logger, onChange };
  const sessions = await settingUp('The sessions in Redis cannot be read', () => RedisSessions.open(options));
  offerFigures(metrics, sessions.figures);
  return sessions;
}

function noticeOfAway(whenAway: Config['sessions']['whenAway']): Notice {
  const starts = whenAway === 'refuse' ? 'New ones are refused' : 'New ones are let in uncounted';
  return {
    code: 'sessions-away',
    setting: 'redis.url',
    detail: `Redis is away, or lost its data a moment ago: streams that play go on, but none can be listed or ended. ${starts} (sessions.whenAway).`,
  };
}
