import { dictionary } from '@zxcvbn-ts/language-common';
import { ProblemError } from '../../../server/kit/errors.ts';
import { signInProblems } from '../problems.ts';

/** Some 50,000 passwords of published leaks, lower case. */
const known: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** How people lengthen a password: `password2024!!`. */
const lengthening = /^[\p{N}\p{P}\p{S}\s_]+|[\p{N}\p{P}\p{S}\s_]+$/gu;
/** One word again and again: `dragondragon`. */
const repeated = /^(.+?)\1+$/;

/**
 * Whether a password is, or is made from, one that thieves try first (NIST SP 800-63B §5.1.1.2): it is in the list, it
 * is one of the list or nothing at all with digits and signs around, a repetition of one, or the e-mail address.
 */
export function isKnownToThieves(password: string, email: string): boolean {
  const given = password.normalize('NFKC').toLowerCase();
  const [name = ''] = email.split('@', 1);
  const forms = [given, given.replaceAll(lengthening, ''), repeated.exec(given)?.[1] ?? given];
  return forms.some((form) => form === '' || known.has(form) || form === email || (name !== '' && form === name));
}

/** @throws ProblemError password_breached */
export function requireUnknownToThieves(password: string, email: string): void {
  if (isKnownToThieves(password, email))
    throw new ProblemError(
      signInProblems.password_breached,
      'This password, or the word it is made from, is on the lists that thieves try first. Choose another one.',
    );
}
