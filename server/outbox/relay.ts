import { setImmediate as otherWork } from 'node:timers/promises';
import type { Database } from '../db/port.ts';
import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Lease, Leases } from '../limits/port.ts';
import type { Consumer, Delivery, DurableEvents } from './port.ts';
import type { DeliveryKey, DueDelivery, OutboxStatements } from './statements.ts';

const defaults = { maxAttempts: 10, timeoutMs: 60_000, concurrency: 4 };

/** How long an event rests after a try, in milliseconds: twice as long after each one, at most five minutes. */
export function pauseAfter(attempt: number, baseMs: number): number {
  return Math.min(baseMs * 2 ** (attempt - 1), 300_000);
}

export interface RelayOptions {
  readonly db: Database;
  readonly statements: OutboxStatements;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pollMs: number;
  readonly retryBaseMs: number;
}

/**
 * Brings events to one consumer, as long as this process has the lease for it. Which of several processes has it
 * matters for the order and for work done twice, not for what is lost: a delivery goes from the table only when it is
 * done, and of two that apply the same one the database lets one through.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #consumer: Consumer;
  readonly #logger: Logger;
  readonly #poll: NodeJS.Timeout;
  readonly #forced = new AbortController();
  /** By subject. */
  readonly #inHand = new Map<string, Promise<void>>();
  #lease: Lease | undefined;
  #looking: Promise<void> | undefined;
  #wanted = false;
  #stopping = false;
  #unreachable = false;

  constructor(consumer: Consumer, options: RelayOptions) {
    this.#options = options;
    this.#consumer = consumer;
    this.#logger = options.logger.child({ consumer: consumer.name });
    // Looking for events is no reason for a process to stay alive.
    this.#poll = setInterval(() => {
      this.wake();
    }, options.pollMs).unref();
    this.wake();
  }

  /** Looks for what is due, now. */
  wake(): void {
    this.#wanted = true;
    if (this.#stopping) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      // Somebody may have asked after the last look and before this.
      if (this.#wanted) this.wake();
    });
  }

  async stop({ force }: { readonly force: boolean } = { force: false }): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#poll);
    if (force) this.#forced.abort(new Error('The outbox is stopping'));
    await this.#looking;
    await Promise.all(this.#inHand.values());
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }

  async #look(): Promise<void> {
    while (this.#wanted && !this.#stopping) {
      this.#wanted = false;
      try {
        if (await this.#hasLease()) await this.#take();
        if (this.#unreachable) this.#logger.info('the outbox can be read again');
        this.#unreachable = false;
      } catch (error) {
        // Told once, not at every poll; the next poll tries again.
        if (!this.#unreachable) this.#logger.error({ err: toError(error) }, 'the outbox cannot be read');
        this.#unreachable = true;
      }
      // The embedded database answers without ever letting go of the thread.
      await otherWork();
    }
  }

  async #hasLease(): Promise<boolean> {
    if (!this.#lease || this.#lease.signal.aborted)
      this.#lease = await this.#options.leases.take(`outbox.${this.#consumer.name}`);
    return this.#lease !== undefined;
  }

  async #take(): Promise<void> {
    const { statements, clock } = this.#options;
    const room = (this.#consumer.concurrency ?? defaults.concurrency) - this.#inHand.size;
    if (room <= 0) return;
    const due = await statements.due(this.#consumer, clock.now(), [...this.#inHand.keys()], room);
    for (const delivery of due) {
      if (this.#stopping) return;
      this.#inHand.set(
        delivery.subject,
        this.#handle(delivery).then((isWritten) => {
          this.#inHand.delete(delivery.subject);
          // What could not be written is still due. Looked at once it would fail at once: it waits for the next poll.
          if (isWritten) this.wake();
        }),
      );
    }
  }

  /** One try of one delivery; returns whether the database knows what became of it. Never rejects. */
  async #handle(due: DueDelivery): Promise<boolean> {
    const { statements, clock, retryBaseMs } = this.#options;
    const key: DeliveryKey = { consumer: this.#consumer.name, eventId: due.eventId, subject: due.subject };
    const ours = AbortSignal.any([this.#forced.signal, ...(this.#lease ? [this.#lease.signal] : [])]);
    const maxAttempts = this.#consumer.maxAttempts ?? defaults.maxAttempts;
    try {
      const attempt = await statements.begin(key);
      if (attempt === undefined) return true;
      if (attempt > maxAttempts) {
        await this.#setAside(key, due, new Error(due.lastError ?? `The process ended in each of ${maxAttempts} tries`));
        return true;
      }
      try {
        await this.#hand(due, key, attempt, ours);
      } catch (thrown) {
        const error = toError(thrown);
        if (ours.aborted) await statements.giveBack(key);
        else if (attempt >= maxAttempts) await this.#setAside(key, due, error);
        else {
          this.#logger.warn(
            { err: error, event: due.eventId, name: due.name, attempt },
            'an event will be tried again',
          );
          await statements.rest(key, clock.now() + pauseAfter(attempt, retryBaseMs), error);
        }
      }
      return true;
    } catch (error) {
      // The database is away: the delivery waits there as it was.
      this.#logger.error({ err: toError(error), event: due.eventId }, 'what became of an event could not be written');
      return false;
    }
  }

  async #hand(due: DueDelivery, key: DeliveryKey, attempt: number, ours: AbortSignal): Promise<void> {
    const { db, statements } = this.#options;
    const consumer = this.#consumer;
    // What is recorded under a name has that name's payload: `record` sees to it.
    const delivery = {
      eventId: String(due.eventId),
      name: due.name,
      subject: due.subject,
      payload: JSON.parse(due.payload) as DurableEvents[keyof DurableEvents],
      attempt,
    } as Delivery;
    if ('apply' in consumer) {
      await db.transaction().execute(async (tx) => {
        // First, so that another process that has it too waits here and then finds nothing to do.
        if (await statements.done(tx, key)) await consumer.apply(tx, delivery);
      });
    } else {
      const timeout = AbortSignal.timeout(consumer.timeoutMs ?? defaults.timeoutMs);
      await consumer.deliver(delivery, AbortSignal.any([ours, timeout]));
      await statements.done(db, key);
    }
  }

  async #setAside(key: DeliveryKey, due: DueDelivery, error: Error): Promise<void> {
    this.#logger.error(
      { err: error, event: due.eventId, name: due.name, subject: due.subject },
      'an event is set aside',
    );
    await this.#options.statements.setAside(key, this.#options.clock.now(), error);
  }
}
