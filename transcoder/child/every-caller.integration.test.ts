import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { runFfmpeg } from '../encode/ffmpeg-runner.ts';
import { runPackager } from '../package/run-packager.ts';
import { probeMedia } from '../probe/probe-media.ts';
import { ample, defaults, grayClip, silent, tools } from '../testing/clips.ts';
import { findConfinement } from './find-confinement.ts';
import { runLimited } from './limited-process.ts';

/*
 * That a run is confined is tried in `hijacked.integration.test.ts`. Here: that ffprobe, FFmpeg and the packager are
 * each started like that, by a program in their place that says what it sees.
 */

const { confinement, ...installed } = await tools();
const isWhole = confinement.lost.length === 0;
if (!isWhole) t.comment('This system confines nothing: not tested');

process.env['DRAMABOX_TEST_SECRET'] = 'hunter2';
t.teardown(() => delete process.env['DRAMABOX_TEST_SECRET']);
const data = t.testdir({ 'keys.json': 'hunter2', program: {}, job: {} });
chmodSync(data, 0o755);
const job = path.join(data, 'job');
const source = path.join(data, 'source.mp4');
await grayClip(5, '5', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', source);

const looks = [
  `echo "[$DRAMABOX_TEST_SECRET] [$HOME] [$USER]"`,
  `cat ${data}/keys.json || echo no keys`,
  `echo x 2>/dev/null > ${data}/outside || echo nothing outside`,
  `grep -c : /proc/net/dev | sed 's/^[01]$/no network/'`,
  'test "$(id -u)" = 0 && grep -q " 0 4294967295" /proc/self/uid_map && echo root',
  'ulimit -f',
];
/** A program that says what it sees, to wherever `to` has it. */
function standIn(name: string, to: string): { path: string; version: string; origin: 'config' } {
  const file = path.join(data, 'program', name);
  writeFileSync(file, `#!/bin/sh\n{ ${looks.join('\n')}\n} ${to} 2>/dev/null\nexit 1\n`);
  chmodSync(file, 0o755);
  return { path: file, version: '1', origin: 'config' };
}
const wanted = /^\[\] \[\] \[\]\nno keys\nnothing outside\n/;
const signal = new AbortController().signal;

if (isWhole) {
  t.test('ffprobe', async (t) => {
    const ffprobe = standIn('ffprobe', '>&2');
    const thrown: unknown = await probeMedia({
      path: source,
      limits: defaults.media,
      tools: { ...installed, confinement, ffprobe },
      logger: silent,
    }).catch((error: unknown) => error);
    const seen = ((thrown as Error).cause as Error).message;
    t.match(seen, wanted);
    t.match(seen, /^0$/m, 'it may write no files');
    t.notMatch(seen, /hunter2|root/);
  });

  t.test('FFmpeg', async (t) => {
    const ffmpeg = standIn('ffmpeg', `> ${job}/seen`);
    const line = { inputOptions: [], input: `file:${source}`, outputs: [{ options: [], target: `file:${job}/x` }] };
    const running = runFfmpeg(line, {
      tools: { ffmpeg, confinement },
      logger: silent,
      reads: [source],
      outputDir: job,
      limits: { ...ample, fileBytes: 1024 ** 2 },
      maxPixels: 1,
      niceness: 0,
      stallSeconds: 60,
    });
    await t.rejects(running, { code: 'encode_failed' });
    const seen = readFileSync(path.join(job, 'seen'), 'utf8');
    t.match(seen, wanted);
    t.match(seen, /^(?:1024|2048)$/m, 'its files are bounded, as the shell counts');
    t.notMatch(seen, /hunter2|root/);
  });

  t.test('the packager', async (t) => {
    const packager = standIn('packager', `> ${job}/packaged`);
    writeFileSync(path.join(job, 'input.ts'), 'input');
    const running = runPackager({
      tools: { packager, confinement },
      arguments: [],
      folder: job,
      input: 'input.ts',
      signal,
      timeoutMs: 20_000,
    });
    await t.rejects(running, { code: 'package_failed' });
    const seen = readFileSync(path.join(job, 'packaged'), 'utf8');
    t.match(seen, wanted);
    t.notMatch(seen, /hunter2|root|unlimited/);
  });

  t.test('a data folder below a folder that programs need is hidden', async (t) => {
    const folder = t.testdir({ lib: { words: 'shown', data: { secret: 'hunter2' } } });
    const lib = path.join(folder, 'lib');
    mkdirSync(path.join(folder, 'work'));
    const see = async (hide: readonly string[]): Promise<string> => {
      const { stdout } = await runLimited({
        // On many systems a link to `/usr/bin`.
        command: '/bin/sh',
        args: ['-c', `cat ${lib}/words ${lib}/data/secret`],
        reads: [],
        writes: [path.join(folder, 'work')],
        confinement: await findConfinement({ folders: [lib], hide }),
        wallMs: 60_000,
        outputBytes: 1000,
      });
      return stdout;
    };
    t.equal(await see([]), 'shownhunter2', 'what would be seen');
    t.equal(await see([path.join(lib, 'data')]), 'shown');
  });
}
