import t from 'tap';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Client } from './testing/client.ts';
import { defaultTools, makeClip } from './testing/clips.ts';
import { startTestServer } from './testing/server.ts';

t.test('files that must be refused are, with a code and a sentence', async (t) => {
  const { ffmpeg } = await defaultTools();
  const secret = await makeClip(t, { seconds: 3, width: 160, height: 120, rate: '10' }, 'victim.mp4');
  const folder = path.dirname(secret);
  const make = (name: string, content: string | Buffer): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const whole = readFileSync(secret);
  const soundOnly = path.join(folder, 'sound.mp4');
  execFileSync(ffmpeg.path, ['-nostdin', '-v', 'error', '-i', secret, '-vn', '-c', 'copy', soundOnly]);
  const hostile: readonly (readonly [file: string, code: RegExp])[] = [
    [
      make('hls.mp4', `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${secret}\n#EXT-X-ENDLIST\n`),
      /^media_(unrecognized|format_not_allowed)$/,
    ],
    [make('concat.mp4', `ffconcat version 1.0\nfile '${secret}'\n`), /^media_(unrecognized|format_not_allowed)$/],
    [
      make('remote.mp4', '#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:1/secret\n#EXT-X-ENDLIST\n'),
      /^media_(unrecognized|format_not_allowed)$/,
    ],
    [make('text.mp4', 'This is no video.\n'.repeat(100)), /^media_(unrecognized|format_not_allowed)$/],
    [make('empty.mp4', ''), /^media_empty$/],
    [make('cut.mp4', whole.subarray(0, Math.floor(whole.length / 2))), /^media_damaged$/],
    [soundOnly, /^media_no_video$/],
  ];
  const { client, config } = await startTestServer(t, { media: { maxPixels: 4096 * 2304 } });
  for (const [file, code] of hostile) {
    const id = await client.upload(file, { filename: path.basename(file) });
    const asset = await client.waitFor(id, ['failed', 'ready', 'playable']);
    t.equal(asset.state, 'failed', `${path.basename(file)} is refused`);
    t.match(asset.error?.code, code, `${path.basename(file)}: ${asset.error?.code}`);
    t.match(asset.error?.message, /^[A-Z].{10,}/, `${path.basename(file)}: "${asset.error?.message}"`);
    t.notMatch(JSON.stringify(asset), folder, 'no path of the server is shown');
  }
  t.same(
    readdirSync(path.join(config.storage.path)).filter((name) => name === 'assets'),
    [],
    'nothing of them was published',
  );
});

t.test('a picture of absurd dimensions is refused before it is decoded', async (t) => {
  const { ffmpeg } = await defaultTools();
  const file = path.join(t.testdir(), 'huge.mkv');
  execFileSync(ffmpeg.path, [
    '-nostdin',
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'color=size=9000x9000:rate=1:duration=1',
    '-c:v',
    'ffv1',
    file,
  ]);
  const { client } = await startTestServer(t);
  const asset = await client.waitFor(await client.upload(file, { filename: 'huge.mkv', type: 'video/x-matroska' }), [
    'failed',
    'ready',
  ]);
  t.equal(asset.error?.code, 'media_too_large_picture');
});

t.test('so is one that grows to them after a small beginning', async (t) => {
  const { ffmpeg } = await defaultTools();
  const folder = t.testdir();
  const part = (size: string, seconds: number): Buffer => {
    const file = path.join(folder, `${size}.ts`);
    const picture = `color=gray:size=${size}:rate=10:duration=${seconds}`;
    const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-pix_fmt', 'yuv420p'];
    execFileSync(ffmpeg.path, ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', picture, ...codec, file]);
    return readFileSync(file);
  };
  const file = path.join(folder, 'growing.ts');
  writeFileSync(file, Buffer.concat([part('320x180', 6), part('8192x4352', 1)]));
  const { client } = await startTestServer(t);
  const id = await client.upload(file, { filename: 'growing.ts', type: 'video/mp2t' });
  const asset = await client.waitFor(id, ['failed', 'ready']);
  t.match(asset.error, { code: 'media_too_large_picture', message: /becomes 8192x4352/ });
});

t.test('names are only names', async (t) => {
  const file = await makeClip(t, { seconds: 2, width: 160, height: 120, rate: '10', channels: 0 });
  const { client, config } = await startTestServer(t);
  for (const filename of [
    '../../../etc/passwd.mp4',
    'a"b\'c;$(touch x)`.mp4',
    'line\nbreak\r\n.mp4',
    '-i /etc/passwd.mp4',
    '<img src=x onerror=alert(1)>.mp4',
    '\u202Egpj.exe\u0007.mp4',
  ]) {
    const asset = await client.waitFor(await client.upload(file, { filename }), ['ready', 'failed']);
    t.equal(asset.state, 'ready', `${JSON.stringify(filename)} is processed like any other`);
  }
  const outside = readdirSync(config.dataDir).filter(
    (name) =>
      ![
        'dramabox.db',
        'dramabox.db-wal',
        'dramabox.db-shm',
        'storage',
        'keys',
        'scratch',
        'sessions.jsonl',
        'server.lock',
        'server.lock-journal',
      ].includes(name),
  );
  t.same(outside, [], 'nothing was written outside of the known places');
});

/** A request whose path goes out as it is, not as a URL parser would tidy it. */
function raw(url: string, requestPath: string): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    http
      .get({ hostname, port, path: requestPath, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response
          .on('data', (part: Buffer) => parts.push(part))
          .on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      })
      .on('error', reject);
  });
}

