/** How many digits a code has that is sent to somebody, or shown by an authenticator. */
export const codeLength = 6;

/** The digit zero of scripts whose digits people type; the nine others follow it. */
const zeros = ['٠', '۰', '०'].map((zero) => zero.charCodeAt(0));

function digitOf(letter: string): string {
  const code = letter.charCodeAt(0);
  const zero = zeros.find((from) => code >= from && code < from + 10);
  return zero === undefined ? letter : String(code - zero);
}

/**
 * The digits of a code as somebody typed or pasted it, in whatever script, at most so many as it has: `123 456`,
 * `Code: 123-456`, `١٢٣٤٥٦` -> `123456`.
 */
export function codeDigits(text: string): string {
  return [...text.normalize('NFKC')].map(digitOf).join('').replaceAll(/\D/g, '').slice(0, codeLength);
}
