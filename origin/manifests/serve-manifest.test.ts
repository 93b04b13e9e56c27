import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { publishedKey } from '../../server/assets/storage-keys.ts';
import { until } from '../../server/testing/until.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { startOrigin } from '../testing/start-origin.ts';

const playlist = 'v720-3000/index.m3u8';
const growing = (segments: number): string =>
  `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-MAP:URI="init.mp4"\n${Array.from(
    { length: segments },
    (_, i) => `#EXTINF:4.000,\n${String(i + 1).padStart(5, '0')}.m4s\n`,
  ).join('')}`;
const finished = `${growing(20)}#EXT-X-ENDLIST\n`;

t.test('types and caching by what a manifest says about itself', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(playlist, growing(3));
  await origin.put('v1/index.m3u8', finished);
  await origin.put('v1/iframes.m3u8', finished);
  await origin.put('master.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv1/index.m3u8\n');
  await origin.put('manifest.mpd', '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>');
  await origin.put(
    'master-720.m3u8',
    '#EXTM3U\n#EXT-X-START:TIME-OFFSET=0.001\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv1/index.m3u8\n',
  );
  await origin.put('manifest-720.mpd', '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>');
  await origin.put('manifest-360.mpd', '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic"></MPD>');
  const hls = 'application/vnd.apple.mpegurl';
  for (const [file, type, caching] of [
    [playlist, hls, 'public, max-age=1'],
    ['v1/index.m3u8', hls, 'public, max-age=300'],
    ['v1/iframes.m3u8', hls, 'public, max-age=300'],
    ['master.m3u8', hls, 'public, max-age=300'],
    ['manifest.mpd', 'application/dash+xml', 'public, max-age=300'],
    ['master-720.m3u8', hls, 'public, max-age=1'],
    ['manifest-720.mpd', 'application/dash+xml', 'public, max-age=300'],
    ['manifest-360.mpd', 'application/dash+xml', 'public, max-age=1'],
  ] as const) {
    const { status, headers } = await origin.get(file);
    t.equal(status, 200);
    t.match(
      headers,
      {
        'content-type': type,
        'cache-control': caching,
        vary: 'Accept-Encoding',
        etag: /^"[\w-]+"$/,
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
      },
      file,
    );
  }
  t.equal((await origin.get('v2/index.m3u8')).status, 404);
});

t.test('published copies are sent as they are, each with its own tag', async (t) => {
  const origin = await startOrigin(t);
  const gz = gzipSync(finished, { level: 1 });
  const br = brotliCompressSync(finished);
  await origin.put(playlist, finished);
  await origin.put(`${playlist}.gz`, gz);
  await origin.put(`${playlist}.br`, br);
  const tags = new Map<string, string>();
  for (const [accept, encoding, expected] of [
    ['gzip', 'gzip', gz],
    ['br, gzip', 'br', br],
    ['br;q=0.1, gzip', 'gzip', gz],
    ['identity', undefined, Buffer.from(finished)],
    ['', undefined, Buffer.from(finished)],
  ] as const) {
    const response = await origin.get(playlist, { 'Accept-Encoding': accept });
    t.equal(response.headers['content-encoding'], encoding, accept);
    t.ok(response.body.equals(expected), accept);
    t.equal(response.headers['content-length'], String(expected.length));
    t.equal(response.headers['vary'], 'Accept-Encoding');
    tags.set(encoding ?? 'identity', String(response.headers.etag));
  }
  t.equal(new Set(tags.values()).size, 3);
  for (const [encoding, etag] of tags) {
    const same = await origin.get(playlist, { 'Accept-Encoding': encoding, 'If-None-Match': etag });
    t.equal(same.status, 304, encoding);
    t.match(same.headers, { etag: etag, vary: 'Accept-Encoding', 'cache-control': 'public, max-age=300' });
    t.equal(
      (await origin.get(playlist, { 'Accept-Encoding': encoding === 'br' ? 'gzip' : 'br', 'If-None-Match': etag }))
        .status,
      200,
      'the tag of another encoding',
    );
  }
  t.equal((await origin.get(playlist, { 'Accept-Encoding': 'gzip', 'If-Match': String(tags.get('br')) })).status, 412);
  const head = await origin.get(playlist, { 'Accept-Encoding': 'gzip' }, { method: 'HEAD' });
  t.match(head.headers, { 'content-length': String(gz.length), 'content-encoding': 'gzip', etag: tags.get('gzip') });
  t.equal(head.body.length, 0);
  t.equal((await origin.get(playlist, { 'Accept-Encoding': 'identity;q=0, *;q=0' })).status, 406);
  const range = await origin.get(playlist, { Range: 'bytes=0-9' });
  t.match(range, { status: 200, headers: { 'accept-ranges': 'none' } }, 'ranges of manifests are not offered');
});

