import path from 'node:path';
import type { Test } from 'tap';
import { loadConfig } from '../../../config/load.ts';
import { openSqlite } from '../../../server/db/sqlite.ts';
import type { AssetState, VersionState } from '../../../server/db/tables/assets.ts';
import { MemoryEvents } from '../../../server/events/memory.ts';
import { newId } from '../../../server/kit/ids.ts';
import { createLogger } from '../../../server/kit/logger.ts';
import { sourceKey } from '../../../server/assets/storage-keys.ts';
import { DatabaseQueue } from '../../../server/queue/database.ts';
import { DiskStorage } from '../../../server/storage/disk.ts';
import { createFakeClock, type FakeClock } from '../../../server/testing/fake-clock.ts';
import { ConcurrencyLimit } from '../../package/concurrency-limit.ts';
import type { EncodingPlan } from '../../plan.ts';
import type { WorkerContext } from '../context.ts';
import { Scratch } from '../scratch.ts';

/** Everything a worker has but tools and a ladder: for the decisions that need no ffmpeg. */
export type Site = WorkerContext & { readonly clock: FakeClock };

export async function openSite(t: Test, dataDir = t.testdir()): Promise<Site> {
  const config = loadConfig({ overrides: { dataDir, storage: { minFreeBytes: 0 } } });
  const clock = createFakeClock();
  const logger = createLogger({ level: 'silent' });
  const database = openSqlite({ path: config.database.path });
  await database.migrate();
  const events = new MemoryEvents({ logger });
  const queue = new DatabaseQueue({ db: database.db, clock, logger });
  const scratch = await Scratch.open(path.join(dataDir, 'scratch'));
  t.teardown(async () => {
    await scratch.close();
    await queue.close();
    await events.close();
    await database.close();
  });
  return {
    config,
    db: database.db,
    storage: new DiskStorage({ path: config.storage.path }),
    queue,
    events,
    clock,
    logger,
    scratch,
    packagers: new ConcurrencyLimit(1),
    tools: undefined as never,
    ladder: undefined as never,
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

/** An asset with its upload and one version in the given states. */
export async function addAsset(
  site: Site,
  states: { readonly asset?: AssetState; readonly version?: VersionState; readonly plan?: EncodingPlan } = {},
): Promise<{ readonly assetId: string; readonly versionId: string; readonly uploadId: string }> {
  const now = site.clock.now();
  const [ownerId, uploadId, assetId] = [newId('account'), newId('upload'), newId('asset')];
  await site.db
    .insertInto('accounts')
    .values({
      id: ownerId,
      email: `${ownerId}@example.com`,
      password_hash: 'x',
      role: 'content_manager',
      status: 'active',
      created_at: now,
      updated_at: now,
    })
    .execute();
  await site.db
    .insertInto('uploads')
    .values({
      id: uploadId,
      owner_id: ownerId,
      filename: 'clip.mp4',
      declared_type: 'video/mp4',
      bytes: 4,
      state: 'finished',
      storage_key: sourceKey(uploadId),
      created_at: now,
      expires_at: now,
      finished_at: now,
    })
    .execute();
  await site.storage.put(sourceKey(uploadId), 'clip');
  await site.db
    .insertInto('assets')
    .values({
      id: assetId,
      owner_id: ownerId,
      title: 'Clip',
      upload_id: uploadId,
      source_key: sourceKey(uploadId),
      source_bytes: 4,
      state: states.asset ?? 'processing',
      current_version_id: null,
      media_info: null,
      error_code: null,
      error_message: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .execute();
  return { assetId, uploadId, versionId: await addVersion(site, assetId, 1, states.version ?? 'queued', states.plan) };
}

export async function addVersion(
  site: Site,
  assetId: string,
  number: number,
  state: VersionState,
  plan?: EncodingPlan,
): Promise<string> {
  const now = site.clock.now();
  const id = newId('version');
  await site.db
    .insertInto('versions')
    .values({
      id,
      asset_id: assetId,
      number,
      state,
      plan: plan ? JSON.stringify(plan) : null,
      error_code: null,
      error_message: null,
      created_at: now,
      started_at: null,
      playable_at: null,
      finished_at: state === 'complete' ? now : null,
      collected_at: null,
      updated_at: now,
    })
    .execute();
  return id;
}
