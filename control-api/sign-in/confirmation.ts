import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Database } from '../../server/db/port.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { joinProofs, type Proof } from '../../server/http/proofs.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { findAccount, type AccountRow } from '../account.ts';
import type { BegunChallenge, Challenges } from './challenges/challenges.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Asked, Passkeys } from './factors/passkeys.ts';
import type { SecondFactor, SecondFactorAnswer, SecondFactors } from './factors/second-factors.ts';
import type { MailedChallenges } from './mailed/mailed-challenges.ts';
import { verifyPassword } from './passwords/passwords.ts';
import { signInProblems } from './problems.ts';
import { confirmSignIn, lockVerifiedAccount } from './repository.ts';
import type { Site } from './site.ts';
import type { SignInThrottle } from './throttle.ts';

/** How long a code that was sent may be typed in, in seconds. */
const codeSeconds = 15 * 60;

export interface ConfirmationOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly mailed: MailedChallenges;
  readonly passkeys: Passkeys;
  readonly secondFactors: SecondFactors;
  readonly throttle: SignInThrottle;
  readonly failures: FailedSignIns;
  readonly clock: Clock;
}

/** How somebody who is signed in proves again who they are. */
export type ConfirmationAnswer =
  SecondFactorAnswer | { readonly password: string } | { readonly token: string; readonly code: string };

/** One way to confirm. */
export type ConfirmationWay = SecondFactor | 'password' | 'code';

/**
 * By what an account confirms: by its second factor when it has one, for a password may have been stolen together with
 * the token; else by its password, else by a code to its address. Pure.
 */
function waysToConfirm(
  account: Pick<AccountRow, 'password_hash' | 'email'>,
  factors: readonly SecondFactor[],
): readonly ConfirmationWay[] {
  if (factors.length > 0) return factors;
  if (account.password_hash !== null) return ['password'];
  return account.email === null ? [] : ['code'];
}

/** Proving again who one is, for what asks for a recent proof (`stepUp`). */
export class Confirmation {
  readonly #options: ConfirmationOptions;

  constructor(options: ConfirmationOptions) {
    this.#options = options;
  }

  /** By what this account can confirm. @throws ProblemError not_found */
  async ways(accountId: string): Promise<readonly ConfirmationWay[]> {
    const { db, secondFactors } = this.#options;
    return waysToConfirm(await this.#account(accountId), await secondFactors.of(db, accountId));
  }

  /** Sends a code to the account's address. @throws ProblemError no_email, too_many_requests */
  async sendCode(caller: Caller, language: string | undefined): Promise<BegunChallenge> {
    const { email } = await this.#account(caller.accountId);
    caller.audit.unchanged();
    if (email === null) throw new ProblemError(signInProblems.no_email);
    const { accountId, familyId } = caller;
    const data = { familyId, language: language ?? null };
    return this.#options.mailed.begin(
      { purpose: 'confirmation', accountId, email, data, seconds: codeSeconds },
      caller,
    );
  }

  /** What a passkey of the account is asked. @throws ProblemError passkeys_unavailable */
  async askPasskey(caller: Caller, site: Site): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    caller.audit.unchanged();
    return this.#options.passkeys.ask(site, caller.accountId);
  }

  /**
   * Makes the sign-in as good as a new one. What is guessed is throttled like a sign-in: an access token that was
   * stolen must not be a way to guess it.
   * @throws ProblemError invalid_credentials, invalid_code, invalid_second_factor, forbidden (that does not confirm for
   * this account), too_many_requests, not_found
   */
  async confirm(caller: Caller, answer: ConfirmationAnswer, site: Site): Promise<void> {
    const { throttle, failures } = this.#options;
    const account = await this.#account(caller.accountId);
    const ways = await this.ways(account.id);
    const refuse = () => {
      throw new ProblemError('forbidden', `This account confirms by ${ways.join(' or ') || 'signing in again'}.`);
    };
    if ('password' in answer) {
      if (!ways.includes('password')) return refuse();
      const isRight = await throttle.attempt(account.email ?? account.id, caller, async () =>
        (await verifyPassword(account.password_hash ?? undefined, answer.password)) &&
        (await this.#note(caller, account, 'password'))
          ? true
          : undefined,
      );
      if (isRight) return;
      await failures.record(account.id, caller, caller.audit);
      throw new ProblemError(signInProblems.invalid_credentials, 'The password is wrong.');
    }
    if ('code' in answer) {
      if (!ways.includes('code')) return refuse();
      const isRight = await this.#judgeCode(caller, answer);
      if (!isRight || !(await this.#note(caller, account, 'code'))) throw new ProblemError(signInProblems.invalid_code);
      return;
    }
    if (!ways.some((way) => way !== 'password' && way !== 'code')) return refuse();
    const { secondFactors } = this.#options;
    const proof = await throttle.secondFactor(account.id, () => secondFactors.judge(account.id, answer, site));
    if (proof !== undefined && (await this.#note(caller, account, proof))) return;
    await failures.record(account.id, caller, caller.audit);
    throw new ProblemError(signInProblems.invalid_second_factor);
  }

  async #judgeCode(
    caller: Caller,
    { token, code }: { readonly token: string; readonly code: string },
  ): Promise<boolean> {
    const { db, challenges } = this.#options;
    const challenge = await challenges.byCode('confirmation', token, code);
    if (challenge?.account_id !== caller.accountId || challenge.data['familyId'] !== caller.familyId) return false;
    return db.transaction().execute((tx) => challenges.use(tx, challenge));
  }

  /** False when the account or the sign-in is another one by now. */
  async #note({ familyId, proofs, audit }: Caller, account: AccountRow, proof: Proof): Promise<boolean> {
    const { db, clock } = this.#options;
    return db.transaction().execute(async (tx) => {
      const isSame = await lockVerifiedAccount(tx, account);
      const all = joinProofs([...proofs, proof]);
      if (!isSame || !(await confirmSignIn(tx, familyId, all, clock.now()))) return false;
      await audit.record(tx, { subject: familyId });
      return true;
    });
  }

  async #account(id: string): Promise<AccountRow> {
    const account = await findAccount(this.#options.db, id);
    if (!account) throw new ProblemError('not_found', 'There is no such account.');
    return account;
  }
}
