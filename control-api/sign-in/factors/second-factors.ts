import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Connection, Database } from '../../../server/db/port.ts';
import type { Proof } from '../../../server/http/proofs.ts';
import type { Secrets } from '../../../server/kit/secrets.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import type { Challenges } from '../challenges/challenges.ts';
import type { Site } from '../site.ts';
import type { Passkeys } from './passkeys.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import { countRecoveryCodes, findTotp, listPasskeys, useRecoveryCode, useTotpStep } from './repository.ts';
import { totpStep } from './totp.ts';

/** What an account has besides its first factor. */
export type SecondFactor = Extract<Proof, 'totp' | 'passkey' | 'recovery-code'>;

/** How somebody shows a second factor. */
export type SecondFactorAnswer =
  | { readonly totp: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: AuthenticationResponseJSON; readonly passkeyToken: string };

export interface SecondFactorsOptions {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly challenges: Challenges;
  readonly passkeys: Passkeys;
  readonly clock: Clock;
}

/** What `sealed_secret` of an account's authenticator app belongs to. */
export const totpSealedFor = (accountId: string) => `totp:${accountId}`;

/** Second factors of accounts, and whether an answer is right. */
export class SecondFactors {
  readonly #options: SecondFactorsOptions;

  constructor(options: SecondFactorsOptions) {
    this.#options = options;
  }

  /** Those that the account has. Recovery codes alone are none: they stand in for another one. */
  async of(db: Connection, accountId: string): Promise<readonly SecondFactor[]> {
    const totp = await findTotp(db, accountId);
    const passkeys = await listPasskeys(db, accountId);
    const own: SecondFactor[] = [];
    if (passkeys.length > 0) own.push('passkey');
    if (totp?.confirmed_at) own.push('totp');
    if (own.length > 0 && (await countRecoveryCodes(db, accountId)) > 0) own.push('recovery-code');
    return own;
  }

  /** Which factor was shown; undefined when the answer is wrong. What is right is used up. */
  async judge(accountId: string, answer: SecondFactorAnswer, site: Site): Promise<SecondFactor | undefined> {
    if ('totp' in answer) return (await this.#judgeTotp(accountId, answer.totp)) ? 'totp' : undefined;
    if ('recoveryCode' in answer) {
      const { db, clock } = this.#options;
      const isRight = await useRecoveryCode(db, accountId, hashRecoveryCode(answer.recoveryCode), clock.now());
      return isRight ? 'recovery-code' : undefined;
    }
    return (await this.#judgePasskey(accountId, answer, site)) ? 'passkey' : undefined;
  }

  async #judgeTotp(accountId: string, code: string): Promise<boolean> {
    const { db, secrets, clock } = this.#options;
    const factor = await findTotp(db, accountId);
    if (!factor?.confirmed_at) return false;
    const step = totpStep(secrets.open(factor.sealed_secret, totpSealedFor(accountId)), code, clock.now());
    return step !== undefined && (await useTotpStep(db, accountId, step));
  }

  async #judgePasskey(
    accountId: string,
    { passkey, passkeyToken }: Extract<SecondFactorAnswer, { readonly passkey: unknown }>,
    site: Site,
  ): Promise<boolean> {
    const { db, challenges, passkeys } = this.#options;
    const challenge = await challenges.byToken('passkey', passkeyToken);
    if (challenge?.account_id !== accountId) return false;
    if (!(await passkeys.judge(challenge, passkey, site))) return false;
    return db.transaction().execute((tx) => challenges.use(tx, challenge));
  }
}
