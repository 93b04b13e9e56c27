import { bodyOf } from '../../../kit/api/client.ts';
import { i18n } from '../../../kit/messages/i18n.ts';
import type { Begun } from '../../../kit/proofs/proof.ts';
import type { HalfSignIn } from '../../../kit/session/half-sign-in.ts';
import { session } from '../api/server.ts';
import { agreeAfterSignUp, type AskedDocument } from '../consents/consents.ts';

/** By what the address is proven: the code of the mail, or its link together with a password. */
type AddressProof =
  { readonly token: string; readonly code: string } | { readonly link: string; readonly password: string };

/** Asks for an account: a mail goes to the address. @throws ApiError sign_up_closed, password_breached */
export async function signUp(email: string, password: string): Promise<Begun> {
  const body = { email, password, language: i18n.language };
  return bodyOf(await session.asNobody.POST('/api/v1/accounts/sign-up', { body }));
}

/**
 * Signs in to the account that there is now, which agreed to these documents.
 * @returns what is to be shown besides, when the address had an account already that has a second factor
 * @throws ApiError invalid_code, invalid_link, password_breached, sign_up_closed
 */
export async function completeSignUp(
  proof: AddressProof,
  agreed: readonly AskedDocument[],
): Promise<HalfSignIn | undefined> {
  const half = await session.signIn((server) =>
    server.POST('/api/v1/accounts/sign-up/complete', { body: { ...proof, delivery: 'cookie' } }),
  );
  if (!half) agreeAfterSignUp(agreed);
  return half;
}
