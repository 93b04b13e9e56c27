import t, { type Test } from 'tap';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Upload } from 'tus-js-client';
import { createReadStream } from 'node:fs';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { createFirstAdmin } from '../../control-api/sign-in/passwords/first-admin.ts';
import { openDatabase } from '../boot/database.ts';
import { createLogger } from '../kit/logger.ts';
import { DiskStorage } from '../storage/disk.ts';
import { until } from '../testing/until.ts';
import { Client, type AssetView } from './testing/client.ts';
import { makeClip } from './testing/clips.ts';
import { ServerProcess } from './testing/process.ts';
import { publishedFiles } from './testing/published.ts';
import { adminEmail, adminPassword, testSettings } from './testing/server.ts';

/** A data folder with an administrator, and servers on it that can be killed. */
async function site(
  t: Test,
): Promise<{ readonly config: Config; start(): Promise<{ server: ServerProcess; client: Client }> }> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'dramabox-kill-'));
  const settings = testSettings(dataDir);
  const config = loadConfig({
    overrides: {
      ...settings,
      queue: { leaseSeconds: 2 },
      encode: { chunkSeconds: 4, firstChunkSeconds: 4, concurrency: 1 },
    },
  });
  const database = openDatabase(config, createLogger({ level: 'silent' }));
  await database.migrate();
  await createFirstAdmin(database.db, { email: adminEmail, password: adminPassword });
  await database.close();
  let running: ServerProcess | undefined;
  t.teardown(async () => {
    await running?.end('SIGKILL');
    await rm(dataDir, { recursive: true });
  });
  return {
    config,
    async start() {
      running = await ServerProcess.start(config);
      return { server: running, client: await Client.signIn(running.url, adminEmail, adminPassword) };
    },
  };
}

interface Progress extends AssetView {
  readonly versions: readonly { readonly state: string; readonly work: { readonly progress: number } }[];
}

t.test('a server killed in the middle of an encode goes on by itself, with the same output', async (t) => {
  const file = await makeClip(t, { seconds: 24, width: 640, height: 360, rate: '24' });

  const calm = await site(t);
  const undisturbed = await calm.start();
  const calmId = await undisturbed.client.upload(file);
  await undisturbed.client.waitFor(calmId, ['ready', 'failed']);
  t.equal(await undisturbed.server.end('SIGTERM'), 0, 'an idle server ends cleanly on SIGTERM');
  const expected = await publishedFiles(new DiskStorage(calm.config.storage), calmId);

  const rough = await site(t);
  let { server, client } = await rough.start();
  const id = await client.upload(file);
  // Killed twice: while its first chunk is encoded, and when it is playable but not complete.
  for (const moment of [
    (asset: Progress) => asset.versions[0]?.state === 'encoding',
    (asset: Progress) => asset.state === 'playable',
  ]) {
    const asset = await until(
      'the moment to kill',
      async () => {
        const seen = (await client.asset(id)) as Progress;
        if (['ready', 'failed'].includes(seen.state)) throw new Error(`${seen.state} before the kill`);
        return moment(seen) ? seen : undefined;
      },
      { timeoutMs: 120_000, everyMs: 20 },
    );
    t.not(asset.state, 'ready', `killed while ${asset.state}`);
    await server.end('SIGKILL');
    ({ server, client } = await rough.start());
  }
  const asset = await client.waitFor(id, ['ready', 'failed']);
  t.equal(asset.state, 'ready', 'it completes after the restart');
  await server.end('SIGTERM');
  t.same(
    await publishedFiles(new DiskStorage(rough.config.storage), id),
    expected,
    'every published file is the same as without the kills',
  );
  t.same(await readdir(path.join(rough.config.dataDir, 'scratch')), [], 'no scratch file is left');
});

