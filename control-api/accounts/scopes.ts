import type { Database, Transaction } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Identity } from '../../server/http/access.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { mayToAccount } from '../../server/kit/policy.ts';
import { canBeNarrowed } from '../../server/kit/title-scope.ts';
import { findAccount, updateAccount, type AccountRow } from '../account.ts';
import { holdForStaff, isNobody } from '../hold-account.ts';
import { findScopedTitles, putScopedTitles, scopeFacts, type ScopedTitle, type WantedScope } from '../staff-scopes.ts';

export interface ScopesOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

/** Null: all titles. */
interface ScopeView {
  titles: ScopedTitle[] | null;
}

/** Which titles staff work on. */
export class Scopes {
  readonly #options: ScopesOptions;

  constructor(options: ScopesOptions) {
    this.#options = options;
  }

  /** @throws ProblemError not_found */
  async get(who: Pick<Identity, 'accountId' | 'role'>, id: string): Promise<ScopeView> {
    const { db } = this.#options;
    const account = await findAccount(db, id);
    const whose = account && { accountId: account.id, role: account.role };
    if (!account || !whose || isNobody(id) || !mayToAccount(who, 'account.read', whose))
      throw new ProblemError('not_found', 'There is no such account.');
    return { titles: account.is_narrowed === 0 ? null : await findScopedTitles(db, { of: 'account', id }) };
  }

  /**
   * Says which titles somebody works on, instead of what was said before. It counts with their next request.
   * @throws ProblemError not_found, forbidden, own_account, conflict when their role works on no titles, or on all
   */
  async put(by: Caller, id: string, wanted: WantedScope): Promise<void> {
    const { db, clock, events } = this.#options;
    const isChanged = await db.transaction().execute(async (tx) => {
      const account = await holdForStaff(tx, by, 'account.change', id);
      if (!canBeNarrowed(account.role))
        throw new ProblemError('conflict', 'The rights of this role cannot be narrowed to some titles.');
      const before = await titlesOf(tx, account);
      await putScopedTitles(tx, { of: 'account', id }, wanted);
      await updateAccount(tx, id, { is_narrowed: wanted === null ? 0 : 1, updated_at: clock.now() });
      const after = wanted?.toSorted() ?? null;
      if (JSON.stringify(before) === JSON.stringify(after)) return false;
      await by.audit.record(tx, { subject: id, before: scopeFacts(before), after: scopeFacts(after) });
      return true;
    });
    if (!isChanged) by.audit.unchanged();
    // What is open asks again what it may show.
    await events.publish('rights.changed', { accountId: id });
  }
}

/** Their ids in order; null: all titles. */
async function titlesOf(tx: Transaction, { id, is_narrowed: isNarrowed }: AccountRow): Promise<string[] | null> {
  if (isNarrowed === 0) return null;
  return (await findScopedTitles(tx, { of: 'account', id })).map((title) => title.id).sort();
}
