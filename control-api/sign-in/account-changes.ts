import type { Transaction } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { DurableEventName, DurableEvents, Outbox } from '../../server/outbox/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import { endStreams } from '../end-streams.ts';
import type { AccountRow } from '../account.ts';
import { dropChallenges, type Challenges } from './challenges/challenges.ts';
import { endSignIns } from './end-sign-ins.ts';
import { endSignInsOf } from './repository.ts';

/** How long the owner of an account may say that a change was not theirs, in seconds. */
const regretSeconds = 14 * 86_400;

/** What owners are told of, as it happens to their account. */
export type AccountNotice = {
  [N in DurableEventName]: DurableEvents[N] extends AccountChange ? N : never;
}[DurableEventName];

/** What every such event says. */
interface AccountChange {
  readonly accountId: string;
  readonly at: number;
  readonly address: string | null;
  readonly challengeId?: string;
}

export interface AccountChangesOptions {
  readonly challenges: Challenges;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

/**
 * What every change of the ways into an account leads to: other sign-ins end, what was begun goes, and the owner is
 * told, with a link that says it was somebody else.
 */
export class AccountChanges {
  readonly #options: AccountChangesOptions;

  constructor(options: AccountChangesOptions) {
    this.#options = options;
  }

  /**
   * In the transaction of the change, which holds the account's row.
   * @param account as it was before: the notice goes to the address that it had
   * @param by `address` null when an operator did it at the machine; `keep` the sign-in that goes on, if any
   */
  async record(
    tx: Transaction,
    account: AccountRow,
    notice: AccountNotice,
    by: { readonly address: string | null; readonly keep?: string },
  ): Promise<void> {
    await this.end(tx, account.id, by.keep);
    await this.tell(tx, account, notice, by);
  }

  /** Tells the owner alone: nothing ends. */
  async tell(
    tx: Transaction,
    account: AccountRow,
    notice: AccountNotice,
    by: { readonly address: string | null },
  ): Promise<void> {
    const { challenges, outbox, clock } = this.#options;
    const told: AccountChange = { accountId: account.id, at: clock.now(), address: by.address };
    if (account.email === null) return outbox.record(tx, notice, account.id, told);
    const { id: challengeId } = await challenges.begin(tx, {
      purpose: 'not-me',
      accountId: account.id,
      email: account.email,
      data: { notice, isProven: account.email_proven_at !== null },
      seconds: regretSeconds,
    });
    await outbox.record(tx, notice, account.id, { ...told, challengeId });
  }

  /** Ends its sign-ins, but for one (`keep`), and what was begun, without telling anybody. */
  async end(tx: Transaction, accountId: string, keep?: string): Promise<void> {
    const { outbox, clock } = this.#options;
    if (keep === undefined) return endSignIns(tx, outbox, accountId, clock.now());
    await dropChallenges(tx, accountId);
    await endSignInsOf(tx, accountId, clock.now(), keep);
  }

  /** After it: what is open asks again whether it may stay, and streams end when no sign-in was kept. */
  async publish(accountId: string, by: { readonly keep?: string } = {}): Promise<void> {
    await this.#options.events.publish('rights.changed', { accountId });
    if (by.keep === undefined) await endStreams(this.#options.sessions, { accountId });
  }
}
