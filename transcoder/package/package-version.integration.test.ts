import { Semaphore } from '../../server/kit/semaphore.ts';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import hlsParser from 'hls-parser';
import type { types } from 'hls-parser';
import { parse as parseMpd } from 'mpd-parser';
import t, { type Test } from 'tap';
import { createLogger } from '../../server/kit/logger.ts';
import { until } from '../../server/testing/until.ts';
import { tools as installedTools } from '../testing/clips.ts';
import { readInitSegment } from './init-segment.ts';
import { readMediaSegment } from './media-segment.ts';
import { packageVersion, type PackageVersionOptions } from './package-version.ts';
import { encodeTitle, readPieces, type EncodedTitle } from './testing/encoded-title.ts';
import { audioFrameTicks, frameTicks } from '../timeline.ts';
import { PublishedFiles, servePublished } from './testing/published-files.ts';

// Some twenty seconds on a machine of its own; other tests run beside it.

const run = promisify(execFile);
const tools = await installedTools();
const prefix = 'assets/a/v/';
const logger = createLogger({ level: 'silent' });

const media = t.testdir({ usual: {}, film: {} });
const [usual, film] = await Promise.all([
  // The first chunk is one segment, the last one ends in the middle of a GOP.
  encodeTitle(tools.ffmpeg.path, path.join(media, 'usual'), {
    frameRate: { num: 24, den: 1 },
    gopFrames: 24,
    segmentFrames: 48,
    chunks: [48, 96, 20],
    languages: ['en', 'de'],
  }),
  // Frames of 3753.75 ticks, and a last chunk of a single frame.
  encodeTitle(tools.ffmpeg.path, path.join(media, 'film'), {
    frameRate: { num: 24_000, den: 1001 },
    gopFrames: 24,
    segmentFrames: 48,
    chunks: [48, 96, 1],
    videoRenditions: 1,
  }),
]);

/** Packages a title into a storage with the test's own scratch folder, which must be empty afterwards. */
async function packageTitle(
  t: Test,
  title: EncodedTitle,
  storage: PublishedFiles,
  options: Partial<PackageVersionOptions> = {},
) {
  const scratchDir = path.join(t.testdirName, 'scratch');
  await mkdir(scratchDir, { recursive: true });
  try {
    return await packageVersion({
      plan: title.plan,
      assetId: 'a',
      versionId: 'v',
      storage,
      tools,
      limit: new Semaphore({ atOnce: 2 }),
      scratchDir,
      pieces: (name) => readPieces(title, name),
      signal: new AbortController().signal,
      logger,
      ...options,
    });
  } finally {
    t.same(await readdir(scratchDir), [], 'nothing is left in the scratch folder');
  }
}

const playlistOf = (text: string): types.MediaPlaylist => hlsParser.parse(text) as types.MediaPlaylist;

/** MD5 of every decoded video frame, in order, after making sure that ffmpeg had nothing to complain about. */
async function frameHashes(t: Test, input: string, extra: readonly string[] = []): Promise<readonly string[]> {
  const { stdout, stderr } = await run(
    tools.ffmpeg.path,
    [
      '-nostdin',
      '-v',
      'error',
      ...extra,
      '-i',
      input,
      '-map',
      '0:v:0',
      '-fps_mode',
      'passthrough',
      '-f',
      'framemd5',
      '-',
    ],
    { maxBuffer: 16 << 20 },
  );
  t.equal(stderr, '', `${path.basename(input)} decodes without a complaint`);
  return stdout
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
}

/** Decoded frames of one kind and where they begin. */
async function count(input: string, kind: 'v' | 'a'): Promise<{ frames: number; start: number }> {
  const { stdout } = await run(tools.ffprobe.path, [
    '-v',
    'error',
    '-count_frames',
    '-select_streams',
    `${kind}:0`,
    '-show_entries',
    'stream=start_time,nb_read_frames',
    '-of',
    'json',
    input,
  ]);
  const { streams } = JSON.parse(stdout) as { streams: { start_time: string; nb_read_frames: string }[] };
  return { frames: Number(streams[0]?.nb_read_frames), start: Number(streams[0]?.start_time) };
}

