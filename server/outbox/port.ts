import type { Transaction } from '../db/port.ts';

/**
 * Everything that is told durably, with the subject it is about. An event is recorded in the transaction of the change
 * it tells of, so there is never the one without the other. Names say what happened; a payload holds ids, not rows:
 * who hears of it reads the present state.
 */
export interface DurableEvents {
  /** A version waits to be processed. Subject: the version. */
  'version.queued': { readonly assetId: string; readonly versionId: string };
  /** The version's plan is written: its chunks can be encoded. Subject: the version. */
  'version.planned': { readonly assetId: string; readonly versionId: string };
  /** The version failed or was cancelled: it will never be complete. Subject: the version. */
  'version.ended': { readonly assetId: string; readonly versionId: string };
}

/** The name of a durable event. */
export type DurableEventName = keyof DurableEvents;

/** An event on its way to a consumer. */
export interface Delivery<N extends DurableEventName = DurableEventName> {
  /** The same at every delivery of the event: what is done outside of the database can be keyed by it. */
  readonly eventId: string;
  readonly name: N;
  readonly subject: string;
  readonly payload: DurableEvents[N];
  /** 1 for the first try. */
  readonly attempt: number;
}

/**
 * Who hears of which events. Delivered at least once; in the order of recording for each subject; the next event of a
 * subject waits until the one before it is done or set aside. Two ways to be handled once in effect:
 *
 * - `apply` works in the transaction that also marks the event as done: it happens once. It must not await anything
 *   outside of `tx`.
 * - `deliver` works outside of a transaction and may be called again for the same event (after a kill, say): what it
 *   does is harmless to repeat, by `eventId` or a key of its own.
 *
 * One that throws is tried again after a growing pause; after `maxAttempts` it is set aside, shown to operators, and
 * the subject goes on.
 */
export type Consumer<N extends DurableEventName = DurableEventName> = {
  /** Stable for ever: `<who>.<what for>`, e.g. `transcoder.ask-for-jobs`. */
  readonly name: string;
  readonly events: readonly N[];
  /** Default 10. */
  readonly maxAttempts?: number;
} & (
  | { apply(tx: Transaction, delivery: Delivery<N>): Promise<void> }
  | { deliver(delivery: Delivery<N>, signal: AbortSignal): Promise<void> }
);

/** An event that a consumer could not handle. */
export interface SetAside {
  readonly eventId: string;
  readonly consumer: string;
  readonly name: string;
  readonly subject: string;
  readonly attempts: number;
  readonly error: string;
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
}

/** Durable events between the parts of the service, in the database itself. */
export interface Outbox {
  /**
   * Records an event in the transaction of the change. The transaction holds the subject's row, so that the events of
   * one subject have an order.
   */
  record<N extends DurableEventName>(
    tx: Transaction,
    name: N,
    subject: string,
    payload: DurableEvents[N],
  ): Promise<void>;
  /** Looks for what was recorded, now: called after the commit, so that nobody waits for the next look. */
  wake(): void;
  /**
   * Makes a consumer known (from then on everything recorded is kept for it, whether or not its process lives) and
   * delivers to it, as long as this process has the lease. The returned function stops that, after the delivery in hand.
   */
  consume<N extends DurableEventName>(consumer: Consumer<N>): Promise<() => Promise<void>>;
  /** What was set aside, newest first, at most `limit`. */
  setAside(limit: number): Promise<readonly SetAside[]>;
  /** Lets a consumer try again what it was set aside for. False when there is no such thing. */
  tryAgain(eventId: string, consumer: string): Promise<boolean>;
  /** Events recorded, and not yet handled, by consumer. */
  waiting(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
