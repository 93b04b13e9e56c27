import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  sendSignal,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { codeOf, TranslatedError } from '../api/problem.ts';
import { i18n } from '../messages/i18n.ts';
import type { MadePasskey, PasskeyProof, PasskeyQuestion } from '../proofs/proof.ts';

/** Passkeys as the browser has them (WebAuthn Level 3). One question is open at a time: a new one ends the one before. */

/** Whether this browser has passkeys for this page: they belong to the name of a site, and not to a network address. */
export function takesPasskeys(): boolean {
  return browserSupportsWebAuthn() && !/^[\d.]+$|:/.test(location.hostname);
}

/** Whether the browser offers passkeys in fields, beside passwords. */
export async function offersPasskeys(): Promise<boolean> {
  return takesPasskeys() && (await browserSupportsWebAuthnAutofill());
}

/** Ends the question that is open, if any. */
export function takeQuestionBack(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** What browsers say by the name of an error; most of them say `NotAllowedError` for whatever people did not do. */
function inWords(error: unknown): unknown {
  const names = [error, (error as Error | undefined)?.cause].map((each) => (each instanceof Error ? each.name : ''));
  const t = i18n.getFixedT(null, 'kit');
  if (names.includes('AbortError') || names.includes('NotAllowedError'))
    return new TranslatedError('PasskeyNotGiven', () => t('passkeys.notGiven'));
  if (names.includes('InvalidStateError')) return new TranslatedError('PasskeyKnown', () => t('passkeys.known'));
  return new TranslatedError('PasskeyFailed', () => t('passkeys.failed'));
}

/**
 * Asks for a passkey: at once, or (`isAutofill`) as one of the things that the browser offers in the field of the
 * address, until the question is taken back.
 * @throws TranslatedError when none is given
 */
export async function showPasskey(
  { token, options }: PasskeyQuestion,
  { isAutofill }: { readonly isAutofill: boolean },
): Promise<PasskeyProof> {
  try {
    const given = await startAuthentication({
      optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
      useBrowserAutofill: isAutofill,
    });
    return { passkey: given as PasskeyProof['passkey'], passkeyToken: token };
  } catch (error) {
    throw inWords(error);
  }
}

/** Has a passkey made. @throws TranslatedError when none is */
export async function makePasskey({ token, options }: PasskeyQuestion): Promise<MadePasskey> {
  try {
    const response = await startRegistration({
      optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
    });
    return { token, response: response as MadePasskey['response'] };
  } catch (error) {
    throw inWords(error);
  }
}

/** Tells the browser that the server knows a passkey no more, when that is what was refused: it is not offered again then. */
export async function forgetUnknown(
  refusal: unknown,
  { passkey }: PasskeyProof,
  { options }: PasskeyQuestion,
): Promise<void> {
  if (codeOf(refusal) !== 'unknown_passkey') return;
  const { rpId = location.hostname } = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  // Not every browser can be told.
  await sendSignal({ signalName: 'unknownCredential', rpID: rpId, credentialID: passkey.id }).catch(() => undefined);
}
