import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { MemoryEvents } from './memory.ts';
import type { EventBus, EventName, Events } from './port.ts';

export interface RedisEventsOptions {
  readonly commands: Redis;
  /** Only listens to channels. */
  readonly subscriber: Redis;
  /** What the channel begins with, its colon included. */
  readonly prefix: string;
  readonly logger: Logger;
}

/** An event on its way: who said it, what it is called, what it says. */
type Message = readonly [from: string, name: EventName, event: Events[EventName]];

/** Of a published event, or undefined for what another program, or another version of ours, wrote. */
function readMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text);
    const [from, name, event] = Array.isArray(message) ? (message as unknown[]) : [];
    return typeof from === 'string' && typeof name === 'string' && typeof event === 'object' && event !== null
      ? [from, name as EventName, event as Events[EventName]]
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Events over Redis pub/sub, on one channel. Listeners of the publisher's own process hear them without a detour, so
 * one process stays whole while Redis is away; the others miss what is said then.
 */
export class RedisEvents implements EventBus {
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #channel: string;
  readonly #logger: Logger;
  readonly #self = randomUUID();
  readonly #here: MemoryEvents;
  #isOneWay = false;
  #closed = false;

  private constructor({ commands, subscriber, prefix, logger }: RedisEventsOptions) {
    this.#commands = commands;
    this.#subscriber = subscriber;
    this.#channel = `${prefix}events`;
    this.#logger = logger;
    this.#here = new MemoryEvents({ logger });
  }

  /** Resolves once it hears the others. @throws Error when Redis is away */
  static async open(options: RedisEventsOptions): Promise<RedisEvents> {
    const events = new RedisEvents(options);
    events.#subscriber.on('message', events.#hear);
    await events.#subscriber.subscribe(events.#channel);
    return events;
  }

  readonly #hear = (channel: string, text: string): void => {
    const message = channel === this.#channel ? readMessage(text) : undefined;
    if (message && message[0] !== this.#self) void this.#here.publish(message[1], message[2]);
  };

  async publish<N extends EventName>(name: N, event: Events[N]): Promise<void> {
    if (this.#closed) return;
    const message: Message = [this.#self, name, event];
    const text = JSON.stringify(message);
    await Promise.all([this.#here.publish(name, event), this.#tellOthers(text)]);
  }

  /** Who is not reached misses a hint: no reason to fail what was done. Said once per outage. */
  async #tellOthers(text: string): Promise<void> {
    try {
      await this.#commands.publish(this.#channel, text);
      this.#isOneWay = false;
    } catch (error) {
      if (!this.#isOneWay && !this.#closed)
        this.#logger.warn({ err: toError(error) }, 'other processes cannot be told of changes: they see them later');
      this.#isOneWay = true;
    }
  }

  subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
    return this.#here.subscribe(name, listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#subscriber.off('message', this.#hear);
    await this.#subscriber.unsubscribe(this.#channel).catch(() => undefined);
    await this.#here.close();
  }
}
