import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { OperatorError } from '../../../../server/kit/errors.ts';
import { ProviderAway, ProviderRefused, type RedirectSecrets } from '../port.ts';

/** What came of asking a provider: `fine`, why it was refused, `away`, or `operator` when our client is not accepted. */
export async function outcomeOf(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
    return 'fine';
  } catch (error) {
    if (error instanceof ProviderRefused) return error.refusal;
    if (error instanceof ProviderAway) return 'away';
    if (error instanceof OperatorError) return 'operator';
    throw error;
  }
}

/** All that an error holds, causes and hidden fields included. */
export async function errorText(asking: Promise<unknown>): Promise<string> {
  return asking.then(
    () => '',
    (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
  );
}

export const random = (): string => randomBytes(32).toString('base64url');

/** Secrets of one redirect. */
export function redirectSecrets(redirectUri: string): RedirectSecrets {
  return { nonce: random(), codeVerifier: random(), redirectUri };
}
