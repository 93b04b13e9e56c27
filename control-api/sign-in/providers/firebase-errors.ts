import { OperatorError, toError } from '../../../server/kit/errors.ts';
import { ProviderAway, ProviderRefused, type Refusal } from './port.ts';

const unknownUser = 'auth/user-not-found';

/** By the SDK's codes. */
const refusals: Readonly<Record<string, Refusal>> = {
  'auth/id-token-expired': 'expired',
  'auth/id-token-revoked': 'revoked',
  'auth/user-disabled': 'revoked',
  [unknownUser]: 'revoked',
};

/** What is wrong with a token has one code, and the words tell it. */
const byWords: readonly (readonly [RegExp, Refusal])[] = [
  [/incorrect "aud"/, 'audience'],
  [/incorrect "iss"/, 'issuer'],
  [/incorrect algorithm/, 'algorithm'],
  [/invalid signature|"kid" claim/, 'signature'],
  [/"sub"/, 'claims'],
];

/** Neither the SDK's codes nor Google's words are about the person. */
const aboutOurProject = new Set([
  'auth/insufficient-permission',
  'auth/project-not-found',
  'auth/configuration-not-found',
  'auth/invalid-project-id',
]);

/** Google's token server on the key of a service account. */
const keyIsRefused = /invalid_grant|invalid_client|unauthorized_client|invalid_scope/;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const isUnknownUser = (error: unknown): boolean => codeOf(error) === unknownUser;

/** What went wrong, without what the SDK quotes. */
export function explainFirebase(error: unknown): Error {
  if (error instanceof ProviderAway) return error;
  const code = codeOf(error);
  const { message } = toError(error);
  const refusal = refusals[code];
  if (refusal !== undefined) return new ProviderRefused('firebase', refusal);
  if (aboutOurProject.has(code) || (code === 'app/invalid-credential' && keyIsRefused.test(message)))
    return new OperatorError(
      `Firebase does not accept signIn.firebaseServiceAccountKey for signIn.firebaseProjectId (${code})`,
    );
  // The keys did not come: the SDK reports it as if the token were wrong.
  if (code !== 'auth/argument-error' || /^Error (?:while making request|fetching public keys)/.test(message))
    return new ProviderAway('firebase', code || 'it cannot be reached');
  return new ProviderRefused('firebase', byWords.find(([words]) => words.test(message))?.[1] ?? 'malformed');
}
