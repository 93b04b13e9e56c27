import { keptUnder, type KeptUnder } from '../drafts/kept.ts';
import type { Field, Value } from './fields.ts';

/** What somebody put into a field, and what was there when they began. */
export interface Edit {
  readonly from: Value;
  readonly to: Value;
}

/** Where edits are that the server does not have yet. */
export type KeptEdits = KeptUnder<Field, Edit>;

const prefix = 'dramabox-edit/';

/** Edits of one title by one account. */
export function keptEdits(accountId: string, titleId: string): KeptEdits {
  return keptUnder(`${prefix}${accountId}/${titleId}/`);
}

/** The titles of which this browser has edits of an account that the server does not have. */
export function titlesWithEdits(accountId: string): ReadonlySet<string> {
  const start = `${prefix}${accountId}/`;
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(start));
    return new Set(keys.map((key) => key.slice(start.length).split('/')[0] ?? ''));
  } catch {
    return new Set();
  }
}