for (const [name, title] of Object.entries({ usual, film })) {
  t.test(`${name}: what is published is what was encoded`, async (t) => {
    t.testdir({});
    const storage = new PublishedFiles();
    const progress = new Map<string, number>();
    const result = await packageTitle(t, title, storage, {
      onProgress: ({ renditionName, unitsPackaged }) => progress.set(renditionName, unitsPackaged),
    });
    const files = await storage.contents(prefix);
    const file = (key: string): Buffer => files.get(key) ?? Buffer.alloc(0);
    const server = await servePublished(storage);
    t.teardown(() => server.close());
    const { plan } = title;

    for (const { name: rendition, width, height } of plan.video) {
      const measured = result.renditions.find((each) => each.name === rendition);
      t.match(measured, { kind: 'video', codec: 'avc1.4d401e', frames: plan.frames });
      t.equal(progress.get(rendition), plan.frames);
      const init = readInitSegment(file(`${rendition}/init.mp4`));
      t.match(init, { width, height });
      const { segments } = playlistOf(file(`${rendition}/index.m3u8`).toString());
      let next = 0;
      let bytes = 0;
      for (const segment of segments) {
        const data = file(`${rendition}/${segment.uri}`);
        bytes += data.length;
        const fragments = readMediaSegment(data, init);
        t.ok(
          fragments.every(({ samples }) => samples[0]?.compositionOffset === 0),
          `${segment.uri}: tfdt is when the first picture is shown`,
        );
        t.equal(fragments[0]?.samples[0]?.sync, true, `${segment.uri} begins on a key frame`);
        for (const { decodeTime, durationTicks } of fragments) {
          t.equal(decodeTime, next, `${segment.uri}: tfdt is the sum of durations`);
          next += durationTicks;
        }
      }
      t.equal(measured?.bytes, bytes);
      const source = path.join(t.testdirName, `${rendition}.ts`);
      await writeFile(source, await allBytes(title, rendition));
      const encoded = await frameHashes(t, source);
      const decoded = await frameHashes(t, `${server.url}${prefix}${rendition}/index.m3u8`);
      t.equal(encoded.length, plan.frames);
      t.same(decoded, encoded, `${rendition}: every frame of the HLS is the one that was encoded`);

      const keyframes = playlistOf(file(`${rendition}/iframes.m3u8`).toString());
      t.equal(
        keyframes.segments.length,
        segments.reduce((sum, { uri }) => sum + readMediaSegment(file(`${rendition}/${uri}`), init).length, 0),
      );
      for (const index of [1, keyframes.segments.length - 1]) {
        const { uri, byterange } = keyframes.segments[index] as types.Segment;
        const data = file(`${rendition}/${uri}`).subarray(byterange.offset, byterange.offset + byterange.length);
        t.equal(data.toString('latin1', 4, 8), 'moof', 'an I-frame range starts at a moof');
        const alone = path.join(t.testdirName, 'keyframe.mp4');
        await writeFile(alone, Buffer.concat([file(`${rendition}/init.mp4`), data]));
        const { stdout } = await run(tools.ffmpeg.path, [
          '-nostdin',
          '-v',
          'quiet',
          '-i',
          alone,
          '-frames:v',
          '1',
          '-f',
          'framemd5',
          '-',
        ]);
        t.match(
          stdout,
          encoded[index * plan.gopFrames] as string,
          `I-frame ${index} decodes alone to the right picture`,
        );
      }
    }
    await t.test('picture and sound are in sync where edit lists are ignored', async (t) => {
      for (const rendition of [...plan.video, ...plan.audio.flatMap(({ renditions }) => renditions)]) {
        const init = file(`${rendition.name}/init.mp4`);
        t.notOk(init.includes('elst'), `${rendition.name} has no edit list`);
        const segments = playlistOf(file(`${rendition.name}/index.m3u8`).toString()).segments;
        const whole = path.join(t.testdirName, `${rendition.name}.mp4`);
        await mkdir(t.testdirName, { recursive: true });
        await writeFile(whole, Buffer.concat([init, ...segments.map(({ uri }) => file(`${rendition.name}/${uri}`))]));
        const { stdout, stderr } = await run(
          tools.ffprobe.path,
          ['-v', 'warning', '-ignore_editlist', '1', '-of', 'json', '-show_entries', 'frame=pts', whole],
          { maxBuffer: 16 << 20 },
        );
        t.equal(stderr, '', `${rendition.name} is read without a complaint`);
        const shown = (JSON.parse(stdout) as { frames: { pts: number }[] }).frames.map(({ pts }) => pts);
        const isVideo = rendition.name.startsWith('v');
        t.equal(shown[0], 0, `${rendition.name} begins at 0`);
        const wanted = (index: number): number => (isVideo ? frameTicks(plan, index) : index * audioFrameTicks);
        // Where frames do not last whole ticks, the encoder rounds those between key frames as it likes.
        t.same(
          shown.filter((pts, index) => Math.abs(pts - wanted(index)) > 1),
          [],
          `${rendition.name}: every frame has its time`,
        );
      }
    });
    for (const { language, renditions } of plan.audio)
      for (const { name: rendition } of renditions)
        t.match(file(`${rendition}/init.mp4`).toString('latin1'), `elng\0\0\0\0${language}\0`, 'the language is in it');
    const wholeDash = await frameHashes(t, `${server.url}${prefix}manifest.mpd`);
    t.equal(wholeDash.length, plan.frames, 'the DASH has every frame');
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const sound = await count(`${server.url}${prefix}${manifest}`, 'a');
      const picture = await count(`${server.url}${prefix}${manifest}`, 'v');
      t.equal(
        sound.frames,
        result.renditions.find(({ kind }) => kind === 'audio')?.frames,
        `${manifest}: every AAC frame`,
      );
      t.same([picture.start, sound.start], [0, 0], `${manifest}: picture and sound begin at 0`);
      t.equal(picture.frames, plan.frames, `${manifest}: every frame`);
    }
    t.match(file('a0-64/index.m3u8').toString(), /#EXT-X-TARGETDURATION:2\n/);
    const cuts = playlistOf(file('a0-64/index.m3u8').toString()).segments.map(({ duration }) => duration);
    t.ok(
      cuts
        .slice(0, -1)
        .every((seconds) => Math.abs(seconds - (plan.segmentFrames * plan.frameRate.den) / plan.frameRate.num) < 0.022),
      `audio is cut where video is, in spite of its pieces: ${cuts.join(', ')}`,
    );
  });
}

