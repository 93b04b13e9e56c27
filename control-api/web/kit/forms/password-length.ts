/** Characters that a new password has. There is no other rule; a test holds this one against the API's. */
export const passwordLength = { least: 12, most: 256 } as const;

/** How many characters a new password lacks. */
export function lackOf(password: string): number {
  return Math.max(0, passwordLength.least - [...password].length);
}
