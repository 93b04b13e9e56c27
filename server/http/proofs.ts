/**
 * How somebody may prove who they are:
 *
 * - `password`; `code`: one that was sent to the account's address.
 * - `google`, `apple`, `facebook`, `phone`: somebody else vouches for them.
 * - `passkey`: a WebAuthn credential, whose device has made sure that it is them.
 * - `totp`: a code of an authenticator app (RFC 6238); `recovery-code`: one of those that are given for its loss.
 * - `operator`: they run the server itself, at its machine.
 */
export const proofs = [
  'password',
  'code',
  'google',
  'apple',
  'facebook',
  'phone',
  'passkey',
  'totp',
  'recovery-code',
  'operator',
] as const;
/** One way to prove who one is. */
export type Proof = (typeof proofs)[number];

/** What counts as two factors by itself, or as the second one. A passkey is a thing and, by its PIN or finger, a person. */
const second: readonly Proof[] = ['passkey', 'totp', 'recovery-code', 'operator'];

/** Whether who gave these proofs has shown a second factor. */
export function haveSecondFactor(given: readonly Proof[]): boolean {
  return given.some((proof) => second.includes(proof));
}

/** Proofs as they are kept in a row. */
export function joinProofs(given: readonly Proof[]): string {
  return proofs.filter((proof) => given.includes(proof)).join(',');
}

/** Proofs of a row; what is no proof any more counts for nothing. */
export function splitProofs(kept: string): readonly Proof[] {
  const names = kept.split(',');
  return proofs.filter((proof) => names.includes(proof));
}
