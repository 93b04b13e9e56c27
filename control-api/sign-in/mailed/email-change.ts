import { isUniqueViolation, type Database, type Transaction } from '../../../server/db/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { lockAccount, normalizeEmail, updateAccount, type AccountRow } from '../../account.ts';
import type { AccountChanges } from '../account-changes.ts';
import { dropChallengesOfAddress, type BegunChallenge, type Challenges } from '../challenges/challenges.ts';
import { signInProblems } from '../problems.ts';
import type { MailedChallenges } from './mailed-challenges.ts';

const day = 86_400;

export interface EmailChangeOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly mailed: MailedChallenges;
  readonly changes: AccountChanges;
  readonly clock: Clock;
}

/**
 * Another address for an account, or the proof of the one it has. The new one counts once its reader, signed in to this
 * very account, types in the code that went there. The old one is told, and can undo it for two weeks.
 */
export class EmailChange {
  readonly #options: EmailChangeOptions;

  constructor(options: EmailChangeOptions) {
    this.#options = options;
  }

  /** Whether somebody has the address already is not told before it is proven. @throws ProblemError too_many_requests */
  async begin(
    caller: Caller,
    wanted: { readonly email: string; readonly language?: string | undefined },
  ): Promise<BegunChallenge> {
    caller.audit.unchanged();
    return this.#options.mailed.begin(
      {
        purpose: 'email-change',
        accountId: caller.accountId,
        email: normalizeEmail(wanted.email),
        data: { language: wanted.language ?? null, familyId: caller.familyId },
        seconds: day,
      },
      caller,
    );
  }

  /** Ends every other sign-in. @throws ProblemError invalid_code, account_exists */
  async complete(caller: Caller, token: string, code: string): Promise<void> {
    const { accountId, familyId, address, audit } = caller;
    const { db, challenges, changes, clock } = this.#options;
    const challenge = await challenges.byCode('email-change', token, code);
    if (challenge?.account_id !== accountId || challenge.data['familyId'] !== familyId)
      throw new ProblemError(signInProblems.invalid_code);
    const email = challenge.email as string;
    try {
      await db.transaction().execute(async (tx) => {
        const account = await lockAccount(tx, accountId);
        if (account?.status !== 'active' || !(await challenges.use(tx, challenge)))
          throw new ProblemError(signInProblems.invalid_code);
        const now = clock.now();
        const kept = await this.#keepWhatWasShown(tx, account, caller);
        await updateAccount(tx, accountId, { email, email_proven_at: now, ...kept, updated_at: now });
        await dropChallengesOfAddress(tx, email);
        await audit.record(tx, { subject: accountId, before: { email: account.email }, after: { email } });
        await changes.record(tx, account, 'account.email-changed', { address, keep: familyId });
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new ProblemError('account_exists', undefined, { cause: error });
      throw error;
    }
    await changes.publish(accountId, { keep: familyId });
  }

  /**
   * Where nobody had proven the address, somebody else may have prepared the account: what this sign-in has neither shown
   * nor added goes. Second factors it has shown, for it would be none without.
   * @returns what changes of the account
   */
  async #keepWhatWasShown(
    tx: Transaction,
    account: AccountRow,
    { familyId, proofs }: Pick<Caller, 'familyId' | 'proofs'>,
  ): Promise<Partial<Pick<AccountRow, 'password_hash'>>> {
    if (account.email_proven_at !== null) return {};
    const signIn = tx.selectFrom('sign_ins').select('started_at').where('id', '=', familyId);
    const others = (['google', 'apple', 'facebook', 'phone'] as const).filter((each) => !proofs.includes(each));
    await tx
      .deleteFrom('identities')
      .where('account_id', '=', account.id)
      .where('provider', 'in', others)
      .where('linked_at', '<', signIn)
      .execute();
    return proofs.includes('password') ? {} : { password_hash: null };
  }
}
