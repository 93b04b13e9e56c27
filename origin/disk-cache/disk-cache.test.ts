import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import t, { type Test } from 'tap';
import { createLogger } from '../../server/kit/logger.ts';
import type { Notice } from '../../server/kit/notices.ts';
import { pathOfKey } from './cache-path.ts';
import { DiskCache, type DiskCacheOptions } from './disk-cache.ts';

const key = (index: number, version = 'version_1', asset = 'asset_A'): string =>
  `assets/${asset}/${version}/v720-3000/${String(index).padStart(5, '0')}.m4s`;
const fileOf = (root: string, of: string): string => path.join(root, pathOfKey(of) as string);
const quiet = createLogger({ level: 'silent', destination: new Writable() });

interface Opened {
  readonly cache: DiskCache;
  readonly root: string;
  readonly notices: Notice[];
}

async function open(t: Test, options: Partial<DiskCacheOptions> = {}): Promise<Opened> {
  const root = options.path ?? path.join(t.testdir(), 'cache');
  const notices: Notice[] = [];
  const cache = await DiskCache.open({
    path: root,
    maxBytes: 1024 ** 2,
    maxWaitingBytes: 1024 ** 2,
    logger: quiet,
    notices: { say: (notice) => notices.push(notice) },
    ...options,
  });
  if (!cache) throw new Error(notices[0]?.detail);
  t.teardown(() => cache.close());
  return { cache, root, notices };
}

/** Bytes of all files below a folder, in whole blocks. */
function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => Math.ceil(statSync(path.join(entry.parentPath, entry.name)).size / 4096) * 4096)
    .reduce((sum, bytes) => sum + bytes, 0);
}

t.test('what was kept is there after a restart, for its owner only', async (t) => {
  const { cache, root } = await open(t);
  const body = randomBytes(10_000);
  cache.keep(key(1), { body, etag: 'one' });
  await cache.settled();
  t.same(await cache.get(key(1)), { body, etag: 'one' });
  t.equal(await cache.get(key(2)), undefined);
  t.equal(statSync(root).mode & 0o777, 0o700);
  t.equal(statSync(path.dirname(fileOf(root, key(1)))).mode & 0o777, 0o700);
  t.equal(statSync(fileOf(root, key(1))).mode & 0o777, 0o600);
  // No close: as if the process had been killed, with a file half-written.
  writeFileSync(path.join(root, '.incoming', 'half'), 'x');
  writeFileSync(path.join(root, 'notes.txt'), 'somebody else’s');
  const again = await open(t, { path: root });
  t.same(await again.cache.get(key(1)), { body, etag: 'one' });
  t.equal(again.cache.bytes, 12_288);
  t.same(readdirSync(path.join(root, '.incoming')), []);
  t.ok(existsSync(path.join(root, 'notes.txt')));
});

t.test('the bound holds, what was used last stays, also over a restart', async (t) => {
  const { cache, root } = await open(t, { maxBytes: 20 * 12_288 });
  for (let index = 0; index < 60; index += 1) {
    cache.keep(key(index), { body: randomBytes(10_000), etag: String(index) });
    await cache.settled();
    t.ok(await cache.get(key(0)), 'used all the time');
    if (index % 10 === 9) t.ok(bytesBelow(root) <= 20 * 12_288, `${bytesBelow(root)} bytes`);
  }
  t.equal(cache.objects, 20);
  t.equal(cache.counts.evictions, 40);
  t.equal(bytesBelow(root), cache.bytes);
  // Smaller after a restart: what was used longest ago goes.
  for (const [seconds, index] of [0, 59, 58, 57, 56].entries())
    utimesSync(fileOf(root, key(index)), 2_000_000_000 - seconds, 2_000_000_000 - seconds);
  const again = await open(t, { path: root, maxBytes: 5 * 12_288 });
  await again.cache.settled();
  t.same(
    [...Array(60).keys()].filter((index) => again.cache.bytesOf(key(index)) !== undefined),
    [0, 56, 57, 58, 59],
  );
  t.equal(bytesBelow(root), 5 * 12_288);
});

t.test('all at once: no more waits in memory than may, and no more is on disk', async (t) => {
  const { cache, root } = await open(t, { maxBytes: 10 * 12_288, maxWaitingBytes: 35_000 });
  for (let index = 0; index < 10; index += 1) cache.keep(key(index), { body: randomBytes(10_000), etag: 'x' });
  t.equal(cache.waitingBytes, 30_000);
  await cache.settled();
  t.same(cache.counts.writes, { written: 3, skipped: 7, failed: 0 });
  cache.keep(key(20), { body: randomBytes(200_000), etag: 'larger than the cache' });
  await cache.settled();
  t.equal(cache.counts.writes.skipped, 8);
  t.equal(bytesBelow(root), 3 * 12_288);
});

