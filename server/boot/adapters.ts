import type { Config } from '../../config/schema.ts';
import { copyJobNames, type CopyJobs } from '../../control-api/copy-jobs.ts';
import { usesRedis } from '../../config/sections/redis.ts';
import { versionJobNames, versionJobsSubscription, type VersionJobs } from '../assets/version-jobs.ts';
import type { OpenDatabase } from '../db/port.ts';
import { MemoryEvents } from '../events/memory.ts';
import type { EventBus } from '../events/port.ts';
import { RedisEvents } from '../events/redis.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { offerBreaker, type Metrics } from '../kit/metrics.ts';
import type { Notices } from '../kit/notices.ts';
import { MemoryLimits } from '../limits/memory.ts';
import { DatabaseCounters } from '../limits/database.ts';
import type { LastingCounters, Limits } from '../limits/port.ts';
import { RedisLimits } from '../limits/redis.ts';
import { DatabaseOutbox } from '../outbox/database.ts';
import type { Outbox } from '../outbox/port.ts';
import { BullmqQueue } from '../queue/bullmq.ts';
import { DatabaseQueue } from '../queue/database.ts';
import type { JobQueue } from '../queue/port.ts';
import type { SessionStore } from '../sessions/port.ts';
import type { Storage } from '../storage/port.ts';
import { migrateWhenThere, openDatabase } from './database.ts';
import { openSessions } from './sessions.ts';
import { settingUp } from './setting-up.ts';
import { openStorageInUse } from './storage.ts';
import { noticeOfEviction, openRedis, type RedisConnections } from './redis.ts';
import type { Releasers } from './releasers.ts';

/** Every job there is. */
type ServiceJobs = VersionJobs & CopyJobs;

/** The backends behind the ports. Which one each is was decided by the configuration, here and nowhere else. */
export interface Adapters {
  readonly database: OpenDatabase;
  readonly storage: Storage;
  readonly queue: JobQueue<ServiceJobs>;
  readonly sessions: SessionStore;
  readonly events: EventBus;
  readonly limits: Limits;
  readonly lastingCounters: LastingCounters;
  readonly outbox: Outbox;
}

/** Records durable events for a command that does one thing and ends. They are delivered by the server. */
export function openRecorder({ db }: OpenDatabase, logger: Logger): Pick<Outbox, 'record'> {
  return new DatabaseOutbox({ db, leases: new MemoryLimits().leases, events: new MemoryEvents({ logger }), logger });
}

async function openEvents(config: Config, logger: Logger, redis: RedisConnections | undefined): Promise<EventBus> {
  return config.events.kind === 'redis' && redis
    ? settingUp('Redis is not there', () => RedisEvents.open({ ...redis, logger }))
    : new MemoryEvents({ logger });
}

async function openLimits(config: Config, redis: RedisConnections | undefined): Promise<Limits> {
  return config.limits.kind === 'redis' && redis
    ? settingUp('Redis is not there', () => RedisLimits.open(redis))
    : new MemoryLimits();
}

/** Who asks for jobs and who does them share it, whichever it is. */
function openQueue(
  config: Config,
  backends: {
    readonly db: OpenDatabase['db'];
    readonly redis: RedisConnections | undefined;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): JobQueue<ServiceJobs> {
  const { db, redis, clock, logger } = backends;
  const shared = { clock, logger, declared: [...versionJobNames, ...copyJobNames] };
  return config.queue.kind === 'bullmq' && redis
    ? new BullmqQueue<ServiceJobs>({ ...redis, ...shared })
    : new DatabaseQueue<ServiceJobs>({ db, ...shared });
}

/** Opens every backend, brings the database up to date, and registers how each is closed. */
export async function openAdapters(
  config: Config,
  clock: Clock,
  logger: Logger,
  releasers: Releasers,
  told: { readonly notices: Notices; readonly metrics: Metrics },
): Promise<Adapters> {
  const database = await settingUp('The database is not there', () => openDatabase(config, logger));
  releasers.add('database', () => database.close());
  const applied = await settingUp('The database could not be brought up to date', () =>
    migrateWhenThere(database, config.database.startSeconds * 1000, logger),
  );
  if (applied.length > 0) logger.info({ applied }, 'migrated the database');
  const { storage, state } = await openStorageInUse(config, { logger, notices: told.notices });
  releasers.add('storage', () => storage.close());
  offerBreaker(told.metrics, state);
  const redis = usesRedis(config) ? await openRedis(config.redis, logger) : undefined;
  if (redis) releasers.add('redis', () => redis.close());
  const notice = redis && (await noticeOfEviction(redis));
  if (notice) told.notices.say(notice);
  const events = await openEvents(config, logger, redis);
  releasers.add('events', () => events.close());
  const limits = await openLimits(config, redis);
  releasers.add('limits', () => limits.close());
  const outbox = new DatabaseOutbox({ db: database.db, leases: limits.leases, events, clock, logger });
  releasers.add('outbox', () => outbox.close());
  // Whatever roles run here: what is recorded is kept for the transcoder.
  await outbox.makeKnown(versionJobsSubscription);
  const sessions = await openSessions(config, clock, { logger, ...told }, redis);
  releasers.add('sessions', () => sessions.close());
  const queue = openQueue(config, { db: database.db, redis, clock, logger });
  releasers.add('queue', () => queue.close());
  const lastingCounters = new DatabaseCounters({ db: database.db, clock });
  return { database, storage, queue, sessions, events, limits, lastingCounters, outbox };
}
