import { setImmediate as otherWork } from 'node:timers/promises';
import { activeStates } from '../../../server/assets/lifecycle/states.ts';
import type { WorkerContext } from '../context.ts';
import { askForTexts } from '../jobs/ask-for-texts.ts';
import { askForTracks, versionsWithOtherTracks } from '../jobs/ask-for-tracks.ts';
import { askForJobs } from '../jobs/ask-for-jobs.ts';

/**
 * Compares what the database says is unfinished with what the queue has, and asks for the rest. Only a queue that was
 * emptied (a Redis without its data, say) needs it: jobs are made of durable events, which no crash loses. Runs at
 * start and now and then. It shares its thread with the delivery of segments: the usual case (everything is queued)
 * costs a few look-ups per version and writes nothing.
 */
export async function reconcile(context: WorkerContext, signal?: AbortSignal): Promise<void> {
  const versions = await context.db
    .selectFrom('versions')
    .select('id')
    .where('state', 'in', activeStates)
    .orderBy('id')
    .execute();
  for (const { id } of versions) {
    if (signal?.aborted) return;
    await askForJobs(context, id, signal);
    // The embedded database answers without ever letting go of the thread.
    await otherWork();
  }
  for (const id of await versionsWithOtherTracks(context)) {
    if (signal?.aborted) return;
    await askForTracks(context, id);
  }
  if (!signal?.aborted) await askForTexts(context);
}
