import { Secrets } from '../../server/kit/secrets.ts';
import { totpSealedFor } from '../sign-in/factors/second-factors.ts';
import { newTotpSecret, totpCode } from '../sign-in/factors/totp.ts';
import type { Harness } from './harness.ts';

/** Gives an account an authenticator app; what is returned makes its next code, half a minute later each time. */
export async function addTotp(api: Harness, accountId: string): Promise<() => string> {
  const secret = newTotpSecret();
  const sealed_secret = new Secrets(api.keyrings.secrets).seal(secret, totpSealedFor(accountId));
  const now = api.clock.now();
  const row = { account_id: accountId, sealed_secret, last_step: 0, created_at: now, confirmed_at: now };
  await api.db.insertInto('totp_factors').values(row).execute();
  return () => {
    api.clock.advance(30_000);
    return totpCode(secret, api.clock.now());
  };
}
