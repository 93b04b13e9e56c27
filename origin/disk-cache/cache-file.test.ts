import { randomBytes } from 'node:crypto';
import t from 'tap';
import { fileBytes, readCacheFile, trailerOf } from './cache-file.ts';
import { folderOfPrefix, keyOfPath, pathOfKey } from './cache-path.ts';

const key = 'assets/asset_A/version_1/v720-3000/00001.m4s';

t.test('an object comes back as it was', async (t) => {
  for (const bytes of [0, 1, 5000]) {
    const object = { body: randomBytes(bytes), etag: 'e-"1"' };
    const file = Buffer.concat([object.body, trailerOf(key, object)]);
    t.equal(file.length, fileBytes(key, object));
    t.same(readCacheFile(key, file), object);
    t.equal(readCacheFile(`${key}x`, file), undefined, 'of this key only');
  }
});

t.test('every flipped bit and every missing byte is found', async (t) => {
  const object = { body: randomBytes(200), etag: 'abc' };
  const file = Buffer.concat([object.body, trailerOf(key, object)]);
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const damaged = Buffer.from(file);
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    if (readCacheFile(key, damaged)) t.fail(`bit ${bit}`);
  }
  for (let length = 0; length < file.length; length += 1) {
    if (readCacheFile(key, file.subarray(0, length))) t.fail(`cut to ${length}`);
    // As a file that a power failure left: its length is right, its end was never written.
    const zeros = Buffer.concat([file.subarray(0, length), Buffer.alloc(file.length - length)]);
    if (!zeros.equals(file) && readCacheFile(key, zeros)) t.fail(`zeros from ${length}`);
  }
  t.equal(readCacheFile(key, randomBytes(300)), undefined);
});

t.test('only published files become paths', async (t) => {
  for (const each of [
    key,
    'assets/a/v/master.m3u8',
    'assets/a/v/manifest-720.mpd',
    'assets/A/-v_/a0-128/init.mp4',
    `pictures/${'0a'.repeat(20)}/0123abcd-320.avif`,
  ]) {
    const path = pathOfKey(each);
    t.equal(path?.split('/').length, 3, each);
    t.equal(keyOfPath(path ?? ''), each);
  }
  const none = [
    '../etc/passwd',
    'assets/../v/master.m3u8',
    'assets/a/../master.m3u8',
    'assets/a/v/../init.mp4',
    'assets/a/v/..',
    'assets/a/v/x/../../init.mp4',
    'assets//v/master.m3u8',
    '/assets/a/v/master.m3u8',
    'assets/a/v/master.m3u8\0',
    'assets/a/v/r/x/00001.m4s',
    'sources/upload_1',
    'assets/a/v/~x.m4s',
    'pictures/../0123abcd-320.avif',
    `pictures/${'0a'.repeat(20)}/../320.avif`,
  ];
  for (const each of none) t.equal(pathOfKey(each), undefined, each);
  for (const each of [
    'a/v/x',
    'a/v/.~x.m4s',
    '.incoming/v/~x.m4s',
    'a/../~x.m4s',
    `pictures/${'0a'.repeat(20)}/x~320.avif`,
  ])
    t.equal(keyOfPath(each), undefined, each);
  t.equal(folderOfPrefix('assets/a/'), 'a');
  t.equal(folderOfPrefix('assets/a/v/'), 'a/v');
  for (const each of ['assets/', 'assets/../', 'assets/a', '', '/', 'assets/a/v/r/'])
    t.equal(folderOfPrefix(each), undefined, each);
});
