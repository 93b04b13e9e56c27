import { createHash, randomBytes } from 'node:crypto';

/** So many are given at once. */
const howMany = 10;
/** Crockford's base 32: nothing in it is taken for something else. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 16;

/** Codes of 80 random bits, in groups of four: `7K3M-…`. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: howMany }, () => {
    const code = Array.from(randomBytes(characters), (byte) => letters.charAt(byte & 31)).join('');
    return (code.match(/.{4}/g) as string[]).join('-');
  });
}

/** SHA-256 of a code, hex, however it was typed. */
export function hashRecoveryCode(typed: string): string {
  const code = typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(code).digest('hex');
}
