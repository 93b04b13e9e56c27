import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { PublishedFiles } from '../package/testing/published-files.ts';
import type { Presentation, VideoMedia } from './presentation.ts';
import { longPresentation, smallPresentation } from './testing/small-presentation.ts';
import { VersionPublisher } from './version-publisher.ts';

const names = ['v1080-6000', 'v720-3000', 'a0-128', 'a1-128'];

function open(
  storage: PublishedFiles,
  options: { now?: number; signal?: AbortSignal } = {},
): Promise<VersionPublisher> {
  const { now = 0, signal = new AbortController().signal } = options;
  return VersionPublisher.open({ storage, assetId: 'a', versionId: 'v', now: () => now, signal }, names);
}

t.test(
  'manifests: media playlists first, then those of lower rungs, then those of all renditions, each .br first',
  async (t) => {
    const storage = new PublishedFiles();
    const publisher = await open(storage);
    t.equal(publisher.alreadyPlayable, false);
    t.equal(await publisher.publish(smallPresentation({ complete: true })), true);
    const written = storage.asked('put').map((key) => key.slice('assets/a/v/'.length));
    const forms = (...files: string[]) => files.flatMap((file) => [`${file}.br`, `${file}.gz`, file]).sort();
    t.same(written.slice(-6).sort(), forms('master.m3u8', 'manifest.mpd'));
    t.same(written.slice(-12, -6).sort(), forms('master-720.m3u8', 'manifest-720.mpd'));
    t.ok(
      written.slice(0, -12).every((file) => file.includes('/')),
      'media playlists',
    );
    for (const [at, file] of written.entries())
      if (!file.endsWith('.br')) t.ok(written.indexOf(`${file.replace(/\.gz$/, '')}.br`) < at, `${file} after its .br`);
    t.equal(written.length, 3 * (4 + 2 + 2 + 2));
    const files = await storage.contents('assets/a/v/');
    for (const [file, data] of files) {
      if (/\.(br|gz)$/.test(file)) continue;
      t.ok(gunzipSync(files.get(`${file}.gz`) as Buffer).equals(data), `${file}.gz holds the same`);
      t.ok(brotliDecompressSync(files.get(`${file}.br`) as Buffer).equals(data), `${file}.br holds the same`);
    }
  },
);

t.test('what did not change is not written again', async (t) => {
  const storage = new PublishedFiles();
  const publisher = await open(storage);
  await publisher.publish(smallPresentation({ complete: false, segments: 2 }));
  storage.operations.length = 0;
  await publisher.publish(smallPresentation({ complete: false, segments: 2 }));
  t.same(storage.asked('put'), []);
});

t.test('a step of growth writes the manifests of a rung once, and compressed when the title is complete', async (t) => {
  const storage = new PublishedFiles();
  const publisher = await open(storage);
  const ladder = { shortSides: [1080, 1080, 720, 720, 540, 432, 432, 360, 234] };
  const step = async (
    presentation: Presentation,
  ): Promise<Record<'all' | 'rungs', { puts: number; bytes: number }>> => {
    storage.operations.length = 0;
    await publisher.publish(presentation);
    const sum = { all: { puts: 0, bytes: 0 }, rungs: { puts: 0, bytes: 0 } };
    for (const key of storage.asked('put')) {
      const { length } = await storage.read(key);
      for (const part of /-\d+\.(m3u8|mpd)/.test(key) ? (['all', 'rungs'] as const) : (['all'] as const)) {
        sum[part].puts += 1;
        sum[part].bytes += length;
      }
    }
    return sum;
  };
  // Nine video renditions with two playlists each, two audio renditions, the two manifests: three forms of each.
  const main = 3 * (9 * 2 + 2 + 2);
  const first = await step(longPresentation({ ...ladder, complete: false, segments: 100 }));
  const second = await step(longPresentation({ ...ladder, complete: false, segments: 200 }));
  for (const { all, rungs } of [first, second]) {
    t.equal(rungs.puts, 5 * 2, 'five short sides below 1080, two formats');
    t.equal(all.puts, main + rungs.puts);
  }
  t.comment(`200 segments: ${JSON.stringify(second)}`);
  t.ok(second.rungs.bytes < 0.5 * second.all.bytes, JSON.stringify(second));
  t.equal((await step(longPresentation({ ...ladder, complete: false, segments: 200 }))).all.puts, 0, 'nothing is new');
  const last = await step(longPresentation({ ...ladder, complete: true, segments: 200 }));
  t.equal(last.rungs.puts, 3 * 5 * 2);
  t.equal(last.all.puts, main + last.rungs.puts);
});

