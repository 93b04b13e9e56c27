import type { Database } from '../../../server/db/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { lockAccount } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import { requireAWayIn } from '../factors/factor-settings.ts';
import { signInProblems } from '../problems.ts';
import type { ProviderIdentity } from '../providers/port.ts';
import type { Identities } from './identities.ts';
import type { Visitor } from './provider-visits.ts';
import { listIdentities, type IdentityRow } from './repository.ts';

export interface LinkingOptions {
  readonly db: Database;
  readonly identities: Identities;
  readonly changes: AccountChanges;
}

/**
 * Linking and unlinking by somebody who is signed in. Both end the other sign-ins and are told to the owner; the last
 * way in stays.
 */
export class Linking {
  readonly #options: LinkingOptions;

  constructor(options: LinkingOptions) {
    this.#options = options;
  }

  async list(accountId: string): Promise<readonly IdentityRow[]> {
    return listIdentities(this.#options.db, accountId);
  }

  /**
   * Links whom a provider vouched for to the account of the sign-in that began the visit.
   * @param visitor as the visit says; undefined where none was needed
   * @throws ProblemError invalid_code (somebody else began it), identity_in_use
   */
  async link(caller: Caller, identity: ProviderIdentity, visitor: Visitor | undefined): Promise<IdentityRow> {
    const { accountId, familyId, address, audit } = caller;
    const isOwn =
      visitor === undefined ||
      ('accountId' in visitor && visitor.accountId === accountId && visitor.familyId === familyId);
    if (!isOwn) throw new ProblemError(signInProblems.invalid_code, 'Begin once more.');
    const { db, identities, changes } = this.#options;
    const linked = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.status !== 'active') throw new ProblemError('unauthenticated');
      const row = await identities.link(tx, account, identities.toKeep(identity));
      await audit.record(tx, { subject: row.id, after: { provider: row.provider } });
      await changes.record(tx, account, 'account.identities-changed', { address, keep: familyId });
      return row;
    });
    await changes.publish(accountId, { keep: familyId });
    return linked;
  }

  /** @throws ProblemError not_found, last_way_in */
  async unlink({ accountId, familyId, address, audit }: Caller, id: string): Promise<void> {
    const { db, identities, changes } = this.#options;
    await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, accountId);
      if (account?.status !== 'active') throw new ProblemError('unauthenticated');
      const removed = await identities.unlink(tx, accountId, id);
      await requireAWayIn(tx, account);
      await audit.record(tx, { subject: id, before: { provider: removed.provider } });
      await changes.record(tx, account, 'account.identities-changed', { address, keep: familyId });
    });
    await changes.publish(accountId, { keep: familyId });
  }
}
