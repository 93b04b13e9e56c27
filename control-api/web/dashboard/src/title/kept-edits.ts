import type { Field, Value } from './fields.ts';

/** What somebody put into a field, and what was there when they began. */
export interface Edit {
  readonly from: Value;
  readonly to: Value;
}

/** Where edits are that the server does not have yet. */
export interface KeptEdits {
  read(): Map<Field, Edit>;
  /** False when they cannot be kept: storage is full, or forbidden. */
  put(field: Field, edit: Edit): boolean;
  /** Forgets an edit, unless another tab has put another one there. */
  remove(field: Field, to: Value): void;
}

const prefix = 'dramabox-edit/';

function parse(text: string | null): Edit | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed !== 'object' || parsed === null || !('from' in parsed) || !('to' in parsed)) return undefined;
    return parsed as Edit;
  } catch {
    return undefined;
  }
}

/** Edits of one title by one account, each under a key of its own: tabs do not overwrite each other's. */
export function keptEdits(accountId: string, titleId: string): KeptEdits {
  const start = `${prefix}${accountId}/${titleId}/`;
  return {
    read() {
      const edits = new Map<Field, Edit>();
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(start)) continue;
          const edit = parse(localStorage.getItem(key));
          if (edit) edits.set(key.slice(start.length) as Field, edit);
        }
      } catch {
        // Without storage nothing was kept.
      }
      return edits;
    },
    put(field, edit) {
      try {
        localStorage.setItem(start + field, JSON.stringify(edit));
        return true;
      } catch {
        return false;
      }
    },
    remove(field, to) {
      try {
        if (parse(localStorage.getItem(start + field))?.to === to) localStorage.removeItem(start + field);
      } catch {
        // Nothing was kept.
      }
    },
  };
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
