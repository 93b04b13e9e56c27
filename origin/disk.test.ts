import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { DiskStorage } from '../server/storage/disk.ts';
import { publishedKey } from '../server/assets/storage-keys.ts';
import { startOrigin } from './testing/start-origin.ts';

t.test('the origin over the storage that an installation starts with', async (t) => {
  const root = t.testdir();
  const storage = new DiskStorage({ path: path.join(root, 'storage') });
  const origin = await startOrigin(t, { maxCachedObjectBytes: 100_000, manifestMaxAgeMs: 0 }, storage);
  const small = randomBytes(50_000);
  const large = randomBytes(700_000);
  await origin.put('v1/00001.m4s', small);
  await origin.put('v1/00002.m4s', large);
  for (const [file, body] of [
    ['v1/00001.m4s', small],
    ['v1/00002.m4s', large],
  ] as const) {
    const whole = await origin.get(file);
    t.ok(whole.body.equals(body), file);
    const etag = String(whole.headers.etag);
    t.ok(
      (await origin.get(file, { Range: 'bytes=10000-40000', 'If-Range': etag })).body.equals(
        body.subarray(10_000, 40_001),
      ),
    );
    t.equal((await origin.get(file, { 'If-None-Match': etag })).status, 304);
    t.equal(
      (await origin.get(file, { Range: 'bytes=-1' })).headers['content-range'],
      `bytes ${body.length - 1}-${body.length - 1}/${body.length}`,
    );
  }
  t.equal(await origin.metric('dramabox_origin_cache_lookups_total{cache="segments",result="bypass"}'), 4);
  t.equal((await origin.get('v1/00003.m4s')).status, 404);

  for (const end of ['', '#EXT-X-ENDLIST\n']) {
    await origin.put('v1/index.m3u8', `#EXTM3U\n#EXTINF:4,\n00001.m4s\n${end}`);
    t.equal(
      (await origin.get('v1/index.m3u8', { 'Accept-Encoding': 'identity' })).body.toString(),
      `#EXTM3U\n#EXTINF:4,\n00001.m4s\n${end}`,
    );
  }
});

t.test('a folder in the place of a segment is not found, and is no failure', async (t) => {
  const root = t.testdir();
  const storage = new DiskStorage({ path: path.join(root, 'storage') });
  const origin = await startOrigin(t, {}, storage);
  mkdirSync(path.join(root, 'storage', publishedKey(origin.assetId, origin.versionId, 'v1/00001.m4s')), {
    recursive: true,
  });
  t.equal((await origin.get('v1/00001.m4s')).status, 404);
});

t.test('a dangling link is not found', { skip: process.platform === 'win32' }, async (t) => {
  const root = t.testdir({ storage: {} });
  const storage = new DiskStorage({ path: path.join(root, 'storage') });
  const origin = await startOrigin(t, {}, storage);
  const folder = path.join(root, 'storage', publishedKey(origin.assetId, origin.versionId, 'v1'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(root, 'elsewhere'), '');
  symlinkSync(path.join(root, 'nowhere'), path.join(folder, '00001.m4s'));
  t.equal((await origin.get('v1/00001.m4s')).status, 404);
});
