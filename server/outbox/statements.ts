import { setImmediate as otherWork } from 'node:timers/promises';
import type { Connection, Database, Transaction } from '../db/port.ts';
import type { OutboxCounts, SetAside, Subscription } from './port.ts';

/** What `last_error` may hold, in characters. */
const maxErrorLength = 2000;
/** Events removed by one statement: the embedded database lets go of the thread only between two of them. */
const forgottenAtOnce = 500;

/** An event that a consumer can be given now: the first of its subject that waits. */
export interface DueDelivery {
  readonly eventId: number;
  readonly name: string;
  readonly subject: string;
  readonly payload: string;
  readonly lastError: string | null;
}

/** A delivery, by what is unique about it. */
export interface DeliveryKey {
  readonly consumer: string;
  readonly eventId: number;
  readonly subject: string;
}

/** The statements on the tables of the outbox. Times are milliseconds since the epoch. */
export class OutboxStatements {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async record(tx: Transaction, name: string, subject: string, payload: string, now: number): Promise<void> {
    const { id } = await tx
      .insertInto('outbox_events')
      .values({ name, subject, payload, recorded_at: now })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('outbox_deliveries')
      .columns(['event_id', 'consumer', 'subject', 'due_at'])
      .expression((e) =>
        e
          .selectFrom('outbox_events')
          .innerJoin('outbox_consumers', 'outbox_consumers.event', 'outbox_events.name')
          .select([
            'outbox_events.id',
            'outbox_consumers.consumer',
            'outbox_events.subject',
            'outbox_events.recorded_at',
          ])
          .where('outbox_events.id', '=', id),
      )
      .execute();
  }

  async makeKnown(consumer: string, events: readonly string[]): Promise<void> {
    if (events.length === 0) return;
    await this.#db
      .insertInto('outbox_consumers')
      .values(events.map((event) => ({ consumer, event })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /**
   * What is due, longest due first: of each subject the first that waits. One of a name that the consumer does not have
   * in this process (it is of an older release, say) is left to another process, and its subject with it.
   * @param inHand subjects to leave out
   */
  async due(
    { name: consumer, events }: Subscription,
    now: number,
    inHand: readonly string[],
    limit: number,
  ): Promise<readonly DueDelivery[]> {
    return this.#db
      .selectFrom('outbox_deliveries as d')
      .innerJoin('outbox_events as e', 'e.id', 'd.event_id')
      .select(['d.event_id as eventId', 'e.name', 'd.subject', 'e.payload', 'd.last_error as lastError'])
      .where('d.consumer', '=', consumer)
      .where('d.set_aside_at', 'is', null)
      .where('d.due_at', '<=', now)
      .where('e.name', 'in', events)
      .$if(inHand.length > 0, (query) => query.where('d.subject', 'not in', inHand))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('outbox_deliveries as earlier')
              .select('earlier.event_id')
              .whereRef('earlier.consumer', '=', 'd.consumer')
              .whereRef('earlier.subject', '=', 'd.subject')
              .whereRef('earlier.event_id', '<', 'd.event_id')
              .where('earlier.set_aside_at', 'is', null),
          ),
        ),
      )
      .orderBy('d.due_at')
      .orderBy('d.event_id')
      .limit(limit)
      .execute();
  }

  /** Counts a try; returns its number, or undefined when the delivery does not wait any more. */
  async begin(key: DeliveryKey): Promise<number | undefined> {
    const row = await this.#waiting(this.#db, key)
      .set((e) => ({ attempts: e('attempts', '+', 1) }))
      .returning('attempts')
      .executeTakeFirst();
    return row?.attempts;
  }

