import { bodyOf } from '../../../kit/api/client.ts';
import { i18n } from '../../../kit/messages/i18n.ts';
import type { Begun } from '../../../kit/proofs/proof.ts';
import { session } from '../api/server.ts';

/** Asks for a mail with which a new password is set. The answer is the same whether or not there is an account. */
export async function beginRecovery(email: string): Promise<Begun> {
  return bodyOf(await session.asNobody.POST('/api/v1/accounts/recovery', { body: { email, language: i18n.language } }));
}

/**
 * Sets a new password by the code or the link of the mail; ends every sign-in of the account.
 * @throws ApiError invalid_code, invalid_link, password_breached
 */
export async function completeRecovery(
  proof: { readonly token: string; readonly code: string } | { readonly link: string },
  newPassword: string,
): Promise<void> {
  await session.asNobody.POST('/api/v1/accounts/recovery/complete', { body: { ...proof, newPassword } });
  // That of this browser may have been one of them: the page hears of it at once then.
  if (session.snapshot().status === 'signed-in') await session.accountChanged().catch(() => undefined);
}
