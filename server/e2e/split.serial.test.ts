import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { Upload } from 'tus-js-client';
import { DiskStorage } from '../storage/disk.ts';
import { until } from '../testing/until.ts';
import { Client, type AssetView } from './testing/client.ts';
import { defaultTools, makeClip } from './testing/clips.ts';
import { fetchText } from './testing/media.ts';
import { checkPresentation } from './testing/presentation.ts';
import { publishedFiles } from './testing/published.ts';
import { adminEmail, adminPassword, startTestServer } from './testing/server.ts';
import { Split } from './testing/split.ts';

const clip = { seconds: 24, width: 640, height: 360, rate: '24' } as const;

interface Progress extends AssetView {
  readonly versions: readonly { readonly state: string }[];
}

/** What the same file becomes in one process on the embedded backends. */
async function publishedByOne(t: Test, file: string): Promise<ReadonlyMap<string, string>> {
  const { client, config } = await startTestServer(t);
  const id = await client.upload(file);
  const asset = await client.waitFor(id, ['ready', 'failed']);
  t.equal(asset.state, 'ready', JSON.stringify(asset.error));
  return publishedFiles(new DiskStorage(config.storage), id);
}

/** Uploads as an app does that goes on after every failure, through whatever server answers. */
function uploadStubbornly(
  client: Client,
  file: string,
  bytes: number,
  onSent: (sent: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let assetId = '';
    const upload = new Upload(createReadStream(file) as never, {
      endpoint: `${client.url}/api/v1/uploads`,
      uploadSize: bytes,
      chunkSize: Math.ceil(bytes / 8),
      retryDelays: [100, 500, 1000, 2000, 4000, 8000],
      headers: { authorization: `Bearer ${client.accessToken}` },
      metadata: { filename: 'clip.mp4', filetype: 'video/mp4' },
      onChunkComplete: (_chunk, sent) => onSent(sent),
      onAfterResponse: (_request, response) => {
        assetId = response.getHeader('Dramabox-Asset') ?? assetId;
      },
      onError: reject,
      onSuccess: () => resolve(assetId),
    });
    upload.start();
  });
}

/** A player that reads one rendition round and round: one that is cut off tries again, and is never refused. */
class Player {
  readonly statuses = new Map<number, number>();
  cuts = 0;
  readonly #segments: readonly string[];
  #stopped = false;
  readonly #playing: Promise<void>;

  private constructor(segments: readonly string[]) {
    this.#segments = segments;
    this.#playing = this.#play();
  }

  static async start(hls: string): Promise<Player> {
    const variant = new URL(/^[^#\s]+\.m3u8$/m.exec(await fetchText(hls))?.[0] ?? '', hls).href;
    const names = (await fetchText(variant)).match(/^[^#\s]+$/gm) ?? [];
    return new Player(names.map((name) => new URL(name, variant).href));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#playing;
  }

  async #play(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      try {
        const response = await fetch(this.#segments[turn % this.#segments.length] as string);
        this.statuses.set(response.status, (this.statuses.get(response.status) ?? 0) + 1);
        await response.arrayBuffer();
      } catch {
        this.cuts += 1;
      }
      await delay(20);
    }
  }
}

t.test('six processes over PostgreSQL, Redis and S3', async (t) => {
  const file = await makeClip(t, clip);
  const { size } = await stat(file);
  let expected: ReadonlyMap<string, string> = new Map();
  await t.test('beside one process on the embedded backends', async (t) => {
    expected = await publishedByOne(t, file);
  });
  const split = await Split.start(t);
  if (!split) return;
  const client = await Client.signIn(split.url, adminEmail, adminPassword);
  let calmId = '';

  await t.test('make of an upload what one process makes of it, byte for byte', async (t) => {
    calmId = await client.upload(file);
    const asset = await client.waitFor(calmId, ['ready', 'failed']);
    if (!t.equal(asset.state, 'ready', JSON.stringify(asset.error))) return;
    t.same(await publishedFiles(split.storage, calmId), expected);
    const tools = await defaultTools();
    const urls = await client.play(calmId);
    const paths = { ffmpeg: tools.ffmpeg.path, ffprobe: tools.ffprobe.path };
    await checkPresentation(t, paths, urls, { frames: 576, rungs: 2, aspect: 16 / 9, audio: true });
  });

  await t.test('lose nothing when processes of every role are killed and Redis is restarted', async (t) => {
    const playback = await client.play(calmId);
    const player = await Player.start(playback.hls);
    let killed = false;
    const id = await uploadStubbornly(client, file, size, (sent) => {
      if (killed || sent < size / 3) return;
      killed = true;
      void split.kill('control-api', 1);
    });
    t.ok(killed, 'a control API was killed in mid-upload');
    await split.launch('control-api', 1);

    const state = async () => ((await client.asset(id)) as Progress).versions[0]?.state ?? '';
    await until('it is being encoded', async () => ['encoding', 'playable'].includes(await state()), { everyMs: 50 });
    await split.kill('transcoder', 1);
    await split.redis.kill();
    await split.kill('origin', 1);
    const before = player.statuses.get(200) ?? 0;
    await until('the player goes on meanwhile', () => (player.statuses.get(200) ?? 0) > before + 20);
    await split.redis.start();
    await Promise.all([split.launch('origin', 1), split.launch('transcoder', 1)]);

    const asset = await client.waitFor(id, ['ready', 'failed']);
    t.equal(asset.state, 'ready', JSON.stringify(asset.error));
    t.same(await publishedFiles(split.storage, id), expected, 'published once, as without the kills');
    const { body } = await client.request<{ items: unknown[] }>('GET', '/api/v1/assets');
    t.equal(body.items.length, 2, 'one upload makes one title');

    await player.stop();
    t.strictSame([...player.statuses.keys()], [200], `never refused; cut off ${player.cuts} times`);
  });

  await t.test('revoke a stream at every origin', async (t) => {
    const { sessionId, hls } = await client.play(calmId);
    const here = split.urls('origin').map((url) => `${url}${new URL(hls).pathname}`);
    for (const url of here) t.equal((await fetch(url)).status, 200);
    t.equal((await client.request('DELETE', `/api/v1/playback/sessions/${sessionId}`)).status, 204);
    const endedAt = performance.now();
    for (const url of here) await until('it is refused', async () => (await fetch(url)).status === 403);
    t.comment(`refused everywhere after ${Math.round(performance.now() - endedAt)} ms`);
  });

  t.strictSame([...new Set(await split.stop())], [0], 'all of them end well');
});
