import path from 'node:path';
import type { Test } from 'tap';
import { loadConfig } from '../../../config/load.ts';
import type { AssetState, VersionState } from '../../../server/db/tables/assets.ts';
import { MemoryEvents } from '../../../server/events/memory.ts';
import { createLogger } from '../../../server/kit/logger.ts';
import { Scratch } from '../../../server/kit/scratch.ts';
import { AssetLifecycle } from '../../../server/assets/lifecycle.ts';
import { sourceKey } from '../../../server/assets/storage-keys.ts';
import { versionJobNames, type VersionJobs } from '../../../server/assets/version-jobs.ts';
import { MemoryLimits } from '../../../server/limits/memory.ts';
import { DatabaseOutbox } from '../../../server/outbox/database.ts';
import { DatabaseQueue } from '../../../server/queue/database.ts';
import { DiskStorage } from '../../../server/storage/disk.ts';
import { createFakeClock, type FakeClock } from '../../../server/testing/fake-clock.ts';
import { Rows, type Title } from '../../../server/testing/rows.ts';
import { openTestDatabase } from '../../../server/testing/test-database.ts';
import { Semaphore } from '../../../server/kit/semaphore.ts';
import type { EncodingPlan } from '../../plan.ts';
import type { WorkerContext } from '../context.ts';
import { SourceCache } from '../source-cache.ts';

/** Everything a worker has but tools and a ladder: for the decisions that need no ffmpeg. */
export type Site = WorkerContext & { readonly clock: FakeClock; readonly rows: Rows };

export async function openSite(
  t: Test,
  dataDir = t.testdir(),
  logger = createLogger({ level: 'silent' }),
): Promise<Site> {
  const config = loadConfig({ overrides: { dataDir, storage: { minFreeBytes: 0 } } });
  const clock = createFakeClock();
  const database = await openTestDatabase(config.database.path);
  const events = new MemoryEvents({ logger });
  const limits = new MemoryLimits();
  const outbox = new DatabaseOutbox({ db: database.db, leases: limits.leases, events, clock, logger });
  const lifecycle = new AssetLifecycle({ db: database.db, outbox, events, clock, logger });
  const queue = new DatabaseQueue<VersionJobs>({ db: database.db, clock, logger, declared: versionJobNames });
  const scratch = await Scratch.open(path.join(dataDir, 'scratch'));
  t.teardown(async () => {
    await scratch.close();
    await queue.close();
    await outbox.close();
    await limits.close();
    await events.close();
    await database.close();
  });
  const storage = new DiskStorage({ path: config.storage.path });
  return {
    config,
    db: database.db,
    rows: new Rows(database.db, clock),
    storage,
    sources: new SourceCache({ storage, scratch, maxBytes: 0, minFreeBytes: 0, logger }),
    lifecycle,
    queue,
    events,
    outbox,
    limits,
    clock,
    logger,
    scratch,
    packagers: new Semaphore({ atOnce: 1 }),
    tools: undefined as never,
    ladder: undefined as never,
    ladders: new Map(),
  };
}

/** Two video chunks and one audio track. */
export const tinyPlan: EncodingPlan = {
  sourceKey: 'sources/x',
  sourceFormat: 'mov',
  videoStream: 0,
  sourceStartMicroseconds: 0,
  frameRate: { num: 24, den: 1 },
  frames: 192,
  gopFrames: 48,
  segmentFrames: 96,
  deinterlace: false,
  orientation: { mirrored: false, rotation: 0 },
  sourceColor: { matrix: 'bt709', fullRange: false },
  finalHoldFrames: 24,
  chunks: [
    { index: 0, firstFrame: 0, frames: 96, decodeFromMs: 0 },
    { index: 1, firstFrame: 96, frames: 96, decodeFromMs: 3900 },
  ],
  video: [
    {
      name: 'v360-730',
      width: 640,
      height: 360,
      preset: 'veryfast',
      crf: 23,
      maxBitrate: 730_000,
      bufferBits: 730_000,
      profile: 'high',
      level: '3.0',
      audioQuality: '128',
    },
  ],
  audio: [
    {
      track: 0,
      stream: 1,
      language: 'en',
      label: 'English',
      isDefault: true,
      renditions: [{ name: 'a0-128', quality: '128', bitrate: 128_000, channels: 2, sampleRate: 48000 }],
    },
  ],
};

/** A title in the given states, its source in storage. */
export async function addAsset(
  site: Site,
  states: { readonly asset?: AssetState; readonly version?: VersionState; readonly plan?: EncodingPlan } = {},
): Promise<Title> {
  const title = await site.rows.title(states);
  await site.storage.put(sourceKey(title.uploadId), 'clip');
  return title;
}
