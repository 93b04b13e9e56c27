import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import { lockAccount, updateAccount, type AccountRow } from '../account.ts';
import { dropChallenges } from './challenges/challenges.ts';
import type { Client } from './client.ts';
import { makeAccount, newAccountRow } from './mailed/new-account.ts';
import { signInProblems } from './problems.ts';
import { endSignInsOf } from './repository.ts';
import type { Grant, SignIns } from './sign-ins.ts';

export interface GuestsOptions {
  readonly db: Database;
  readonly config: Config['accounts'];
  readonly signIns: SignIns;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly clock: Clock;
}

/**
 * People who watch before they sign up. A guest is an account without a way in: who loses the tokens cannot come back to
 * it.
 *
 *     guest -> viewer    signed up: the same account, with everything that it watched and bought
 *           -> handed over, disabled    signed in to an account that there was, or signed up by a link that may have
 *                                       been opened by somebody else: others move what the guest watched and bought
 *           -> removed    wants to be forgotten, or not seen for long (`personal-data/`); one that was handed over only
 *                         when everybody has moved what is theirs
 */
export class Guests {
  readonly #options: GuestsOptions;

  constructor(options: GuestsOptions) {
    this.#options = options;
  }

  /** @throws ProblemError guests_not_taken */
  async begin(client: Client, audit: Audit): Promise<Grant> {
    const { db, config, signIns, clock } = this.#options;
    if (!config.guests) throw new ProblemError(signInProblems.guests_not_taken);
    const issued = await db.transaction().execute(async (tx) => {
      const row = newAccountRow({ email: null, passwordHash: null, role: 'guest' }, clock.now());
      const account = (await makeAccount(tx, row)) as AccountRow;
      return signIns.found(tx, account, { proofs: [], client }, audit);
    });
    return signIns.grant(issued);
  }

  /** Makes a viewer of a guest. Undefined when it is none any more, or there was none. */
  async claim(
    tx: Transaction,
    guestId: string | undefined,
    as: { readonly email: string | null; readonly passwordHash: string | null },
    now: number,
  ): Promise<AccountRow | undefined> {
    const guest = await this.#hold(tx, guestId);
    if (!guest) return undefined;
    const change = {
      email: as.email,
      email_proven_at: as.email === null ? null : now,
      password_hash: as.passwordHash,
      role: 'viewer' as const,
      updated_at: now,
    };
    await updateAccount(tx, guest.id, change);
    // The app gets new tokens; the old ones were nobody's in particular.
    await endSignInsOf(tx, guest.id, now);
    return { ...guest, ...change };
  }

  /** Gives what a guest had to an account, and ends the guest. Features move their own when they hear of it. */
  async handOver(tx: Transaction, guestId: string | undefined, accountId: string): Promise<void> {
    const guest = await this.#hold(tx, guestId);
    if (!guest || guestId === undefined || guestId === accountId) return;
    const now = this.#options.clock.now();
    await updateAccount(tx, guestId, { status: 'disabled', updated_at: now });
    await endSignInsOf(tx, guestId, now);
    await dropChallenges(tx, guestId);
    await this.#options.outbox.record(tx, 'guest.handed-over', guestId, { guestId, accountId, at: now });
  }

  async #hold(tx: Transaction, guestId: string | undefined): Promise<AccountRow | undefined> {
    const guest = guestId === undefined ? undefined : await lockAccount(tx, guestId);
    return guest?.role === 'guest' && guest.status === 'active' ? guest : undefined;
  }
}
