import { setImmediate as otherWork } from 'node:timers/promises';
import { askForVersionJob, versionJobKey, type OwnedVersion } from '../../../server/assets/version-jobs.ts';
import type { EncodingPlan } from '../../plan.ts';
import { planSeconds } from '../../timeline.ts';
import type { WorkerContext } from '../context.ts';

/**
 * Asks for what a prepared version still needs, in an order in which it becomes playable soonest.
 * @param isWanted whether to ask for the job of a dedupe key; default all
 * @throws the signal's reason
 */
export async function askForEncoding(
  {
    queue,
    config: {
      encode: { maxAttempts },
    },
  }: Pick<WorkerContext, 'queue' | 'config'>,
  version: OwnedVersion,
  plan: EncodingPlan,
  isWanted: (dedupeKey: string) => boolean = () => true,
  signal?: AbortSignal,
): Promise<void> {
  const { versionId } = version;
  for (const { track } of plan.audio) {
    if (isWanted(versionJobKey.audio(versionId, track)))
      await askForVersionJob.encodeAudio(queue, version, track, planSeconds(plan), maxAttempts);
  }
  let asked = 0;
  for (const { index } of plan.chunks) {
    if (!isWanted(versionJobKey.video(versionId, index))) continue;
    signal?.throwIfAborted();
    await askForVersionJob.encodeVideo(queue, version, index, maxAttempts);
    asked++;
    // The embedded database answers without ever letting go of the thread; segments must not wait for a long film.
    if (asked % 20 === 0) await otherWork();
  }
  if (isWanted(versionJobKey.package(versionId))) await askForVersionJob.package(queue, version);
}
