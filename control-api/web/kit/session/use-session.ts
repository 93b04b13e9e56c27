import { useSyncExternalStore } from 'react';
import type { Session, SessionState } from './session.ts';

/** Who is signed in, now and as it changes. */
export function useSession(session: Session): SessionState {
  return useSyncExternalStore(session.subscribe, session.snapshot);
}
