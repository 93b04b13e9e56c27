import { ProblemError } from '../server/kit/errors.ts';
import type { SessionFilter, SessionStore } from '../server/sessions/port.ts';

/**
 * Ends streams after a change that is made, and must not be asked for a second time. So it does not fail while the
 * session store is away: the store ends them when it is back, and a durable event or the collection of the files does
 * when this process ends before.
 */
export async function endStreams(sessions: Pick<SessionStore, 'endAll'>, filter: SessionFilter): Promise<void> {
  try {
    await sessions.endAll(filter);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'sessions_unavailable') throw error;
  }
}
