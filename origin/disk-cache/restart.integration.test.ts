import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { createLogger } from '../../server/kit/logger.ts';
import { publishedKey } from '../../server/assets/storage-keys.ts';
import { MemoryStorage } from '../../server/testing/memory-storage.ts';
import { runOnSmallDisk } from '../../server/testing/small-disk.ts';
import { startOrigin, type RunningOrigin } from '../testing/start-origin.ts';
import { pathOfKey } from './cache-path.ts';
import { DiskCache } from './disk-cache.ts';

const segment = (index: number): string => `v1/${String(index).padStart(5, '0')}.m4s`;
const playlist = 'v1/index.m3u8';
const finished = '#EXTM3U\n#EXTINF:4,\n00001.m4s\n#EXT-X-ENDLIST\n';
const ids = { assetId: 'asset_A', versionId: 'version_1' };

interface Started {
  readonly origin: RunningOrigin;
  readonly disk: DiskCache;
}

/** An origin with a disk cache, over storage that outlasts it. */
async function start(t: Test, root: string, storage: MemoryStorage): Promise<Started> {
  const logger = createLogger({ level: 'silent' });
  const disk = await DiskCache.open({
    path: root,
    maxBytes: 10 * 1024 ** 2,
    maxWaitingBytes: 1024 ** 2,
    logger,
    notices: { say: () => undefined },
  });
  if (!disk) throw new Error('no disk cache');
  const origin = await startOrigin(t, { storeTimeoutSeconds: 0.3 }, storage, { disk, ids });
  return { origin, disk };
}

const lookups = (origin: RunningOrigin, result: string): Promise<number | undefined> =>
  origin.metric(`dramabox_origin_disk_cache_lookups_total{result="${result}"}`);

t.test('the next process serves from disk what the one before has read, also while the store is away', async (t) => {
  const root = path.join(t.testdir(), 'cache');
  const storage = new MemoryStorage();
  const first = await start(t, root, storage);
  const body = randomBytes(100_000);
  await first.origin.put(segment(1), body);
  await first.origin.put(segment(2), body);
  await first.origin.put(playlist, finished);
  await first.origin.put('v2/index.m3u8', '#EXTM3U\n#EXTINF:4,\n00001.m4s\n');
  const { headers } = await first.origin.get(segment(1));
  for (const file of [segment(2), playlist, 'v2/index.m3u8']) await first.origin.get(file);
  await first.disk.settled();

  storage.operations.length = 0;
  const second = await start(t, root, storage);
  const served = await second.origin.get(segment(1));
  t.ok(served.body.equals(body));
  t.equal(served.headers.etag, headers.etag, 'under the same tag');
  t.same(storage.operations, [], 'the store was not asked');
  t.equal(await lookups(second.origin, 'hit'), 1);
  t.equal((await second.origin.get(playlist)).body.toString(), finished);
  t.same(
    storage.operations.map(({ operation }) => operation),
    ['stat'],
    'a playlist is compared, not read',
  );

  storage.before = () => {
    throw new Error('the store is away');
  };
  const third = await start(t, root, storage);
  t.ok((await third.origin.get(segment(2))).body.equals(body));
  const gzipped = await third.origin.get(playlist, { 'Accept-Encoding': 'gzip' });
  t.match(gzipped, { status: 200, headers: { 'cache-control': 'public, max-age=300', 'content-encoding': 'gzip' } });
  t.equal((await third.origin.get('v2/index.m3u8')).status, 503, 'a growing one would be an old one');
  t.equal((await third.origin.get(segment(3))).status, 503);

  storage.before = () => new Promise(() => {});
  const fourth = await start(t, root, storage);
  t.ok((await fourth.origin.get(segment(2))).body.equals(body), 'also while it hangs');
  t.equal((await fourth.origin.get(playlist)).body.toString(), finished);
});

t.test('a flipped bit is found, and the segment is read again', async (t) => {
  const root = path.join(t.testdir(), 'cache');
  const storage = new MemoryStorage();
  const first = await start(t, root, storage);
  const body = randomBytes(100_000);
  await first.origin.put(segment(1), body);
  await first.origin.get(segment(1));
  await first.disk.settled();
  const file = path.join(root, pathOfKey(publishedKey(ids.assetId, ids.versionId, segment(1))) as string);
  const bytes = readFileSync(file);
  bytes[77_777] = (bytes[77_777] as number) ^ 4;
  writeFileSync(file, bytes);

  const second = await start(t, root, storage);
  t.ok((await second.origin.get(segment(1))).body.equals(body));
  t.equal(await lookups(second.origin, 'damaged'), 1);
  await second.disk.settled();
  storage.operations.length = 0;
  const third = await start(t, root, storage);
  t.ok((await third.origin.get(segment(1))).body.equals(body), 'and kept again');
  t.same(storage.operations, []);
});

t.test('what is deleted goes from the disk: by the event, or when its manifest is found gone', async (t) => {
  const root = path.join(t.testdir(), 'cache');
  const storage = new MemoryStorage();
  const { origin, disk } = await start(t, root, storage);
  const fill = async (): Promise<void> => {
    await origin.put(segment(1), 'x');
    await origin.put(playlist, finished);
    for (const file of [segment(1), playlist]) await origin.get(file);
    await disk.settled();
  };
  await fill();
  t.equal(disk.objects, 2);
  await storage.deletePrefix(`assets/${ids.assetId}/`);
  origin.clock.advance(2000);
  t.equal((await origin.get(playlist)).status, 404);
  t.equal(disk.objects, 0, 'nobody told it');
  t.equal((await origin.get(segment(1))).status, 404);

  await fill();
  origin.events.emit('asset.deleted', { assetId: ids.assetId });
  t.equal(disk.objects, 0);
  t.equal((await origin.get(segment(1))).status, 403);
});

t.test('a full disk', { timeout: 120_000 }, async (t) => {
  const script = path.join(import.meta.dirname, '..', 'testing', 'full-disk-process.ts');
  const output = await runOnSmallDisk(t, script, { folder: t.testdir({}), mebibytes: 4 });
  if (output === undefined) return;
  const result = JSON.parse(output) as { hits: number; notices: string[]; writes: Record<string, number> };
  t.match(result, { intact: true, writes: { failed: 1 }, notices: [/^disk-cache-failing .*ENOSPC/] });
  t.ok(result.hits > 0 && result.hits === result.writes['written'], 'what had room is served');
});