async function allBytes(title: EncodedTitle, rendition: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const piece of readPieces(title, rendition)) for await (const data of piece) parts.push(data as Buffer);
  return Buffer.concat(parts);
}

/** Hands out video chunks only when told to; audio at once. */
class Gate {
  #open = 0;
  #waiting: (() => void)[] = [];

  release(chunks: number): void {
    this.#open = chunks;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async *pieces(title: EncodedTitle, name: string): AsyncGenerator<Readable> {
    for (const [index, file] of (title.files.get(name) ?? []).entries()) {
      while (name.startsWith('v') && index >= this.#open)
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      yield createReadStream(file);
    }
  }
}

t.test('the first chunk makes it playable, and it grows while the rest is under way', async (t) => {
  t.testdir({});
  const storage = new PublishedFiles();
  const gate = new Gate();
  let playable = 0;
  const packaging = packageTitle(t, usual, storage, {
    pieces: (name) => gate.pieces(usual, name),
    onPlayable: () => {
      playable++;
    },
  });
  gate.release(1);
  await until('it is playable', () => playable > 0);
  const seconds = async (rendition: string): Promise<number> =>
    playlistOf((await storage.read(`${prefix}${rendition}/index.m3u8`)).toString()).segments.reduce(
      (sum, { duration }) => sum + duration,
      0,
    );
  for (const { name } of usual.plan.video)
    t.equal(await seconds(name), 2, 'the whole first chunk, with nothing held back');
  t.ok(Math.abs((await seconds('a0-64')) - 2) < 0.022, 'sound goes no further than picture');
  const mpd = parseMpd((await storage.read(`${prefix}manifest.mpd`)).toString(), {
    manifestUri: `http://x/${prefix}manifest.mpd`,
  });
  for (const { segments } of mpd.playlists) {
    t.equal(segments.length, 1);
    for (const { resolvedUri } of segments) await storage.read(resolvedUri.replace('http://x/', ''));
  }
  t.match((await storage.read(`${prefix}master.m3u8`)).toString(), '#EXT-X-START:TIME-OFFSET=0.001');
  t.match((await storage.read(`${prefix}v90-100/index.m3u8`)).toString(), '#EXT-X-PLAYLIST-TYPE:EVENT');
  const lower = async (file: string): Promise<string> => (await storage.read(prefix + file)).toString();
  t.match(await lower('master-90.m3u8'), '#EXT-X-START:TIME-OFFSET=0.001', 'and so do the manifests of the lower rung');
  t.match(await lower('manifest-90.mpd'), 'type="dynamic"');
  t.notMatch((await lower('master-90.m3u8')) + (await lower('manifest-90.mpd')), 'v180-300');
  gate.release(2);
  await until('it has grown', async () => (await seconds('v180-300')) === 6 && (await seconds('v90-100')) === 6);
  t.match((await storage.read(`${prefix}manifest.mpd`)).toString(), 'type="dynamic"');
  gate.release(3);
  await packaging;
  t.equal(playable, 1);
  t.match((await storage.read(`${prefix}v90-100/index.m3u8`)).toString(), /PLAYLIST-TYPE:VOD[^]*ENDLIST/);
  t.match((await storage.read(`${prefix}manifest.mpd`)).toString(), 'type="static"');
  t.match(await lower('manifest-90.mpd'), 'type="static"');
  t.notMatch(await lower('master-90.m3u8'), '#EXT-X-START');
});

/** A storage that notes every playlist that got shorter or was opened again, and every segment that changed. */
class WatchedFiles extends PublishedFiles {
  readonly offences: string[] = [];
  readonly #seen = new Map<string, string>();