t.test('without copies it is compressed here, once', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(playlist, finished);
  const [first, second] = await Promise.all([0, 1].map(() => origin.get(playlist, { 'Accept-Encoding': 'gzip' })));
  t.equal(gunzipSync(first?.body as Buffer).toString(), finished);
  t.same(first?.body, second?.body);
  const br = await origin.get(playlist, { 'Accept-Encoding': 'br' });
  t.equal(brotliDecompressSync(br.body).toString(), finished);
  await origin.get(playlist, { 'Accept-Encoding': 'br' });
  t.equal(origin.storage.asked('read').filter((key) => key.endsWith('.gz')).length, 1);
  t.equal(origin.storage.asked('read').filter((key) => key.endsWith('.br')).length, 1);
});

t.test('a copy that is not of this manifest is never sent: old, damaged or empty', async (t) => {
  const copies: Record<string, Buffer> = {
    older: gzipSync(growing(3)),
    damaged: Buffer.from('not gzip'),
    cut: gzipSync(finished).subarray(0, 40),
    empty: Buffer.alloc(0),
  };
  for (const [name, copy] of Object.entries(copies)) {
    const origin = await startOrigin(t);
    await origin.put(playlist, finished);
    await origin.put(`${playlist}.gz`, copy);
    const response = await origin.get(playlist, { 'Accept-Encoding': 'gzip' });
    t.equal(response.headers['content-encoding'], 'gzip', name);
    t.equal(gunzipSync(response.body).toString(), finished, name);
  }
});

t.test('a copy that is a bomb is not unpacked', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(playlist, finished);
  const member = gzipSync(Buffer.alloc(1024 ** 2));
  await origin.put(`${playlist}.gz`, Buffer.concat(Array.from({ length: 600 }, () => member)));
  const before = process.resourceUsage().maxRSS;
  const response = await origin.get(playlist, { 'Accept-Encoding': 'gzip' });
  t.equal(gunzipSync(response.body).toString(), finished);
  t.ok(process.resourceUsage().maxRSS - before < 200 * 1024, 'KiB of memory at the peak');
});

t.test('a growing playlist is new after a second, its encodings included', async (t) => {
  const origin = await startOrigin(t);
  const key = publishedKey(origin.assetId, origin.versionId, playlist);
  const read = async (accept: string): Promise<string> => {
    const { body, headers } = await origin.get(playlist, { 'Accept-Encoding': accept });
    return (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  };
  await origin.put(playlist, growing(1));
  await origin.put(`${playlist}.gz`, gzipSync(growing(1)));
  t.equal(await read('gzip'), growing(1));
  await origin.put(playlist, growing(2));
  origin.clock.advance(999);
  t.equal(await read('identity'), growing(1), 'from memory');
  t.equal(origin.storage.asked('stat').length, 1);
  origin.clock.advance(1);
  t.equal(await read('identity'), growing(2));
  t.equal(await read('gzip'), growing(2), 'although the copy is still the old one');
  await origin.put(playlist, finished);
  origin.clock.advance(1000);
  const last = await origin.get(playlist);
  t.equal(last.body.toString(), finished);
  t.equal(last.headers['cache-control'], 'public, max-age=300');
  const reads = origin.storage.asked('read').filter((asked) => asked === key).length;
  origin.clock.advance(5000);
  await read('identity');
  t.equal(
    origin.storage.asked('read').filter((asked) => asked === key).length,
    reads,
    'not read again when it is the same',
  );
  await origin.storage.delete(key);
  origin.clock.advance(1000);
  t.equal((await origin.get(playlist)).status, 404);
});

t.test('a crowd costs storage one look', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(playlist, finished);
  await origin.get(playlist);
  origin.clock.advance(1000);
  origin.storage.operations.length = 0;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  origin.storage.before = () => gate;
  const crowd = Array.from({ length: 50 }, () => origin.get(playlist));
  const joined = async (): Promise<number> =>
    (await origin.metric('dramabox_origin_cache_lookups_total{cache="manifests",result="joined"}')) ?? 0;
  await until('all look at once', async () => (await joined()) >= 49);
  open();
  for (const response of await Promise.all(crowd)) t.equal(response.status, 200);
  t.equal(origin.storage.operations.length, 1);
});

t.test('while storage fails, what is in memory is served on, and the rest is 503', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(playlist, growing(2));
  await origin.get(playlist);
  origin.storage.before = () => {
    throw new Error('EIO at /secret');
  };
  origin.clock.advance(5000);
  const stale = await origin.get(playlist, { 'Accept-Encoding': 'gzip' });
  t.equal(gunzipSync(stale.body).toString(), growing(2));
  t.ok(origin.log.some((line) => line.includes('served on')));
  const other = await origin.get('master.m3u8');
  t.equal(other.status, 503);
  t.notMatch(other.body.toString(), /secret/);
  origin.storage.before = undefined;
  await origin.put(playlist, finished);
  origin.clock.advance(1000);
  t.equal((await origin.get(playlist)).body.toString(), finished);
});

t.test('manifests are the same bytes for every viewer', async (t) => {
  const origin = await startOrigin(t);
  await origin.put('master.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv1/index.m3u8\n');
  const one = await origin.get('master.m3u8');
  const other = await rawRequest(
    origin.port,
    origin.path('master.m3u8', { token: origin.sign({ sessionId: 'session_other' }) }),
  );
  t.same(other.body, one.body);
  t.equal(other.headers.etag, one.headers.etag);
  t.notMatch(one.body.toString(), origin.token);
});