t.test('what has changed in higher rungs only does not write the lower ones again', async (t) => {
  const storage = new PublishedFiles();
  const publisher = await open(storage);
  const before = smallPresentation({ complete: false, segments: 2 });
  await publisher.publish(before);
  storage.operations.length = 0;
  const [top, ...others] = before.video as readonly [VideoMedia, ...VideoMedia[]];
  const segments = top.segments.map((segment) => ({ ...segment, bytes: segment.bytes * 2 }));
  await publisher.publish({ ...before, video: [{ ...top, segments }, ...others] });
  t.same(
    storage
      .asked('put')
      .map((key) => key.slice('assets/a/v/'.length))
      .sort(),
    ['master.m3u8', 'manifest.mpd'].flatMap((file) => [`${file}.br`, `${file}.gz`, file]).sort(),
  );
});

t.test('the manifests of a rung are there whenever those of the whole are', async (t) => {
  for (const key of ['master-720.m3u8', 'manifest-720.mpd']) {
    const storage = new PublishedFiles();
    storage.before = (operation, written) => {
      if (operation === 'put' && written.endsWith(key)) throw new Error('killed');
    };
    await t.rejects((await open(storage)).publish(smallPresentation({ complete: false })), { message: 'killed' });
    storage.before = undefined;
    t.equal((await open(storage)).alreadyPlayable, false, key);
  }
});

t.test('segments and init go to the rendition', async (t) => {
  const storage = new PublishedFiles();
  const publisher = await open(storage);
  const file = path.join(t.testdir(), 'x');
  await writeFile(file, 'media');
  await publisher.putInit('v720-3000', Buffer.from('init'));
  await publisher.putSegment('v720-3000', 7, file);
  t.same(storage.asked('put'), ['assets/a/v/v720-3000/init.mp4', 'assets/a/v/v720-3000/00007.m4s']);
});

t.test('a later run never makes a playlist shorter', async (t) => {
  const storage = new PublishedFiles();
  await (await open(storage)).publish(smallPresentation({ complete: false, segments: 2 }));
  const again = await open(storage);
  t.equal(again.alreadyPlayable, true);
  storage.operations.length = 0;
  t.equal(await again.publish(smallPresentation({ complete: false, segments: 1 })), false);
  t.same(storage.asked('put'), [], 'shorter: nothing is written');
  t.equal(await again.publish(smallPresentation({ complete: false, segments: 3 })), true);
  t.equal(await again.publish(smallPresentation({ complete: true })), true);
  t.equal(
    await (await open(storage)).publish(smallPresentation({ complete: false, segments: 3 })),
    false,
    'an ended one is not opened again',
  );
});

t.test('it goes by the form that is written first, which somebody may have seen', async (t) => {
  const storage = new PublishedFiles();
  await (await open(storage)).publish(smallPresentation({ complete: false, segments: 1 }));
  // Killed in the middle of a playlist: only the compressed form got longer.
  storage.before = (operation, key) => {
    if (operation === 'put' && key.endsWith('index.m3u8.gz')) throw new Error('killed');
  };
  await t.rejects((await open(storage)).publish(smallPresentation({ complete: false, segments: 2 })), {
    message: 'killed',
  });
  storage.before = undefined;
  t.equal(await (await open(storage)).publish(smallPresentation({ complete: false, segments: 1 })), false);
});

t.test('a title with a track that is missing is not published over one that has it', async (t) => {
  const storage = new PublishedFiles();
  const whole = smallPresentation({ complete: false, segments: 2 });
  await (await open(storage)).publish(whole);
  t.equal(await (await open(storage)).publish({ ...whole, audio: whole.audio.slice(0, 1) }), false);
});

t.test('nothing is written after an abort', async (t) => {
  const storage = new PublishedFiles();
  const controller = new AbortController();
  const publisher = await open(storage, { signal: controller.signal });
  controller.abort(new Error('stop'));
  await t.rejects(publisher.publish(smallPresentation({ complete: true })), { message: 'stop' });
  await t.rejects(publisher.putInit('v720-3000', Buffer.alloc(1)), { message: 'stop' });
  t.same(storage.asked('put'), []);
});

t.test('a storage that cannot be read is no reason to begin anew', async (t) => {
  const storage = new PublishedFiles();
  storage.before = () => {
    throw new Error('connection lost');
  };
  await t.rejects(open(storage), { message: 'connection lost' });
});

t.test('what has no order among itself is written side by side, but not all at once', async (t) => {
  const storage = new PublishedFiles();
  const publisher = await open(storage);
  let [now, most] = [0, 0];
  const sixteen = Promise.withResolvers<void>();
  storage.before = async (operation) => {
    if (operation !== 'put') return;
    now += 1;
    most = Math.max(most, now);
    if (now === 16) sixteen.resolve();
    // Long enough for a seventeenth to come.
    await sixteen.promise.then(() => setTimeout(5));
    now -= 1;
  };
  const ladder = { shortSides: [1080, 900, 720, 540, 480, 432, 360, 270, 234] };
  await publisher.publish(longPresentation({ ...ladder, complete: true, segments: 100 }));
  t.equal(most, 16, 'of twenty playlists');
});