  override async put(key: string, body: Buffer | string): Promise<void> {
    await super.put(key, body);
    const data = Buffer.from(body);
    const state = key.endsWith('.br') ? brotliDecompressSync(data) : key.endsWith('.gz') ? gunzipSync(data) : data;
    const isList = /\.(m3u8|mpd)(\.br|\.gz)?$/.test(key);
    const before = this.#seen.get(key);
    const now = isList ? state.toString() : state.toString('hex');
    this.#seen.set(key, now);
    if (before === undefined) return;
    if (!isList && before !== now) this.offences.push(`${key} changed`);
    if (
      key.includes('index.m3u8') &&
      (entries(now) < entries(before) || (before.includes('ENDLIST') && !now.includes('ENDLIST')))
    )
      this.offences.push(`${key} went back`);
  }
}

const entries = (playlist: string): number => playlist.match(/#EXTINF/g)?.length ?? 0;

t.test('a run that dies anywhere is caught up with: the same bytes, and nothing goes backwards', async (t) => {
  t.testdir({});
  const reference = new PublishedFiles();
  await packageTitle(t, usual, reference);
  const expected = await reference.contents(prefix);

  const storage = new WatchedFiles();
  // Every run dies at a write of another kind, mostly further on than the one before.
  for (const key of [
    'a0-64/00002.m4s',
    'v90-100/index.m3u8.gz',
    'manifest-90.mpd',
    'manifest.mpd',
    'v180-300/00003.m4s',
    'master.m3u8.gz',
  ]) {
    storage.before = (operation, written) => {
      if (operation === 'put' && written === `${prefix}${key}`) throw new Error('the power failed');
    };
    await t.rejects(packageTitle(t, usual, storage), { message: 'the power failed' }, key);
  }
  storage.before = undefined;
  let playable = 0;
  await packageTitle(t, usual, storage, {
    onPlayable: () => {
      playable++;
    },
  });
  t.equal(playable, 1);
  t.same(storage.offences, [], 'no playlist got shorter, no segment changed');
  const contents = await storage.contents(prefix);
  t.same([...contents.keys()], [...expected.keys()]);
  for (const [key, data] of expected) t.ok(contents.get(key)?.equals(data), `${key} has the same bytes`);

  storage.operations.length = 0;
  let again = 0;
  await packageTitle(t, usual, storage, {
    onPlayable: () => {
      again++;
    },
  });
  t.equal(again, 1, 'a run over a finished version says that it is playable');
  t.same(storage.offences, []);
});

t.test('an abort ends it while it waits for a chunk, and leaves nothing', async (t) => {
  t.testdir({});
  const storage = new PublishedFiles();
  const controller = new AbortController();
  const gate = new Gate();
  let waiting: AbortSignal | undefined;
  const packaging = packageTitle(t, usual, storage, {
    signal: controller.signal,
    pieces: (name, signal) => {
      waiting = signal;
      return gate.pieces(usual, name);
    },
    onPlayable: () => controller.abort(new Error('cancelled')),
  });
  gate.release(1);
  await t.rejects(packaging, { message: 'cancelled' });
  t.equal(waiting?.aborted, true, 'the maker of the pieces is told');
  const writes = storage.asked('put').length;
  gate.release(3);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  t.equal(storage.asked('put').length, writes, 'nothing is written afterwards');
});

t.test('pieces that are not what the plan says fail the version', async (t) => {
  t.testdir({});
  const failing = async (what: string, files: Map<string, readonly string[]>, message: RegExp) => {
    const title = { ...film, files: new Map([...film.files, ...files]) };
    await t.rejects(packageTitle(t, title, new PublishedFiles()), { code: 'package_failed', message }, what);
  };
  const video = film.files.get('v180-300') ?? [];
  const audio = film.files.get('a0-64') ?? [];
  const [first = '', second = ''] = video;
  await failing('a chunk is missing', new Map([['v180-300', [first]]]), /ended at frame 48 of 145/);
  await failing('a chunk comes twice', new Map([['v180-300', [first, first]]]), /ended|instead|goes on|shows|begins/);
  await failing('the chunks are swapped', new Map([['v180-300', [second, first]]]), /instead of/);
  await failing(
    'audio ends early',
    new Map([['a0-64', audio.slice(0, 1)]]),
    /has 70 AAC frames where the plan has 284/,
  );
  await failing('there is no audio', new Map([['a0-64', []]]), /no audio/);
  const other = usual.files.get('v90-100')?.[0] ?? '';
  await failing('the picture has another size', new Map([['v180-300', [first, other]]]), /ended|alike|instead/);
  const garbage = path.join(t.testdirName, 'garbage.ts');
  await writeFile(garbage, Buffer.alloc(4096, 7));
  await failing('a chunk is garbage', new Map([['v180-300', [garbage]]]), /packager|instead/i);
});

t.test('an error of the maker of the pieces is passed on', async (t) => {
  t.testdir({});
  const pieces = async function* (): AsyncGenerator<Readable> {
    throw new Error('the database is gone');
  };
  await t.rejects(packageTitle(t, usual, new PublishedFiles(), { pieces }), { message: 'the database is gone' });
});
