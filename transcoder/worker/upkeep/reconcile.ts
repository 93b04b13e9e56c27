import { setImmediate as otherWork } from 'node:timers/promises';
import { activeStates } from '../../../server/assets/lifecycle/states.ts';
import { askForVersionJob, versionJobKey } from '../../../server/assets/version-jobs.ts';
import type { WorkerContext } from '../context.ts';
import { askForEncoding } from '../jobs/ask-for-encoding.ts';
import { unfinishedChunks } from '../progress/chunk-rows.ts';
import { loadActive } from '../versions/active-versions.ts';

/**
 * Compares what the database says is unfinished with what the queue has, and asks for the rest. Runs at start and now
 * and then: a job lost by a crash between a commit and its enqueue, or by a queue that was emptied, is found here. It
 * shares its thread with the delivery of segments: the usual case (everything is queued) costs a few look-ups per
 * version and writes nothing.
 */
export async function reconcile(context: WorkerContext, signal?: AbortSignal): Promise<void> {
  const { db, queue } = context;
  const versions = await db
    .selectFrom('versions')
    .select('id')
    .where('state', 'in', activeStates)
    .orderBy('id')
    .execute();
  for (const { id } of versions) {
    if (signal?.aborted) return;
    const work = await loadActive(db, id);
    // The embedded database answers without ever letting go of the thread.
    await otherWork();
    if (!work) continue;
    if (!work.plan) {
      // Either of the two leads to the plan.
      const missing = await queue.missing([versionJobKey.prepare(id), versionJobKey.remux(id)]);
      if (missing.size === 2) await askForVersionJob.prepare(queue, id);
      continue;
    }
    const open = await unfinishedChunks(db, id);
    const missing = await queue.missing([
      ...open.map(({ kind, index }) => versionJobKey[kind](id, index)),
      versionJobKey.package(id),
    ]);
    if (missing.size > 0) await askForEncoding(context, id, work.plan, (key) => missing.has(key));
  }
}
