import { ErrorCode, UnrecoverableError } from 'bullmq';
import type { LaneJob, Lanes } from './bullmq-lanes.ts';
import type { TakenJob } from './taken-job.ts';

/** What BullMQ answers about a job that is somebody else's by now, or gone. */
const notOurs: readonly unknown[] = [
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
];

/** What of a message is kept, in characters. */
const maxErrorLength = 2000;
const kept = (error: Error): string => error.message.slice(0, maxErrorLength);

async function whetherHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && notOurs.includes(error.code)) return false;
    throw error;
  }
}

export interface TakenBullmqJobOptions extends LaneJob {
  readonly lanes: Lanes;
  /** What it is locked with: made anew for each delivery. */
  readonly token: string;
  readonly leaseUntil: number;
}

/**
 * A BullMQ job in the hands of a worker. Tries are those that failed (BullMQ's `attemptsMade`) and those whose worker
 * died (its `stalledCounter`); what is postponed or handed back is in neither.
 */
export function takenBullmqJob({ job, backend, group, lanes, token, leaseUntil }: TakenBullmqJobOptions): TakenJob {
  const id = job.id ?? '';
  const maxAttempts = job.opts.attempts ?? 1;
  /** Set when its failure was to be announced already: a retry is one of the announcement, not of the job. */
  let isExhausted = job.deferredFailure !== undefined;
  const backOff = (runAt: number, error: Error, isCounted: boolean) => {
    const now = Date.now();
    const fieldsToUpdate = { failedReason: kept(error) };
    return backend.moveToDelayed(id, now, Math.max(0, runAt - now), token, { skipAttempt: !isCounted, fieldsToUpdate });
  };
  return {
    id,
    name: job.queueName,
    payload: job.data,
    group,
    attempts: isExhausted ? Math.max(maxAttempts + 1, job.attemptsStarted) : job.attemptsMade + job.stalledCounter + 1,
    maxAttempts,
    lastError: job.deferredFailure ?? job.failedReason,
    leaseUntil,
    extend: async (leaseMs) => (await job.extendLock(token, leaseMs)) === 1,
    complete: () => whetherHeld(job.moveToCompleted(null, token, false)),
    retry: (runAt, error) => whetherHeld(backOff(runAt, error, !isExhausted)),
    handBack: (later) => whetherHeld(later ? backOff(later.runAt, later.error, false) : job.moveToWait(token)),
    async exhaust(error) {
      isExhausted = true;
      return lanes.exhaust(job, token, kept(error));
    },
    fail: (error) => whetherHeld(job.moveToFailed(new UnrecoverableError(kept(error)), token)),
  };
}
