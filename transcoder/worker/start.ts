import type { VersionJob, VersionJobName } from '../../server/assets/version-jobs.ts';
import { JobPostponed, JobRejected, type QueueWorker } from '../../server/queue/port.ts';
import { isStorageUnavailable } from '../../server/storage/port.ts';
import { toError } from '../../server/kit/errors.ts';
import { Upkeep } from '../../server/kit/upkeep.ts';
import { isDiskFull } from '../child/full-disk.ts';
import { VersionEnded } from './versions/while-active.ts';
import { lanes } from './lanes.ts';
import { collect } from './upkeep/collect.ts';
import type { WorkerContext } from './context.ts';
import { encodeAudio } from './jobs/encode-audio.ts';
import { encodeVideo } from './jobs/encode-video.ts';
import { extractTextJob, failText } from './jobs/extract-text.ts';
import { failVersion } from './jobs/failure.ts';
import { isFinal } from './jobs/of-the-file.ts';
import { offerTracksJob } from './jobs/offer-tracks.ts';
import { packageJob } from './jobs/package.ts';
import { prepareVersion, remuxVersion } from './jobs/prepare.ts';
import { jobsConsumer } from './jobs/ask-for-jobs.ts';
import { reconcile } from './upkeep/reconcile.ts';

export interface Transcoder {
  /** Drains: no new jobs, those in hand are finished. With `force` they are killed and handed back. */
  stop(options?: { readonly force?: boolean }): Promise<void>;
}

/** A full disk is looked at again after this long, in milliseconds. */
const spaceAgainMs = 30_000;
/** A storage that cannot be reached is asked again after this long, in milliseconds. */
const storageAgainMs = 15_000;
/** Rarely: a queue is not emptied while servers run. */
const reconcileEveryMs = 300_000;

/** Has the title say that it waits for room. Where not even that can be written the work waits all the same. */
async function sayItWaits({ lifecycle, clock, logger }: WorkerContext, versionId: string): Promise<void> {
  try {
    // Longer than until the next look: the queue may take its time.
    await lifecycle.waitsForRoom(versionId, clock.now() + 2 * spaceAgainMs);
  } catch (error) {
    logger.warn({ err: toError(error), version: versionId }, 'it could not be noted that work waits for disk space');
  }
}

/** Starts the workers of all transcoding jobs, what makes these jobs, the reconciliation and the collection. */
export async function startTranscoder(context: WorkerContext): Promise<Transcoder> {
  const { config, outbox, queue, logger } = context;
  const stopConsumer = await outbox.consume(jobsConsumer(context));
  const places = lanes(config.encode.concurrency);
  const leaseMs = config.queue.leaseSeconds * 1000;
  const work = <N extends VersionJobName>(
    name: N,
    handler: (context: WorkerContext, job: VersionJob<N>) => Promise<void>,
    failed = (job: VersionJob<N>, error: Error) => failVersion(context, name, job.payload.versionId, error),
  ): QueueWorker =>
    queue.work(name, { ...places[name], leaseMs, onFailed: failed }, async (job) => {
      try {
        await handler(context, job);
      } catch (error) {
        // Not a failure: nobody wants the result any more.
        if (isVersionEnded(error))
          logger.info({ job: job.id, version: job.payload.versionId }, 'stopped: the version has ended');
        else if (isDiskFull(error)) {
          await sayItWaits(context, job.payload.versionId);
          throw new JobPostponed('There is too little free space', spaceAgainMs, { cause: error });
        } else if (isStorageUnavailable(error))
          throw new JobPostponed('The storage cannot be reached', storageAgainMs, { cause: error });
        else if (isFinal(error)) throw new JobRejected(toError(error).message, { cause: error });
        else throw error;
      }
    });

  const encoders = [
    work('version.prepare', (each, job) => prepareVersion(each, job)),
    work('version.remux', (each, job) => remuxVersion(each, job)),
    work('version.encode-audio', encodeAudio),
    work('version.encode-video', encodeVideo),
  ];
  // These two are about what is complete and goes on being played, whatever becomes of them.
  const tracks = work('version.offer-tracks', offerTracksJob);
  const texts = work('version.extract-text', extractTextJob, (job, error) => failText(context, job, error));
  const packagers = work('version.package', packageJob);
  const upkeep = new Upkeep({
    leases: context.limits.leases,
    logger,
    tasks: [
      {
        name: 'transcoder.reconcile',
        everyMs: reconcileEveryMs,
        atStart: true,
        run: (signal) => reconcile(context, signal),
      },
      {
        name: 'transcoder.collect',
        everyMs: config.collection.intervalSeconds * 1000,
        run: (signal) => collect(context, signal),
      },
    ],
  });
  // Not waited for: the queue has most of the work already, and what it lacks may wait for the server to listen.
  upkeep.start().catch((error: unknown) => {
    logger.error({ err: toError(error) }, 'reconciliation failed at the start');
  });

  return {
    async stop(options) {
      // Packaging waits for chunks that nobody encodes any more; it is handed back, and what is encoded is kept.
      await Promise.all([
        upkeep.stop(),
        stopConsumer({ force: options?.force ?? false }),
        ...[...encoders, tracks, texts].map((worker) => worker.stop(options)),
        packagers.stop({ force: true }),
      ]);
    },
  };
}

function isVersionEnded(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof VersionEnded) return true;
  return false;
}