t.test('an upload goes on after the server was killed', async (t) => {
  const file = await makeClip(t, { seconds: 6, width: 640, height: 360, rate: '24' });
  const { size } = await stat(file);
  const { start } = await site(t);
  const first = await start();

  const upload = (
    client: Client,
    options: { readonly uploadUrl?: string; readonly onSent?: (bytes: number, url: string) => void },
  ) =>
    new Promise<string>((resolve, reject) => {
      let assetId = '';
      const running: Upload = new Upload(createReadStream(file) as never, {
        endpoint: `${client.url}/api/v1/uploads`,
        uploadSize: size,
        chunkSize: Math.ceil(size / 8),
        retryDelays: [],
        ...(options.uploadUrl === undefined ? {} : { uploadUrl: options.uploadUrl }),
        headers: { authorization: `Bearer ${client.accessToken}` },
        metadata: { filename: 'clip.mp4', filetype: 'video/mp4' },
        onChunkComplete: (_chunk, sent) => options.onSent?.(sent, running.url ?? ''),
        onAfterResponse: (_request, response) => {
          assetId = response.getHeader('Dramabox-Asset') ?? assetId;
        },
        onError: reject,
        onSuccess: () => resolve(assetId),
      });
      running.start();
    });

  let uploadPath = '';
  await t.rejects(
    upload(first.client, {
      onSent: (sent, url) => {
        if (uploadPath === '' && sent > size / 3) {
          uploadPath = new URL(url).pathname;
          void first.server.end('SIGKILL');
        }
      },
    }),
    'the upload breaks off with the server',
  );
  await first.server.end('SIGKILL');

  const second = await start();
  const head = await fetch(`${second.client.url}${uploadPath}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${second.client.accessToken}`, 'tus-resumable': '1.0.0' },
  });
  const kept = Number(head.headers.get('upload-offset'));
  t.ok(kept >= size / 3 && kept < size, `${kept} of ${size} bytes are kept`);
  const id = await upload(second.client, { uploadUrl: `${second.client.url}${uploadPath}` });
  const asset = await second.client.waitFor(id, ['ready', 'failed']);
  t.equal(asset.state, 'ready', 'the asset is made of both halves');
  const { body } = await second.client.request<{ items: unknown[] }>('GET', '/api/v1/assets');
  t.equal(body.items.length, 1, 'one upload makes one asset');
  await second.server.end('SIGTERM');
});

t.test('bytes whose checksum a killed server had not verified are not continued from', async (t) => {
  const { config, start } = await site(t);
  const first = await start();
  const headers = (client: Client) => ({ authorization: `Bearer ${client.accessToken}`, 'tus-resumable': '1.0.0' });
  const file = randomBytes(300_000);
  const made = await fetch(`${first.client.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...headers(first.client), 'upload-length': String(file.length) },
  });
  const uploadPath = made.headers.get('location') ?? '';
  const patch = (offset: number, end: number) => ({
    method: 'PATCH',
    headers: {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      'content-length': String(end - offset),
      'upload-checksum': `sha1 ${createHash('sha1').update(file.subarray(offset, end)).digest('base64')}`,
    },
  });
  const send = async ({ client }: { readonly client: Client }, offset: number, end: number) => {
    const { method, headers: own } = patch(offset, end);
    return fetch(`${client.url}${uploadPath}`, {
      method,
      headers: { ...headers(client), ...own },
      body: new Uint8Array(file.subarray(offset, end)),
    });
  };
  t.equal((await send(first, 0, 100_000)).status, 204);

  const { method, headers: own } = patch(100_000, file.length);
  const killed = request(`${first.client.url}${uploadPath}`, { method, headers: { ...headers(first.client), ...own } });
  killed.on('error', () => undefined);
  killed.write(file.subarray(100_000, 200_000));
  const stored = path.join(config.storage.path, 'sources', path.basename(uploadPath));
  const spooled = async () => {
    let bytes = 0;
    const scratch = path.join(config.dataDir, 'scratch');
    for (const entry of await readdir(scratch, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
    return bytes;
  };
  await until('bytes without their checksum are on the disk', async () => (await spooled()) > 0);
  await first.server.end('SIGKILL');

  t.equal((await stat(stored)).size, 100_000, 'but not in the storage');

  const second = await start();
  t.equal(await spooled(), 0, 'the next start removes them');
  const head = await fetch(`${second.client.url}${uploadPath}`, { method: 'HEAD', headers: headers(second.client) });
  t.equal(head.headers.get('upload-offset'), '100000', 'it continues behind the last verified byte');
  t.match((await send(second, 100_000, file.length)).headers.get('dramabox-asset'), /^asset_/);
  t.ok((await readFile(stored)).equals(file));
  await second.server.end('SIGTERM');
});

t.test('a stop finishes the chunks in hand and leaves the rest to the next start', async (t) => {
  const file = await makeClip(t, { seconds: 12, width: 320, height: 240, rate: '24' });
  const { config, start } = await site(t);
  const first = await start();
  const id = await first.client.upload(file);
  await until('encoding has begun', async () =>
    ['encoding', 'playable', 'complete'].includes(
      ((await first.client.asset(id)) as Progress).versions[0]?.state ?? '',
    ),
  );
  t.equal(await first.server.end('SIGTERM'), 0, 'it ends by itself, and well');
  t.same(await readdir(path.join(config.dataDir, 'scratch')), [], 'no scratch file is left');
  const second = await start();
  t.equal((await second.client.waitFor(id, ['ready', 'failed'])).state, 'ready');
  await second.server.end('SIGTERM');
});
