import type { Transaction } from '../db/port.ts';

/** Something about an account that its owner is told of. */
interface AccountChanged {
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Network address that it was done from; null when an operator did it at the machine. */
  readonly address: string | null;
  /** With its link the owner says that it was somebody else; the address that is told is in it. */
  readonly challengeId?: string;
}

/**
 * Everything that is told durably, with the subject it is about. An event is recorded in the transaction of the change
 * it tells of, so there is never the one without the other. Names say what happened; a payload holds ids, not rows:
 * who hears of it reads the present state.
 */
export interface DurableEvents {
  /**
   * Every sign-in of the account was ended: it was disabled or locked, or its password is another one. `at` in milliseconds since
   * the epoch. Subject: the account.
   */
  'account.signed-out': { readonly accountId: string; readonly at: number };
  /** Its password is another one: its owner is to be told, as of the next five. Subject: the account. */
  'account.password-changed': AccountChanged;
  /** Its address is another one; the one before is told. */
  'account.email-changed': AccountChanged;
  /** It has another second factor than before, or none. */
  'account.second-factor-changed': AccountChanged;
  /** An account of Google, Apple or Facebook signs in to it now, or does no more. */
  'account.identities-changed': AccountChanged;
  /** Somebody signed in whose device the account did not know. */
  'account.new-device': AccountChanged;
  /** Staff gave it another role. */
  'account.role-changed': AccountChanged;
  /** It will be deleted, unless it is kept until then. */
  'account.deletion-begun': AccountChanged;
  /** It is kept. */
  'account.deletion-taken-back': AccountChanged;
  /** The copy of its data that was asked for can be downloaded. */
  'account.data-copy-ready': AccountChanged;
  /** Nobody but the provider leads to the account, and its owner asked that one to have it deleted. `at` in milliseconds. */
  'account.deletion-asked': { readonly accountId: string; readonly at: number };
  /**
   * There is no such account any more. `to`: the address that it had, sealed for `account.erased:<accountId>`; null when it had
   * none. `at` in milliseconds since the epoch. Subject: what was the account.
   */
  'account.erased': { readonly accountId: string; readonly at: number; readonly to: string | null };
  /**
   * What a guest had belongs to an account now, to which they signed in: each feature moves what is its own. `at` in
   * milliseconds since the epoch. Subject: the guest.
   */
  'guest.handed-over': { readonly guestId: string; readonly accountId: string; readonly at: number };
  /**
   * A person has no account here any more that somebody elsewhere vouches for: those are to take back what the person
   * allowed. `grant` is sealed. Subject: the provider and its name for the person.
   */
  'identity.removed': {
    readonly provider: string;
    readonly subject: string;
    readonly grant: string | null;
    readonly firebaseUser: string | null;
  };
  /** A video is not there any more for viewers for whom it was: its title was withdrawn, say. Subject: the asset. */
  'video.withdrawn': { readonly assetId: string; readonly at: number };
  /** A code or a link is to be sent. Subject: the challenge. */
  'challenge.begun': { readonly challengeId: string };
  /** The last byte of an upload is here, and it became an asset. Subject: the upload. */
  'upload.finished': { readonly uploadId: string; readonly assetId: string };
  /** A version waits to be processed. Subject: the version. */
  'version.queued': { readonly assetId: string; readonly versionId: string };
  /** The version's plan is written: its chunks can be encoded. Subject: the version. */
  'version.planned': { readonly assetId: string; readonly versionId: string };
  /**
   * The manifests of a version are to offer other tracks than they do: subtitles were changed, say. Subject: the
   * version.
   */
  'version.tracks-changed': { readonly assetId: string; readonly versionId: string };
  /** Text tracks of its source are to become subtitles. Subject: the version. */
  'version.text-wanted': { readonly assetId: string; readonly versionId: string };
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
  /** 1 for the first try. A try whose process was killed counts. */
  readonly attempt: number;
}

