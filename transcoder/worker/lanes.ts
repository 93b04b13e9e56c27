import os from 'node:os';
import type { VersionJobName } from '../../server/assets/version-jobs.ts';

/** How many jobs of a name are in hand at the same time, and how many of those may be one account's. */
export interface Lane {
  readonly concurrency: number;
  readonly perGroup?: number;
}

/**
 * Versions that may grow at the same time in this process. Far more than are ever encoded side by side: packaging
 * mostly waits, and one that found no place would not become playable before another one is complete.
 */
const maxGrowing = 1000;

/**
 * The places of this process. Accounts take turns in each lane (the queue's groups); where a job may last long and
 * nobody knows how long, an account has one place only, and two that send nothing but such files leave a third.
 * @param encoders chunks encoded at the same time; 0: one per core
 */
export function lanes(encoders: number): Readonly<Record<VersionJobName, Lane>> {
  const concurrency = encoders || os.availableParallelism();
  return {
    'version.prepare': { concurrency: 3, perGroup: 1 },
    'version.remux': { concurrency: 3, perGroup: 1 },
    // Whole tracks: a long one must not be the only one in hand.
    'version.encode-audio': { concurrency: Math.min(concurrency, Math.max(2, Math.ceil(concurrency / 4))) },
    'version.encode-video': { concurrency },
    'version.package': { concurrency: maxGrowing },
    // Mostly writes of small objects.
    'version.offer-tracks': { concurrency: 2 },
    // Reads the whole source, with next to no work for a processor.
    'version.extract-text': { concurrency: 2, perGroup: 1 },
  };
}