  /** Done: the delivery is gone. False when it was gone before, or set aside. */
  async done(connection: Connection, key: DeliveryKey): Promise<boolean> {
    const { numDeletedRows } = await connection
      .deleteFrom('outbox_deliveries')
      .where('event_id', '=', key.eventId)
      .where('consumer', '=', key.consumer)
      .where('set_aside_at', 'is', null)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** The try did not count. */
  async giveBack(key: DeliveryKey): Promise<void> {
    await this.#waiting(this.#db, key)
      .set((e) => ({ attempts: e('attempts', '-', 1) }))
      .execute();
  }

  /** To be tried again, not before `dueAt`; what comes after it of the subject is not looked at before that either. */
  async rest(key: DeliveryKey, dueAt: number, error: Error): Promise<void> {
    await this.#waiting(this.#db, key)
      .set({ last_error: error.message.slice(0, maxErrorLength) })
      .execute();
    await this.#postpone(key, dueAt);
  }

  async setAside(key: DeliveryKey, now: number, error: Error): Promise<void> {
    await this.#waiting(this.#db, key)
      .set({ set_aside_at: now, last_error: error.message.slice(0, maxErrorLength) })
      .execute();
    await this.#postpone(key, now);
  }

  async #postpone({ consumer, subject }: DeliveryKey, dueAt: number): Promise<void> {
    await this.#db
      .updateTable('outbox_deliveries')
      .set({ due_at: dueAt })
      .where('consumer', '=', consumer)
      .where('subject', '=', subject)
      .where('set_aside_at', 'is', null)
      .execute();
  }

  #waiting(connection: Connection, { consumer, eventId }: DeliveryKey) {
    return connection
      .updateTable('outbox_deliveries')
      .where('event_id', '=', eventId)
      .where('consumer', '=', consumer)
      .where('set_aside_at', 'is', null);
  }

  async listSetAside(limit: number): Promise<readonly SetAside[]> {
    const rows = await this.#db
      .selectFrom('outbox_deliveries as d')
      .innerJoin('outbox_events as e', 'e.id', 'd.event_id')
      .select(['d.event_id', 'd.consumer', 'd.subject', 'd.attempts', 'd.last_error', 'e.name', 'e.recorded_at'])
      .where('d.set_aside_at', 'is not', null)
      .orderBy('d.set_aside_at', 'desc')
      .orderBy('d.event_id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      eventId: String(row.event_id),
      consumer: row.consumer,
      name: row.name,
      subject: row.subject,
      attempts: row.attempts,
      error: row.last_error ?? '',
      recordedAt: row.recorded_at,
    }));
  }

  async tryAgain(tx: Transaction, eventId: number, consumer: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await tx
      .updateTable('outbox_deliveries')
      .set({ set_aside_at: null, attempts: 0, due_at: now })
      .where('event_id', '=', eventId)
      .where('consumer', '=', consumer)
      .where('set_aside_at', 'is not', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async isOpen(subject: string): Promise<boolean> {
    const open = await this.#db
      .selectFrom('outbox_deliveries')
      .select('event_id')
      .where('subject', '=', subject)
      .limit(1)
      .executeTakeFirst();
    return open !== undefined;
  }

  async counts(): Promise<Readonly<Record<string, OutboxCounts>>> {
    const known = await this.#db
      .selectFrom('outbox_consumers')
      .select('consumer')
      .distinct()
      .orderBy('consumer')
      .execute();
    const rows = await this.#db
      .selectFrom('outbox_deliveries')
      .select((e) => ['consumer', e.fn.countAll<number>().as('all'), e.fn.count<number>('set_aside_at').as('setAside')])
      .groupBy('consumer')
      .execute();
    const names = new Set([...known, ...rows].map(({ consumer }) => consumer));
    return Object.fromEntries(
      [...names].map((name) => {
        const { all = 0, setAside = 0 } = rows.find(({ consumer }) => consumer === name) ?? {};
        return [name, { waiting: all - setAside, setAside }];
      }),
    );
  }

  async forgetHandled(): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const { numDeletedRows } = await this.#db
        .deleteFrom('outbox_events')
        .where('id', 'in', (e) =>
          e
            .selectFrom('outbox_events as handled')
            .select('handled.id')
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('outbox_deliveries')
                    .select('outbox_deliveries.event_id')
                    .whereRef('outbox_deliveries.event_id', '=', 'handled.id'),
                ),
              ),
            )
            .orderBy('handled.id')
            .limit(forgottenAtOnce),
        )
        .executeTakeFirst();
      forgotten += Number(numDeletedRows);
      if (numDeletedRows < BigInt(forgottenAtOnce)) return forgotten;
      await otherWork();
    }
  }
}