/** That somebody hears of some events, apart from what they do about them. */
export interface Subscription<N extends DurableEventName = DurableEventName> {
  /** `<who>.<what for>`, e.g. `transcoder.ask-for-jobs`. Never changed: what waits is kept under it. */
  readonly name: string;
  readonly events: readonly N[];
}

/**
 * Who hears of which events, and what they do. Delivered at least once; in the order of recording for each subject: a
 * later event of a subject waits until the earlier one is done or set aside, also while that one rests before another
 * try. Other subjects go on meanwhile. Two ways to be handled once in effect:
 *
 * - `apply` works in the transaction that also marks the event as done: it happens once. It must not await anything
 *   outside of `tx`.
 * - `deliver` works outside of a transaction and may be called again for the same event (after a kill, say): what it
 *   does is harmless to repeat, by `eventId` or a key of its own. It ends when its signal aborts, because it took too
 *   long, the process stops by force or another process may be delivering now.
 *
 * One that throws is tried again after a growing pause; after `maxAttempts` it is set aside with its error and shown
 * to operators, and the subject goes on without it.
 */
export type Consumer<N extends DurableEventName = DurableEventName> = Subscription<N> & {
  /** Default 10. */
  readonly maxAttempts?: number;
  /** How long `deliver` may take, in milliseconds; default 60 s. */
  readonly timeoutMs?: number;
  /** For how many subjects it works at the same time; default 4. */
  readonly concurrency?: number;
} & (
    | { apply(tx: Transaction, delivery: Delivery<N>): Promise<void> }
    | { deliver(delivery: Delivery<N>, signal: AbortSignal): Promise<void> }
  );

/** Ends a consumer in this process, after the deliveries in hand; with `force` these are aborted and not counted. */
export type StopConsumer = (options?: { readonly force: boolean }) => Promise<void>;

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

/** What a consumer has before it. */
export interface OutboxCounts {
  /** Recorded and not yet handled. */
  readonly waiting: number;
  readonly setAside: number;
}

/** Durable events between the parts of the service, in the database itself. */
export interface Outbox {
  /**
   * Records an event in the transaction of the change. The transaction holds the subject's row, or one that stands for
   * it, so that the events of one subject have an order.
   */
  record<N extends DurableEventName>(
    tx: Transaction,
    name: N,
    subject: string,
    payload: DurableEvents[N],
  ): Promise<void>;
  /** Looks for what was recorded, now, in all processes: called after the commit, so that nobody waits for the next look. */
  wake(): void;
  /**
   * Makes a consumer known: what is recorded from then on is kept for it, whether or not a process with it lives. Done
   * at the start by every process that records, also for consumers of other processes. An event that a consumer no
   * longer wants, and a consumer that is gone, are removed by a migration.
   */
  makeKnown(subscription: Subscription): Promise<void>;
  /** Makes a consumer known and delivers to it, as long as this process has its lease: one process does at a time. */
  consume<N extends DurableEventName>(consumer: Consumer<N>): Promise<StopConsumer>;
  /** What was set aside, newest first, at most `limit`. */
  setAside(limit: number): Promise<readonly SetAside[]>;
  /**
   * Lets a consumer try again what it was set aside for, before later events of the subject that still wait. False when
   * there is no such thing.
   * @param also done in the same transaction: that it is written down who asked for it, say
   */
  tryAgain(eventId: string, consumer: string, also?: (tx: Transaction) => Promise<void>): Promise<boolean>;
  /** Whether a consumer has something of this subject still to handle, or could not handle it. */
  isOpen(subject: string): Promise<boolean>;
  /** By consumer, those with nothing before them included. */
  counts(): Promise<Readonly<Record<string, OutboxCounts>>>;
  /** Removes events that everybody has handled; returns how many. Upkeep: only room depends on it. */
  forgetHandled(): Promise<number>;
  /** Ends the consumers of this process, by force. */
  close(): Promise<void>;
}