t.test('damaged files are found, removed and replaced', async (t) => {
  const { cache, root } = await open(t);
  const object = { body: randomBytes(10_000), etag: 'x' };
  const damages: ((file: string) => void)[] = [
    (file) => {
      const bytes = readFileSync(file);
      bytes[5000] = (bytes[5000] as number) ^ 1;
      writeFileSync(file, bytes);
    },
    (file) => {
      truncateSync(file, 9000);
    },
    (file) => {
      writeFileSync(file, readFileSync(fileOf(root, key(99))));
    },
  ];
  cache.keep(key(99), object);
  for (const [index, damage] of damages.entries()) {
    cache.keep(key(index), object);
    await cache.settled();
    damage(fileOf(root, key(index)));
    t.equal(await cache.get(key(index)), undefined);
    await cache.settled();
    t.notOk(existsSync(fileOf(root, key(index))));
    cache.keep(key(index), object);
    await cache.settled();
    t.same(await cache.get(key(index)), object);
  }
  t.equal(cache.counts.lookups.damaged, damages.length);
});

t.test('an asset or a version is dropped, what is being written of it as well', async (t) => {
  const { cache, root } = await open(t);
  const object = { body: randomBytes(10_000), etag: 'x' };
  const kept = [key(1), key(1, 'version_2'), key(1, 'version_1', 'asset_AB')];
  for (const each of kept) cache.keep(each, object);
  await cache.settled();
  cache.keep(key(2), object);
  await Promise.resolve();
  cache.drop('assets/asset_A/version_1/');
  await cache.settled();
  t.same(
    kept.map((each) => cache.bytesOf(each) !== undefined),
    [false, true, true],
  );
  t.notOk(existsSync(path.dirname(fileOf(root, key(2)))));
  cache.drop('assets/asset_A/');
  await cache.settled();
  t.same(
    readdirSync(root).filter((name) => !name.startsWith('.')),
    ['asset_AB'],
  );
  t.equal(cache.objects, 1);
});

t.test('a folder that cannot be used costs the cache and a notice', async (t) => {
  const root = path.join(t.testdir({ file: '' }), 'file', 'cache');
  const notices: Notice[] = [];
  const options = { path: root, maxBytes: 1e6, maxWaitingBytes: 1e6, logger: quiet };
  t.equal(await DiskCache.open({ ...options, notices: { say: (notice) => notices.push(notice) } }), undefined);
  t.match(notices, [{ code: 'disk-cache-off', setting: 'origin.diskCachePath', detail: /ENOTDIR/ }]);
});

t.test('a disk that fails is left alone, with one notice', async (t) => {
  const { cache, root, notices } = await open(t);
  const object = { body: randomBytes(10_000), etag: 'x' };
  for (const index of [1, 2, 3, 4]) cache.keep(key(index), object);
  await cache.settled();
  // A folder in the place of a file, where the cache wants to write and read.
  for (const index of [1, 2, 3]) {
    const file = fileOf(root, key(index));
    const moved = `${file}.moved`;
    writeFileSync(moved, readFileSync(file));
    rmSync(file);
    mkdirSync(path.join(file, 'x'), { recursive: true });
    t.equal(await cache.get(key(index)), undefined);
  }
  t.equal(cache.counts.lookups.failed, 3);
  t.match(notices, [{ code: 'disk-cache-failing', detail: /cannot be read from \(EISDIR\)/ }]);
  t.equal(cache.bytesOf(key(4)), undefined, 'it rests');
  t.equal(await cache.get(key(4)), undefined);
});

t.test('what cannot be written is not kept, and nothing is tried for a while', async (t) => {
  const { cache, root, notices } = await open(t);
  rmSync(path.join(root, '.incoming'), { recursive: true });
  writeFileSync(path.join(root, '.incoming'), 'a file in the place of the folder');
  for (const index of [1, 2]) cache.keep(key(index), { body: randomBytes(100), etag: 'x' });
  await cache.settled();
  t.same(cache.counts.writes, { written: 0, skipped: 1, failed: 1 });
  t.equal(cache.objects, 0);
  t.match(notices, [{ code: 'disk-cache-failing', detail: /cannot be written to/ }]);
});
