import type { Transaction } from '../../../server/db/port.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import type { Secrets } from '../../../server/kit/secrets.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import type { AccountRow } from '../../account.ts';
import { signInProblems } from '../problems.ts';
import type { ProviderIdentity } from '../providers/port.ts';
import { deleteIdentity, findIdentity, insertIdentity, noteIdentityUse, type IdentityRow } from './repository.ts';

/** Somebody whom a provider vouched for, as it is kept: what is secret in it is sealed. */
export interface VouchedFor {
  readonly provider: ProviderIdentity['provider'];
  readonly subject: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly sealedGrant: string | null;
  readonly firebaseUser: string | null;
}

export interface IdentitiesOptions {
  readonly secrets: Secrets;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly clock: Clock;
}

/** What the sealed grant of an identity belongs to. */
export const grantSealedFor = ({ provider, subject }: Pick<VouchedFor, 'provider' | 'subject'>) =>
  `identity:${provider}:${subject}`;

/** Which identities at providers sign in to which account. */
export class Identities {
  readonly #options: IdentitiesOptions;

  constructor(options: IdentitiesOptions) {
    this.#options = options;
  }

  /** An identity as it is kept. */
  toKeep(identity: ProviderIdentity): VouchedFor {
    const { provider, subject, email = null, name = null, grant, firebaseUser = null } = identity;
    const sealedGrant = grant ? this.#options.secrets.seal(JSON.stringify(grant), grantSealedFor(identity)) : null;
    return { provider, subject, email, name, sealedGrant, firebaseUser };
  }

  /**
   * Links it to an account whose row the transaction holds.
   * @throws ProblemError identity_in_use, also when the account has another one of the provider
   */
  async link(tx: Transaction, account: Pick<AccountRow, 'id'>, who: VouchedFor): Promise<IdentityRow> {
    const now = this.#options.clock.now();
    const { provider, subject, email, name } = who;
    const row: IdentityRow = {
      id: newId('identity'),
      account_id: account.id,
      provider,
      subject,
      email,
      name,
      sealed_grant: who.sealedGrant,
      firebase_user: who.firebaseUser,
      linked_at: now,
      used_at: now,
    };
    if (await insertIdentity(tx, row)) return row;
    const known = await findIdentity(tx, who);
    if (known?.account_id !== account.id)
      throw new ProblemError(
        signInProblems.identity_in_use,
        known ? undefined : 'Another account of this provider is linked already: unlink it first.',
      );
    await this.noteUse(tx, known, who);
    return known;
  }

  /** Notes a sign-in; what the provider says now takes the place of what it said before, where it says anything. */
  async noteUse(tx: Transaction, { id }: IdentityRow, who: VouchedFor): Promise<void> {
    const { email, name, sealedGrant: sealed_grant } = who;
    await noteIdentityUse(tx, id, {
      used_at: this.#options.clock.now(),
      ...(email !== null && { email }),
      ...(name !== null && { name }),
      ...(sealed_grant !== null && { sealed_grant }),
    });
  }

  /** Removes it, and has the provider told. @throws ProblemError not_found */
  async unlink(tx: Transaction, accountId: string, id: string): Promise<IdentityRow> {
    const removed = await deleteIdentity(tx, accountId, id);
    if (!removed) throw new ProblemError('not_found', 'There is no such linked account.');
    await this.tellProvider(tx, removed);
    return removed;
  }

  /** Has the provider take back what the person allowed, once the transaction is committed. */
  async tellProvider(tx: Transaction, removed: IdentityRow): Promise<void> {
    const { provider, subject, sealed_grant: grant, firebase_user: firebaseUser } = removed;
    if (grant === null && firebaseUser === null) return;
    const told = { provider, subject, grant, firebaseUser };
    await this.#options.outbox.record(tx, 'identity.removed', `${provider}:${subject}`, told);
  }
}
