import { bodyOf } from '../api/client.ts';
import { makePasskey } from '../passkeys/device.ts';
import type { ToServer } from './ways-in.ts';

/**
 * Has the device make a passkey for the account.
 * @returns recovery codes, to be shown once; none when the account has some already
 * @throws ApiError, UnreachableError; TranslatedError when the device made none
 */
export async function addPasskey(api: ToServer['api'], name: string): Promise<readonly string[]> {
  const question = bodyOf(await api.POST('/api/v1/accounts/me/passkeys/options'));
  const made = await makePasskey(question);
  const answer = await api.POST('/api/v1/accounts/me/passkeys', { body: { ...made, name } });
  return bodyOf(answer).recoveryCodes;
}
