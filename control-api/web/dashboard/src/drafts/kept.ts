/** Something that is not at the server yet. */
interface Kept {
  readonly to: unknown;
}

/** What this browser keeps until the server has it. */
export interface KeptUnder<Key extends string, Edit extends Kept> {
  read(): Map<Key, Edit>;
  /** False when it cannot be kept: storage is full, or forbidden. */
  put(key: Key, edit: Edit): boolean;
  /** Forgets an edit, unless another tab has put another one there. */
  remove(key: Key, to: Edit['to']): void;
}

function parse<Edit extends Kept>(text: string | null): Edit | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed !== 'object' || parsed === null || !('from' in parsed) || !('to' in parsed)) return undefined;
    return parsed as Edit;
  } catch {
    return undefined;
  }
}

/** Edits, each under a key of its own that begins with `start`: tabs do not overwrite each other's. */
export function keptUnder<Key extends string, Edit extends Kept>(start: string): KeptUnder<Key, Edit> {
  return {
    read() {
      const edits = new Map<Key, Edit>();
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(start)) continue;
          const edit = parse<Edit>(localStorage.getItem(key));
          if (edit) edits.set(key.slice(start.length) as Key, edit);
        }
      } catch {
        // Without storage nothing was kept.
      }
      return edits;
    },
    put(key, edit) {
      try {
        localStorage.setItem(start + key, JSON.stringify(edit));
        return true;
      } catch {
        return false;
      }
    },
    remove(key, to) {
      try {
        const kept = parse<Edit>(localStorage.getItem(start + key));
        if (kept && JSON.stringify(kept.to) === JSON.stringify(to)) localStorage.removeItem(start + key);
      } catch {
        // Nothing was kept.
      }
    },
  };
}
