import { Type } from 'typebox';
import { displayText } from './display-text.ts';

/** The longest reason. */
export const reasonCharacters = 500;

/** Why staff do something to an account. */
export const reasonSchema = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: reasonCharacters,
      pattern: '[^\\s\\p{C}]',
      description: 'Why, for the audit log.',
    }),
  },
  { additionalProperties: false, examples: [{ reason: 'Asked for it by phone; was called back.' }] },
);

/** A reason as it is kept. */
export function shownReason(reason: string): string {
  return displayText(reason, reasonCharacters);
}
