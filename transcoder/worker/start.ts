import os from 'node:os';
import { JobPostponed, type ActiveJob, type JobName, type QueueWorker } from '../../server/queue/port.ts';
import { startPeriodicTask } from '../../server/kit/periodic.ts';
import { isDiskFull } from '../child/full-disk.ts';
import { VersionEnded } from './cancellation.ts';
import { collect } from './collect.ts';
import type { WorkerContext } from './context.ts';
import { encodeAudio } from './encode-audio.ts';
import { encodeVideo } from './encode-video.ts';
import { failVersion } from './failure.ts';
import { packageJob } from './package.ts';
import { prepareVersion } from './prepare.ts';
import { reconcile } from './reconcile.ts';

export interface Transcoder {
  /** Drains: no new jobs, those in hand are finished. With `force` they are killed and handed back. */
  stop(options?: { readonly force?: boolean }): Promise<void>;
}

/**
 * Versions that may grow at the same time in this process. Far more than are ever encoded side by side: packaging
 * mostly waits, and one that found no place would not become playable before another one is complete.
 */
const maxGrowing = 1000;
/** A full disk is looked at again after this long, in milliseconds. */
const spaceAgainMs = 30_000;
const reconcileEveryMs = 15_000;

/** Starts the workers of all transcoding jobs, the reconciliation and the collection. */
export async function startTranscoder(context: WorkerContext): Promise<Transcoder> {
  const { config, queue, logger } = context;
  const leaseMs = config.queue.leaseSeconds * 1000;
  const work = <N extends JobName>(name: N, concurrency: number, handler: (context: WorkerContext, job: ActiveJob<N>) => Promise<void>): QueueWorker =>
    queue.work(name, {
      concurrency, leaseMs,
      onFailed: (job, error) => failVersion(context, name, job.payload.versionId, error),
    }, async (job) => {
      try {
        await handler(context, job);
      } catch (error) {
        // Not a failure: nobody wants the result any more.
        if (isVersionEnded(error)) logger.info({ job: job.id, version: job.payload.versionId }, 'stopped: the version has ended');
        else if (isDiskFull(error)) throw new JobPostponed('There is too little free space', spaceAgainMs, { cause: error });
        else throw error;
      }
    });

  await reconcile(context);
  const concurrency = config.encode.concurrency || os.availableParallelism();
  const encoders = [
    work('version.prepare', 2, prepareVersion),
    work('version.encode-audio', 1, encodeAudio),
    work('version.encode-video', concurrency, encodeVideo),
  ];
  const packagers = work('version.package', maxGrowing, packageJob);
  const tasks = [
    startPeriodicTask({ name: 'reconciliation', everyMs: reconcileEveryMs, logger, work: () => reconcile(context) }),
    startPeriodicTask({ name: 'collection', everyMs: config.collection.intervalSeconds * 1000, logger, work: () => collect(context) }),
  ];

  return {
    async stop(options) {
      // Packaging waits for chunks that nobody encodes any more; it is handed back, and what is encoded is kept.
      await Promise.all([...tasks.map((task) => task.stop()), ...encoders.map((worker) => worker.stop(options)), packagers.stop({ force: true })]);
    },
  };
}

function isVersionEnded(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof VersionEnded) return true;
  return false;
}
