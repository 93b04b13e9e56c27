import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { loadConfig } from '../../config/load.ts';
import { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import { sourceKey, versionPrefix } from '../../server/assets/storage-keys.ts';
import { versionJobNames, type VersionJobs } from '../../server/assets/version-jobs.ts';
import { openPostgres } from '../../server/db/postgres.ts';
import { MemoryEvents } from '../../server/events/memory.ts';
import { systemClock } from '../../server/kit/clock.ts';
import { Scratch } from '../../server/kit/scratch.ts';
import { Semaphore } from '../../server/kit/semaphore.ts';
import { MemoryLimits } from '../../server/limits/memory.ts';
import { DatabaseOutbox } from '../../server/outbox/database.ts';
import { DatabaseQueue } from '../../server/queue/database.ts';
import { DiskStorage } from '../../server/storage/disk.ts';
import { LinklessStorage } from '../../server/testing/linkless-storage.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { Rows } from '../../server/testing/rows.ts';
import { until } from '../../server/testing/until.ts';
import { loadLadder } from '../ladder/ladder-file.ts';
import { ffmpeg, silent as logger, tools } from '../testing/clips.ts';
import type { WorkerContext } from './context.ts';
import { SourceCache } from './source-cache.ts';
import { startTranscoder } from './start.ts';

/** What every machine sees: the database, the events, the leases. */
interface Shared {
  readonly url: string;
  readonly events: MemoryEvents;
  readonly limits: MemoryLimits;
  readonly disk: DiskStorage;
}

/** A worker as on a machine of its own: its own connections, its own disk, and a store that it has no path to. */
async function openWorker(t: Test, { url, events, limits, disk }: Shared, dataDir: string) {
  const config = loadConfig({
    overrides: {
      dataDir,
      storage: { minFreeBytes: 0 },
      encode: { chunkSeconds: 2, firstChunkSeconds: 2, niceness: 0, concurrency: 1, segmentSeconds: 2 },
    },
  });
  const clock = systemClock;
  const database = openPostgres({ url, logger });
  await database.migrate();
  const outbox = new DatabaseOutbox({ db: database.db, leases: limits.leases, events, clock, logger });
  const queue = new DatabaseQueue<VersionJobs>({
    db: database.db,
    clock,
    logger,
    declared: versionJobNames,
    pollMs: 50,
  });
  const scratch = await Scratch.open(path.join(dataDir, 'scratch'));
  const storage = new LinklessStorage(disk);
  const context: WorkerContext = {
    config,
    db: database.db,
    storage,
    sources: new SourceCache({ storage, scratch, maxBytes: 0, minFreeBytes: 0, logger }),
    lifecycle: new AssetLifecycle({ db: database.db, outbox, events, clock, logger }),
    queue,
    events,
    outbox,
    limits,
    clock,
    logger,
    scratch,
    packagers: new Semaphore({ atOnce: 2 }),
    tools: await tools(),
    ladder: await loadLadder(config.encode.ladder),
    ladders: new Map(),
  };
  t.teardown(async () => {
    await scratch.close();
    await queue.close();
    await outbox.close();
    await database.close();
  });
  return { context, storage };
}

/** SHA-256 of what was published, by its path inside the version. */
async function published(disk: DiskStorage, prefix: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of disk.list(prefix))
    found[key.slice(prefix.length)] = createHash('sha256')
      .update(await disk.read(key))
      .digest('hex');
  return found;
}

t.test('two workers that share no disk make what one makes, each with one download', async (t) => {
  const postgres = await startPostgres(t);
  if (!postgres) return;
  const folder = t.testdir();
  const disk = new DiskStorage({ path: path.join(folder, 'storage') });
  const clip = path.join(folder, 'clip.mp4');
  await ffmpeg(
    ...'-f lavfi -i testsrc2=s=320x180:r=25:d=12 -f lavfi -i sine=frequency=440:duration=12'.split(' '),
    ...'-c:v libx264 -preset ultrafast -crf 10 -g 25 -c:a aac -shortest'.split(' '),
    clip,
  );
  const { size } = statSync(clip);
  t.ok(size > 500_000, 'much more than the first look needs');
  const [events, limits] = [new MemoryEvents({ logger }), new MemoryLimits()];
  t.teardown(async () => {
    await limits.close();
    await events.close();
  });
  // Objects of others, which nobody may look at.
  for (let other = 0; other < 30; other++) await disk.put(`assets/asset_other/version_other/v360/${other}.m4s`, 'x');

  /** Has `count` workers make one title over a database of its own. */
  const make = async (t: Test, count: number) => {
    const shared = { url: await postgres.createDatabase(), events, limits, disk };
    const workers = await Promise.all(
      Array.from({ length: count }, (_, index) => openWorker(t, shared, path.join(folder, `${count}-${index}`))),
    );
    const [{ context }] = workers as [(typeof workers)[0]];
    const { db } = context;
    const { assetId, versionId, uploadId } = await new Rows(db, systemClock).title();
    const key = sourceKey(uploadId);
    await disk.putFile(key, clip);
    await db.updateTable('assets').set({ source_bytes: size }).where('id', '=', assetId).execute();
    const stored = (storage: LinklessStorage) => storage.of('put').filter((put) => /^work\/.*\/v/.test(put.key));
    // Nobody gets to do everything: each waits with its second chunk until all have one.
    for (const { storage } of workers) {
      storage.before = async ({ operation, key: put }) => {
        if (operation !== 'put' || !/^work\/.*\/v/.test(put) || stored(storage).length < 2) return;
        await until('every worker has stored a chunk', () => workers.every((each) => stored(each.storage).length > 0), {
          timeoutMs: 400_000,
        });
      };
    }
    const running = await Promise.all(workers.map((each) => startTranscoder(each.context)));
    const state = async () =>
      (await db.selectFrom('versions').select('state').where('id', '=', versionId).executeTakeFirstOrThrow()).state;
    try {
      await until('it is complete', async () => ['complete', 'failed'].includes(await state()), { timeoutMs: 400_000 });
    } finally {
      await Promise.all(running.map((each) => each.stop()));
    }
    t.equal(await state(), 'complete');
    for (const [index, { storage }] of workers.entries()) {
      const source = storage.of('stream', 'read').filter((request) => request.key === key);
      const whole = source.filter(({ range }) => range?.start === 0 && range.end === size - 1);
      t.equal(whole.length, 1, `worker ${index} downloads the source once, for the probe, its chunks and the sound`);
      const rest = storage.bytesRead(key) - size;
      t.ok(rest < size / 2, `and reads ${rest} bytes besides`);
      t.ok(stored(storage).length > 0, `worker ${index} has encoded`);
      t.same(storage.of('list', 'listPrefixes'), [], 'nothing is listed');
      const foreign = storage.of().filter((each) => each.key.includes('asset_other'));
      t.same(foreign, [], 'nothing of another title is touched');
    }
    const prefix = versionPrefix(assetId, versionId);
    return published(disk, prefix);
  };

  const one = await make(t, 1);
  const two = await make(t, 2);
  t.ok(Object.keys(one).length > 20);
  t.same(two, one, 'the same files, byte for byte');
});
