import { displayText } from '../../display-text.ts';

/** An address as a provider gives it; undefined for what is none, or is too long to be one (RFC 5321 §4.5.3.1.3). */
export function emailOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(value) ? value : undefined;
}

/** The part behind the @, in small letters. */
function domainOf(email: string | undefined): string | undefined {
  return email?.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** A name as it may be shown; undefined when there is none. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? displayText(value, 100) || undefined : undefined;
}

/** Seconds since the epoch, as tokens have them, in milliseconds. */
export function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value * 1000 : undefined;
}

/** Google's own mail. */
const googleMail = new Set(['gmail.com', 'googlemail.com']);

/**
 * Whether Google has the mailbox of an address, or runs its domain. Else it only once saw a letter arrive there, and
 * the address may be somebody else's today.
 * https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
 * @param workspace the domain of the person's organisation (`hd`)
 */
export function isGoogleAuthority(email: string | undefined, isVerified: unknown, workspace: unknown): boolean {
  const domain = domainOf(email);
  if (domain === undefined || isVerified !== true) return false;
  return googleMail.has(domain) || (typeof workspace === 'string' && workspace.toLowerCase() === domain);
}

/** Apple writes booleans as text as well. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
