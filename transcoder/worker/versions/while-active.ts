import type { Database } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import { isActive } from './active-versions.ts';

/** The reason of an abort because the version is no longer wanted (cancelled, failed elsewhere, asset deleted). */
export class VersionEnded extends Error {
  override readonly name = 'VersionEnded';
}

/**
 * Runs `work` under a signal that aborts when the job's own signal does or the version ends. The event is the fast
 * way; the database is asked every `pollMs` as well, because events may be lost.
 */
export async function whileActive<T>(
  deps: { readonly db: Database; readonly events: EventBus },
  versionId: string,
  jobSignal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  pollMs = 5000,
): Promise<T> {
  const ended = new AbortController();
  const end = (): void => ended.abort(new VersionEnded(`Version ${versionId} has ended`));
  const unsubscribe = deps.events.subscribe('version.ended', (event) => {
    if (event.versionId === versionId) end();
  });
  const poll = setInterval(() => {
    // A database that does not answer is no reason to stop: the job's lease decides that.
    isActive(deps.db, versionId).then(
      (active) => {
        if (!active) end();
      },
      () => undefined,
    );
  }, pollMs);
  try {
    return await work(AbortSignal.any([jobSignal, ended.signal]));
  } finally {
    clearInterval(poll);
    unsubscribe();
  }
}
