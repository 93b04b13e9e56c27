import { bodyOf } from '../api/client.ts';
import type { Begun, PasskeyProof, PasskeyQuestion, SecondFactorProof } from '../proofs/proof.ts';
import type { HalfSignIn } from './half-sign-in.ts';
import type { Session } from './session.ts';

/**
 * What a page asks the server to get somebody signed in. Those that return `HalfSignIn` have signed them in when they
 * return undefined. All of them throw ApiError and UnreachableError.
 */

const delivery = 'cookie';
type Entered = Promise<HalfSignIn | undefined>;

export function signInByPassword(session: Session, email: string, password: string): Entered {
  return session.signIn((server) => server.POST('/api/v1/accounts/sign-in', { body: { email, password, delivery } }));
}

/** Sends a code to an address; an address without an account is signed up by it. @param language BCP 47, of the mail */
export async function sendSignInCode(session: Session, email: string, language: string): Promise<Begun> {
  return bodyOf(await session.asNobody.POST('/api/v1/accounts/sign-in/code', { body: { email, language } }));
}

export function signInByCode(session: Session, token: string, code: string): Entered {
  return session.signIn((server) =>
    server.POST('/api/v1/accounts/sign-in/code/complete', { body: { token, code, delivery } }),
  );
}

export async function askPasskeyToSignIn(session: Session): Promise<PasskeyQuestion> {
  return bodyOf(await session.asNobody.POST('/api/v1/accounts/sign-in/passkey/options'));
}

export function signInByPasskey(session: Session, given: PasskeyProof): Entered {
  return session.signIn((server) => server.POST('/api/v1/accounts/sign-in/passkey', { body: { ...given, delivery } }));
}

export async function askPasskeyAsSecondFactor(session: Session, { token }: HalfSignIn): Promise<PasskeyQuestion> {
  return bodyOf(await session.asNobody.POST('/api/v1/accounts/sign-in/second-factor/passkey', { body: { token } }));
}

export function showSecondFactor(session: Session, { token }: HalfSignIn, proof: SecondFactorProof): Entered {
  return session.signIn((server) =>
    server.POST('/api/v1/accounts/sign-in/second-factor', { body: { token, ...proof, delivery } }),
  );
}
