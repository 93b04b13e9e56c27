import { versionJobsSubscription, askForVersionJob, versionJobKey } from '../../../server/assets/version-jobs.ts';
import type { Consumer } from '../../../server/outbox/port.ts';
import type { WorkerContext } from '../context.ts';
import { unfinishedChunks } from '../progress/chunk-rows.ts';
import { loadActive } from '../versions/active-versions.ts';
import { askForTexts } from './ask-for-texts.ts';
import { askForTracks } from './ask-for-tracks.ts';
import { askForEncoding } from './ask-for-encoding.ts';

/**
 * Asks for the jobs that a version needs now and the queue does not have: all of them after the version was queued or
 * planned, none when it is asked for again. A version that has ended needs none.
 * @throws the signal's reason, with some of them asked for: a long film has thousands
 */
export async function askForJobs(
  context: Pick<WorkerContext, 'db' | 'queue' | 'config'>,
  versionId: string,
  signal?: AbortSignal,
): Promise<void> {
  const { db, queue } = context;
  const work = await loadActive(db, versionId);
  if (!work) return;
  const version = { versionId, ownerId: work.asset.owner_id };
  if (!work.plan) {
    // Either of the two leads to the plan.
    const missing = await queue.missing([versionJobKey.prepare(versionId), versionJobKey.remux(versionId)]);
    if (missing.size === 2) await askForVersionJob.prepare(queue, version);
    return;
  }
  const open = await unfinishedChunks(db, versionId);
  const missing = await queue.missing([
    ...open.map(({ kind, index }) => versionJobKey[kind](versionId, index)),
    versionJobKey.package(versionId),
  ]);
  if (missing.size > 0) await askForEncoding(context, version, work.plan, (key) => missing.has(key), signal);
}

/** Makes jobs of what happens to versions. */
export function jobsConsumer(
  context: Pick<WorkerContext, 'db' | 'queue' | 'config'>,
): Consumer<(typeof versionJobsSubscription.events)[number]> {
  return {
    ...versionJobsSubscription,
    deliver: ({ name, payload }, signal) =>
      name === 'version.tracks-changed'
        ? askForTracks(context, payload.versionId)
        : name === 'version.text-wanted'
          ? askForTexts(context, payload.assetId)
          : askForJobs(context, payload.versionId, signal),
  };
}
