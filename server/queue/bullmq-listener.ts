import type { Redis } from 'ioredis';
import { QueueEvents, QueueKeys, RedisConnection, RedisQueueBackend } from 'bullmq';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';

export interface ListenerOptions {
  readonly name: string;
  readonly prefix: string;
  /** For a first look at the stream. */
  readonly commands: Redis;
  /** A connection of its own, not yet connected: it waits for events, also while Redis is away. Closed with it. */
  readonly connection: Redis;
  readonly logger: Logger;
  /** A job waits: at once, or for its time. */
  readonly onWaiting: () => void;
}

/** Hears of every job of a name that begins to wait, from now on, in every process: BullMQ's stream of events. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #connection: RedisConnection;
  readonly #listening: Promise<QueueEvents>;

  constructor(options: ListenerOptions) {
    this.#options = options;
    // BullMQ takes a first attempt to connect that fails for the end; ioredis goes on by itself.
    void options.connection.connect().catch(() => undefined);
    this.#connection = new RedisConnection(options.connection, { shared: true, skipVersionCheck: true });
    this.#connection.on('error', () => undefined);
    this.#listening = this.#listen();
  }

  async #listen(): Promise<QueueEvents> {
    const { name, prefix, commands, logger, onWaiting } = this.#options;
    const queueKeys = new QueueKeys(`${prefix}jobs`);
    const toKey = (type: string) => queueKeys.toKey(name, type);
    // From the last event that there is now. Where that cannot be told: from the first, which wakes in vain.
    const [last] = await commands.xrevrange(toKey('events'), '+', '-', 'COUNT', 1).catch(() => []);
    const settings = { connection: {}, lastEventId: last?.[0] ?? '0-0' };
    const backend = new RedisQueueBackend(
      this.#connection,
      name,
      queueKeys.getKeys(name),
      toKey,
      settings,
      undefined,
      false,
    );
    const events = new QueueEvents(name, settings, () => backend);
    events.on('error', (error) => {
      logger.debug({ err: toError(error), jobName: name }, 'events of jobs are not heard; the worker looks by itself');
    });
    events.on('waiting', onWaiting);
    events.on('delayed', onWaiting);
    return events;
  }

  async close(): Promise<void> {
    const events = await this.#listening;
    await events.close();
    this.#options.connection.disconnect();
    await this.#connection.close();
  }
}
