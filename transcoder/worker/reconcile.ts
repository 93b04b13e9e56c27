import { setImmediate as otherWork } from 'node:timers/promises';
import { ask, askForEncoding, type WorkerContext } from './context.ts';
import { unfinishedChunks } from './chunk-rows.ts';
import { activeStates, loadActive } from './versions.ts';

/**
 * Compares what the database says is unfinished with what the queue was asked for, and asks again. Runs at start
 * and every few seconds: a job lost by a crash between a commit and its enqueue, or by a queue that was emptied,
 * is found here. Dedupe keys make the usual case (everything is queued) a no-op.
 */
export async function reconcile(context: WorkerContext): Promise<void> {
  const versions = await context.db.selectFrom('versions').select('id').where('state', 'in', activeStates).orderBy('id').execute();
  for (const { id } of versions) {
    const work = await loadActive(context.db, id);
    // The embedded database answers without ever letting go of the thread.
    await otherWork();
    if (!work) continue;
    if (!work.plan) await ask.prepare(context.queue, id);
    else {
      const open = await unfinishedChunks(context.db, id);
      const openOf = (kind: 'video' | 'audio'): ReadonlySet<number> => new Set(open.filter((chunk) => chunk.kind === kind).map(({ index }) => index));
      const [openAudio, openVideo] = [openOf('audio'), openOf('video')];
      const audio = work.plan.audio.filter(({ track }) => openAudio.has(track));
      const chunks = work.plan.chunks.filter(({ index }) => openVideo.has(index));
      await askForEncoding(context, id, { ...work.plan, audio, chunks });
    }
  }
}
