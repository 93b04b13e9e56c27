import type { Database, Transaction } from '../db/port.ts';
import type { EventBus } from '../events/port.ts';
import { systemClock, type Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Leases } from '../limits/port.ts';
import type {
  Consumer,
  DurableEventName,
  DurableEvents,
  Outbox,
  OutboxCounts,
  SetAside,
  StopConsumer,
  Subscription,
} from './port.ts';
import { Relay, type RelayOptions } from './relay.ts';
import { OutboxStatements } from './statements.ts';

export interface DatabaseOutboxOptions {
  readonly db: Database;
  readonly leases: Leases;
  /** Carries the hint that something was recorded. */
  readonly events: EventBus;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** How often the table is looked at, in milliseconds; default 1000. Only what no hint told of waits for it. */
  readonly pollMs?: number;
  /** Rest after the first failure, in milliseconds, doubled with each further one; default 1000. */
  readonly retryBaseMs?: number;
}

/** The outbox in tables of the database itself, for both databases. */
export class DatabaseOutbox implements Outbox {
  readonly #options: RelayOptions & Pick<DatabaseOutboxOptions, 'events'>;
  readonly #statements: OutboxStatements;
  readonly #relays = new Set<Relay>();
  readonly #unsubscribe: () => void;
  #closed = false;

  constructor(options: DatabaseOutboxOptions) {
    this.#statements = new OutboxStatements(options.db);
    this.#options = {
      ...options,
      statements: this.#statements,
      clock: options.clock ?? systemClock,
      pollMs: options.pollMs ?? 1000,
      retryBaseMs: options.retryBaseMs ?? 1000,
    };
    this.#unsubscribe = options.events.subscribe('outbox.recorded', () => {
      this.#look();
    });
  }

  async record<N extends DurableEventName>(
    tx: Transaction,
    name: N,
    subject: string,
    payload: DurableEvents[N],
  ): Promise<void> {
    await this.#statements.record(tx, name, subject, JSON.stringify(payload), this.#options.clock.now());
  }

  wake(): void {
    if (this.#closed) return;
    this.#look();
    this.#options.events.publish('outbox.recorded', {}).catch((error: unknown) => {
      // The other processes look by themselves, a little later.
      this.#options.logger.warn({ err: toError(error) }, 'others could not be told of a recorded event');
    });
  }

  #look(): void {
    for (const relay of this.#relays) relay.wake();
  }

  makeKnown({ name, events }: Subscription): Promise<void> {
    return this.#statements.makeKnown(name, events);
  }

  async consume<N extends DurableEventName>(consumer: Consumer<N>): Promise<StopConsumer> {
    await this.makeKnown(consumer);
    if (this.#closed) throw new Error('The outbox is closed');
    // It is given only what it asked for: `makeKnown` has just said so to the database.
    const relay = new Relay(consumer as unknown as Consumer, this.#options);
    this.#relays.add(relay);
    return async (options) => {
      await relay.stop(options);
      this.#relays.delete(relay);
    };
  }

  setAside(limit: number): Promise<readonly SetAside[]> {
    return this.#statements.listSetAside(limit);
  }

  async tryAgain(eventId: string, consumer: string, also?: (tx: Transaction) => Promise<void>): Promise<boolean> {
    const id = Number(eventId);
    if (!Number.isSafeInteger(id)) return false;
    const { db, clock } = this.#options;
    const isThere = await db.transaction().execute(async (tx) => {
      if (!(await this.#statements.tryAgain(tx, id, consumer, clock.now()))) return false;
      await also?.(tx);
      return true;
    });
    if (isThere) this.wake();
    return isThere;
  }

  isOpen(subject: string): Promise<boolean> {
    return this.#statements.isOpen(subject);
  }

  counts(): Promise<Readonly<Record<string, OutboxCounts>>> {
    return this.#statements.counts();
  }

  forgetHandled(): Promise<number> {
    return this.#statements.forgetHandled();
  }

  /** The database belongs to its opener and stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    await Promise.all([...this.#relays].map((relay) => relay.stop({ force: true })));
  }
}