t.test('a playback URL opens its own version and nothing else', async (t) => {
  const file = await makeClip(t, { seconds: 2, width: 160, height: 120, rate: '10', channels: 1 });
  const { client, url, config } = await startTestServer(t);
  const [mine, theirs] = await Promise.all([client.upload(file), client.upload(file)]);
  await Promise.all([client.waitFor(mine, ['ready']), client.waitFor(theirs, ['ready'])]);
  const own = new URL((await client.play(mine)).hls).pathname;
  const other = new URL((await client.play(theirs)).hls).pathname;
  const [, , token, asset, version] = own.split('/');
  const [, , , otherAsset, otherVersion] = other.split('/');
  const master = await raw(url, own);
  t.equal(master.status, 200, 'the URL that was given works');
  const folders = readdirSync(path.join(config.storage.path, 'assets', mine, version ?? ''), {
    withFileTypes: true,
  }).filter((entry) => entry.isDirectory());
  const rendition = folders[0]?.name ?? '';
  const files = [
    'master.m3u8',
    'manifest.mpd',
    `${rendition}/index.m3u8`,
    `${rendition}/init.mp4`,
    `${rendition}/00001.m4s`,
  ];
  for (const name of files) {
    t.equal((await raw(url, `/s/${token}/${asset}/${version}/${name}`)).status, 200, `${name} is served`);
    const swaps: readonly string[] = [
      `/s/${token}/${otherAsset}/${otherVersion}/${name}`,
      `/s/${token}/${asset}/${otherVersion}/${name}`,
      `/s/${token}/${otherAsset}/${version}/${name}`,
      `/s/${token}/${asset}/${version}/../../${otherAsset}/${otherVersion}/${name}`,
      `/s/${token}/${asset}/${version}/..%2F..%2F${otherAsset}%2F${otherVersion}%2F${name}`,
      `/s/${token}/${asset}/${version}/%2e%2e/%2e%2e/${otherAsset}/${otherVersion}/${name}`,
      `/s/${token}/${asset}/${version}/%252e%252e%252f${name}`,
      `/s/${token}/${asset}/${version}/..%5c..%5c${name}`,
      `/s/${token}/${asset}/${version}//${name}`,
      `/s/${token}/${asset}/${version}/${name}%00`,
      `/s/${token}/${asset?.toLowerCase()}/${version}/${name}`,
      `/s/${token?.slice(0, -2)}/${asset}/${version}/${name}`,
      `/s//${asset}/${version}/${name}`,
      `/${asset}/${version}/${name}`,
      `/assets/${asset}/${version}/${name}`,
      `/s/${token}/${otherAsset}/${otherVersion}/${name}?a=/${asset}/${version}/${name}`,
      `http://elsewhere/s/${token}/${otherAsset}/${otherVersion}/${name}`,
    ];
    for (const swap of swaps) {
      const { status, body } = await raw(url, swap);
      t.ok([400, 401, 403, 404].includes(status), `${status} for ${swap.replaceAll(token ?? '', '<token>')}`);
      t.notMatch(body.toString('latin1'), /#EXTM3U|<MPD|ftyp|moof/, 'and nothing of the stream');
    }
  }
  const { status } = await raw(url, `/s/${token}/${asset}/${version}/../../../../dramabox.db`);
  t.equal(status, 404, 'the database is no segment');
});

t.test('a session that was stopped plays no more', async (t) => {
  const file = await makeClip(t, { seconds: 2, width: 160, height: 120, rate: '10', channels: 0 });
  const { client, url } = await startTestServer(t);
  const id = await client.upload(file);
  await client.waitFor(id, ['ready']);
  const { body: viewer } = await client.request<{ id: string }>('POST', '/api/v1/accounts', {
    email: 'viewer@example.com',
    password: 'a viewer of dramas',
  });
  t.ok(viewer.id, 'a viewer exists');
  const watching = await Client.signIn(url, 'viewer@example.com', 'a viewer of dramas');
  await t.rejects(watching.play(id), /404/, 'what is not released is not there');
  const title = await client.publish(id);
  const session = await watching.play(id);
  t.equal((await fetch(session.hls)).status, 200, 'it plays');
  t.equal((await watching.request('GET', '/api/v1/assets')).status, 403, 'a viewer sees no admin list');
  t.equal((await watching.request('DELETE', `/api/v1/assets/${id}`)).status, 403, 'a viewer deletes nothing');
  t.equal(
    (await client.request('DELETE', `/api/v1/playback/sessions/${session.sessionId}`)).status,
    204,
    'an administrator ends it',
  );
  t.equal((await fetch(session.hls)).status, 403, 'the same URL is dead at once');
  const again = await watching.play(id);
  t.equal((await client.request('DELETE', `/api/v1/assets/${id}`)).status, 409, 'a title has it');
  await client.request('DELETE', `/api/v1/catalogue/titles/${title}`);
  t.equal((await client.request('DELETE', `/api/v1/assets/${id}`)).status, 204);
  t.not((await fetch(again.hls)).status, 200, 'a deleted title plays no more');
});
