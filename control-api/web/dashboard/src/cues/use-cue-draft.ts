import { useEffect, useState, useSyncExternalStore } from 'react';
import { session } from '../api/server.ts';
import { changeCues, readCues, type CueReading } from '../api/tracks.ts';
import { keptUnder } from '../drafts/kept.ts';
import { CueDraft, type CueDraftState, type CueEdit } from './cue-draft.ts';

/** A draft of the texts of subtitles, as it is now. */
export interface DraftedCues {
  readonly draft: CueDraft;
  readonly state: CueDraftState;
}

/** The draft while the page is open; what was not sent by then is in the browser. */
export function useCueDraft(
  accountId: string,
  subtitlesId: string,
  reading: CueReading,
  durationMs: number | undefined,
): DraftedCues {
  const [draft] = useState(
    () =>
      new CueDraft({
        reading,
        kept: keptUnder<string, CueEdit>(`dramabox-cue/${accountId}/${subtitlesId}/`),
        durationMs,
        send: async (body) => changeCues(subtitlesId, body),
        read: async () => readCues(subtitlesId),
      }),
  );
  const state = useSyncExternalStore(draft.subscribe, draft.state);
  useEffect(() => {
    const flush = () => draft.flush();
    // What one person typed is not sent by the next one.
    const stop = session.subscribe(() => {
      const now = session.snapshot();
      if (now.status !== 'signed-in' || now.account.id !== accountId) draft.stop();
    });
    window.addEventListener('online', flush);
    return () => {
      window.removeEventListener('online', flush);
      stop();
      flush();
    };
  }, [draft, accountId]);
  // Only what this browser could not keep would be lost.
  const isAtRisk = !state.isKept && state.unsent > 0;
  useEffect(() => {
    if (!isAtRisk) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isAtRisk]);
  return { draft, state };
}
