import type { Selectable } from 'kysely';
import type { Database } from '../../../server/db/port.ts';
import type { SignInsTable } from '../../../server/db/tables/sign-in.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Identity } from '../../../server/http/access.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { lockAccount } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import { listSignIns, endSignInsOf } from '../repository.ts';
import type { SignIns } from '../sign-ins.ts';

export interface DevicesOptions {
  readonly db: Database;
  readonly signIns: SignIns;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/** The devices of an account: one for each sign-in that goes on. */
export class Devices {
  readonly #options: DevicesOptions;

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  async list({ accountId }: Pick<Identity, 'accountId'>): Promise<Selectable<SignInsTable>[]> {
    return listSignIns(this.#options.db, accountId, this.#options.clock.now());
  }

  /** Signs one of them out, this one too. @throws ProblemError not_found */
  async signOut(caller: Caller, id: string): Promise<void> {
    const { signIns } = this.#options;
    const isOwn = (await this.list(caller)).some((device) => device.id === id);
    if (!isOwn || !(await signIns.end(caller.accountId, id, caller.audit)))
      throw new ProblemError('not_found', 'There is no such device.');
  }

  /** Signs all others out; returns how many. */
  async signOutOthers({ accountId, familyId, audit }: Caller): Promise<number> {
    const { db, changes, clock } = this.#options;
    const ended = await db.transaction().execute(async (tx) => {
      await lockAccount(tx, accountId);
      const count = await endSignInsOf(tx, accountId, clock.now(), familyId);
      if (count > 0) await audit.record(tx, { subject: accountId, actor: accountId, after: { devices: count } });
      return count;
    });
    if (ended === 0) audit.unchanged();
    await changes.publish(accountId, { keep: familyId });
    return ended;
  }
}
