import { useEffect, useSyncExternalStore } from 'react';
import { session } from '../api/server.ts';
import { changeTitle, readTitle } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { TitleDraft, type DraftState } from './draft.ts';
import type { Field, Value } from './fields.ts';
import { keptEdits } from './kept-edits.ts';

/** Drafts go on being sent when another page is opened. */
const drafts = new Map<string, TitleDraft>();
let accountId: string | undefined;

session.subscribe(() => {
  const state = session.snapshot();
  const now = state.status === 'signed-in' ? state.account.id : undefined;
  if (now === accountId) return;
  // What one person typed is not sent by the next one; it stays in the browser for the first.
  for (const draft of drafts.values()) draft.stop();
  drafts.clear();
  accountId = now;
});

function draftOf(account: string, title: CatalogueTitle): TitleDraft {
  const found = drafts.get(title.id);
  if (found && accountId === account) return found;
  accountId = account;
  const draft = new TitleDraft({
    title,
    kept: keptEdits(account, title.id),
    send: async (change) => changeTitle(title.id, change),
    read: async () => readTitle(title.id),
  });
  drafts.set(title.id, draft);
  return draft;
}

/** What the parts of a page need of a draft. */
export interface Drafted {
  readonly title: CatalogueTitle;
  readonly state: DraftState;
  readonly draft: TitleDraft;
  readonly mayEdit: boolean;
  value(field: Field): Value;
  /** A text that stands in a field; '' when there is none. */
  text(field: Field): string;
}

/** The draft of a title: what the server has, with what was typed and is not there yet. */
export function useDraft(account: string, title: CatalogueTitle, mayEdit: boolean): Drafted {
  const draft = draftOf(account, title);
  const state = useSyncExternalStore(draft.subscribe, draft.state);
  useEffect(() => draft.arrived(title), [draft, title]);
  useEffect(() => {
    const flush = () => draft.flush();
    window.addEventListener('online', flush);
    return () => {
      window.removeEventListener('online', flush);
      flush();
    };
  }, [draft]);
  // Only what this browser could not keep would be lost.
  const isAtRisk = !state.isKept && state.edits.size > 0;
  useEffect(() => {
    if (!isAtRisk) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isAtRisk]);
  return {
    title: state.title,
    state,
    draft,
    mayEdit,
    value: (field) => draft.value(field),
    text: (field) => {
      const value = draft.value(field);
      return value === null || typeof value === 'boolean' ? '' : String(value);
    },
  };
}
