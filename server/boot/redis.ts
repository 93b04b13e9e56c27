import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Config } from '../../config/schema.ts';
import { OperatorError, toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Notice } from '../kit/notices.ts';

/** How long a connection attempt may take, in milliseconds. */
const connectMs = 5000;
/** A command that is not answered for so long has failed, in milliseconds. */
const commandMs = 3000;
/** The longest pause between two attempts to connect again, in milliseconds. */
const longestPauseMs = 2000;
/** Older servers lack what the scripts use. */
const oldestVersion: readonly [number, number] = [6, 2];

/** The connections of one process to Redis. */
export interface RedisConnections {
  /**
   * For commands that answer at once. While Redis is away they fail at once, and those that were on their way fail
   * with it: none is sent a second time by itself.
   */
  readonly commands: Redis;
  /** For channels only: a connection that listens does nothing else. It subscribes again after every reconnect. */
  readonly subscriber: Redis;
  /** What every key and channel begins with, its colon included: `dramabox:`. */
  readonly prefix: string;
  /** A connection for somebody who waits on it for long (a queue's worker): its commands wait while Redis is away. */
  patient(): Redis;
  close(): Promise<void>;
}

/** Grows from 50 ms, with jitter, so that processes do not all come back in the same moment. */
function pauseBefore(attempt: number): number {
  const most = Math.min(longestPauseMs, 50 * 2 ** Math.min(attempt, 10));
  return most / 2 + Math.random() * (most / 2);
}

/** Host and port without user and password, for people. */
function placeOf(url: string): string {
  return URL.parse(url)?.host ?? 'the configured address';
}

/**
 * Connects to Redis and looks whether it can be used. Connections that break come back by themselves, for as long as
 * the process runs; that one is away, and back, is in the log.
 * @throws OperatorError when it cannot be reached at the start or is too old
 */
export async function openRedis(config: Config['redis'], logger: Logger): Promise<RedisConnections> {
  const opened: Redis[] = [];
  let lastError: Error | undefined;
  const open = (name: string, patient: boolean): Redis => {
    const connection = new Redis(config.url, {
      connectionName: `dramabox-${name}`,
      lazyConnect: true,
      connectTimeout: connectMs,
      keepAlive: 10_000,
      retryStrategy: pauseBefore,
      // After a failover the old primary answers so until its connections are made anew.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
      ...(patient
        ? { maxRetriesPerRequest: null }
        : { commandTimeout: commandMs, enableOfflineQueue: false, autoResendUnfulfilledCommands: false }),
    });
    let isAway = false;
    connection.on('error', (error: Error) => {
      lastError = error;
      if (!isAway) logger.warn({ err: error, connection: name }, 'Redis is away');
      isAway = true;
    });
    connection.on('ready', () => {
      if (isAway) logger.info({ connection: name }, 'Redis is back');
      isAway = false;
    });
    opened.push(connection);
    return connection;
  };
  const close = async (): Promise<void> => {
    await Promise.all(
      opened.map(async (connection) => {
        // While it waits for its next attempt there is nothing to end, and nothing is said.
        const isOpen = ['connecting', 'connect', 'ready'].includes(connection.status);
        const ended = isOpen ? once(connection, 'end') : undefined;
        connection.disconnect();
        await ended;
      }),
    );
  };
  const commands = open('commands', false);
  const subscriber = open('subscriber', false);
  try {
    await Promise.all([commands.connect(), subscriber.connect()]);
    requireVersion(await commands.info('server'));
  } catch (error) {
    await close();
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      `Redis cannot be used at ${placeOf(config.url)}: ${(lastError ?? toError(error)).message}. See redis.url (DRAMABOX_REDIS_URL).`,
    );
  }
  return { commands, subscriber, prefix: `${config.keyPrefix}:`, patient: () => open('patient', true), close };
}

/** What an operator is told where Redis drops what is in it when its memory is full; undefined where it does not. */
export async function noticeOfEviction({ commands }: Pick<RedisConnections, 'commands'>): Promise<Notice | undefined> {
  const [, policy = 'unknown'] = /^maxmemory_policy:(\S+)/m.exec(await commands.info('memory')) ?? [];
  if (policy === 'noeviction') return undefined;
  return {
    code: 'redis-drops-data',
    setting: 'redis.url',
    detail:
      `Redis drops data when its memory is full (maxmemory-policy is ${policy}): who was denied, locks and jobs among it. ` +
      'Set maxmemory-policy to noeviction on that server.',
  };
}

function requireVersion(info: string): void {
  const [, version = ''] = /^redis_version:(\S+)/m.exec(info) ?? [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = oldestVersion;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    throw new OperatorError(`Redis ${version} is too old: ${oldestVersion.join('.')} or newer is needed.`);
}
