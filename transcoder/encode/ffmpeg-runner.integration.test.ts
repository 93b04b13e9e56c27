import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { runOnSmallDisk } from '../../server/testing/small-disk.ts';
import { until } from '../../server/testing/until.ts';
import { unconfined } from '../child/confinement.ts';
import { treeUse } from '../child/process-tree.ts';
import { ample, grayClip, processesMentioning, silent, tools } from '../testing/clips.ts';
import { runFfmpeg, type FfmpegCommandLine, type FfmpegProgress, type FfmpegRunOptions } from './ffmpeg-runner.ts';
import { programOptions } from './video-arguments.ts';

/** What a run of `line` is given: the file that it reads and the folder that it writes to. */
const options = async (line: FfmpegCommandLine, extra: Partial<FfmpegRunOptions> = {}): Promise<FfmpegRunOptions> => {
  const outputDir = path.dirname((line.outputs[0]?.target ?? '').replace(/^file:/, ''));
  const source = line.input.replace(/^file:/, '');
  return {
    tools: await tools(),
    logger: silent,
    reads: existsSync(source) ? [source] : [],
    outputDir: existsSync(outputDir) && outputDir !== '.' && outputDir !== '/' ? outputDir : t.testdir(),
    niceness: 0,
    stallSeconds: 60,
    limits: ample,
    maxPixels: 4096 * 2304,
    ...extra,
  };
};

const run = async (line: FfmpegCommandLine, extra?: Partial<FfmpegRunOptions>): Promise<void> =>
  runFfmpeg(line, await options(line, extra));

/** Stands in for ffmpeg: a shell script, so that stalls, deaths and odd output can be had at will. */
function standIn(folder: string, body: string): FfmpegRunOptions['tools'] {
  const file = path.join(folder, 'ffmpeg');
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return { ffmpeg: { path: file, version: '5.1', origin: 'config' }, confinement: unconfined };
}

/** A few seconds of picture at the speed of real time, so that it is still running when it is asked to stop. */
const endless = (target: string): FfmpegCommandLine => ({
  inputOptions: [...programOptions, '-re', '-f', 'lavfi'],
  input: 'testsrc2=s=64x64:r=25',
  outputs: [{ options: ['-c:v', 'libx264', '-preset', 'ultrafast', '-f', 'mpegts'], target: `file:${target}` }],
});

t.test('words arrive exactly as given', async (t) => {
  const folder = t.testdir();
  const words = ['-metadata', 'title=two words', '$(id)', "it's", 'new\nline', '', '*'];
  const seen = path.join(folder, 'seen');
  await run(
    {
      inputOptions: words,
      input: 'file:/in put',
      filterGraph: '[0:0]null[out0]',
      outputs: [{ options: ['-map', '[out0]', '-x', 'a b'], target: 'file:/out put' }],
    },
    { tools: standIn(folder, `for word in "$@"; do printf '%s\\0' "$word"; done > ${seen}`) },
  );
  t.strictSame(readFileSync(seen, 'utf8').split('\0').slice(0, -1), [
    ...words,
    '-i',
    'file:/in put',
    '-filter_complex',
    '[0:0]null[out0]',
    '-map',
    '[out0]',
    '-x',
    'a b',
    'file:/out put',
  ]);
});

t.test('it starts ffmpeg once and nothing else', async (t) => {
  const folder = t.testdir();
  const log = path.join(folder, 'starts');
  await run(endless(path.join(folder, 'x.ts')), {
    tools: standIn(folder, `echo "$1" >> ${log}`),
    onProgress: () => undefined,
  });
  t.equal(
    readFileSync(log, 'utf8').trim().split('\n').length,
    1,
    'no listing of codecs or formats, no probing of the input',
  );
});

t.test('progress, in frames', async (t) => {
  const folder = t.testdir();
  const source = path.join(folder, 'source.mp4');
  await grayClip(50, '25', '-c:v', 'libx264', '-preset', 'ultrafast', source);
  const seen: FfmpegProgress[] = [];
  await run(
    {
      inputOptions: programOptions,
      input: `file:${source}`,
      outputs: [
        {
          options: ['-c:v', 'libx264', '-preset', 'ultrafast', '-f', 'mpegts'],
          target: `file:${path.join(folder, 'out.ts')}`,
        },
      ],
    },
    { onProgress: (progress) => seen.push(progress) },
  );
  t.equal(seen.at(-1)?.frames, 50);
  await run(
    {
      inputOptions: programOptions,
      input: `file:${source}`,
      outputs: [{ options: ['-c', 'copy', '-f', 'mpegts'], target: `file:${path.join(folder, 'out.ts')}` }],
    },
    {},
  );
  t.pass('a file that is already there is overwritten');
});

t.test('a failure keeps what ffmpeg said', async (t) => {
  const folder = t.testdir();
  const missing: FfmpegCommandLine = {
    inputOptions: programOptions,
    input: `file:${path.join(folder, 'missing.mp4')}`,
    outputs: [{ options: ['-f', 'null'], target: '-' }],
  };
  await t.rejects(run(missing, {}), {
    code: 'encode_failed',
    message: /No such file/,
    cause: { message: /exited with code/ },
  });
  await t.rejects(run(missing, { tools: standIn(folder, 'kill -KILL $$') }), {
    code: 'encode_interrupted',
    message: /signal SIGKILL/,
  });
  await t.rejects(run(missing, { tools: standIn(folder, 'kill -SEGV $$') }), {
    code: 'encode_failed',
    message: /signal SIGSEGV/,
  });
  await t.rejects(
    run(missing, {
      tools: { ffmpeg: { path: path.join(folder, 'gone'), version: '', origin: 'config' }, confinement: unconfined },
    }),
    { code: 'encode_failed', message: /ENOENT/ },
  );
  const noisy = standIn(folder, 'i=0; while [ $i -lt 500 ]; do echo "warning $i" >&2; i=$((i+1)); done; exit 1');
  const error = await run(missing, { tools: noisy }).catch((thrown: unknown) => thrown);
  t.match(error, { cause: { message: /warning 499/ } });
  t.notMatch(error, { cause: { message: /warning 400/ } }, 'only the end is kept');
});

/** A video with a second track that is said to lie in another file, whose name (63 bytes at most) ffmpeg prints. */
async function withExternalTrack(file: string, name: string): Promise<void> {
  await grayClip(5, '25', '-map', '0', '-map', '0', '-c:v', 'libx264', '-preset', 'ultrafast', file);
  const data = readFileSync(file);
  const alias = Buffer.alloc(172);
  alias.writeUInt32BE(alias.length);
  alias.write('alis', 4);
  alias.writeUInt8(name.length, 50 + 12);
  alias.write(name, 50 + 12 + 1);
  // The path, without which there is no message: type 2, six letters.
  alias.write('\0\x02\0\x06/x/yzz', 162, 'latin1');
  const at = data.lastIndexOf('url ') - 4;
  const added = alias.length - data.readUInt32BE(at);
  for (const box of ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref']) {
    const start = data.lastIndexOf(box, at) - 4;
    data.writeUInt32BE(data.readUInt32BE(start) + added, start);
  }
  writeFileSync(file, Buffer.concat([data.subarray(0, at), alias, data.subarray(at + data.readUInt32BE(at))]));
}

t.test('a file that says that the disk is full does not make its work wait', async (t) => {
  const folder = t.testdir();
  const target = path.join(folder, 'x.ts');
  const says = (line: string, exitCode: number) => standIn(folder, `echo '${line}' >&2; exit ${exitCode}`);
  const full = 'Error writing trailer of file:/x.ts: No space left on device';
  await t.rejects(run(endless(target), { tools: says(full, 1), outputDir: folder }), { code: 'encode_failed' });
  await run(endless(target), { tools: says(full, 0), outputDir: folder });

  const source = path.join(folder, 'source.mp4');
  await withExternalTrack(source, 'a\nx: No space left on device\nb');
  const lines: string[] = [];
  await run(
    {
      inputOptions: programOptions,
      input: `file:${source}`,
      outputs: [{ options: ['-map', '0:0', '-c', 'copy', '-f', 'mpegts'], target: `file:${target}` }],
    },
    {
      outputDir: folder,
      onLine: (line) => {
        lines.push(line);
        return false;
      },
    },
  );
  t.ok(lines.includes('x: No space left on device'), 'as ffmpeg itself would say it');
  t.strictSame(readdirSync(folder).toSorted(), ['ffmpeg', 'source.mp4', 'x.ts'], 'nothing is left of the question');
});

t.test('a full disk is no failure of the work', async (t) => {
  await runOnSmallDisk(t, path.join(import.meta.dirname, 'testing', 'full-disk-process.ts'), {
    folder: t.testdir(),
    mebibytes: 4,
  });
});

t.test('an abort ends ffmpeg, with what it started, and gives the reason', async (t) => {
  const target = path.join(t.testdir(), 'aborted.ts');
  const controller = new AbortController();
  const reason = new Error('cancelled');
  let frames = 0;
  const running = run(endless(target), {
    signal: controller.signal,
    onProgress: (progress) => {
      frames = progress.frames;
    },
  });
  running.catch(() => undefined);
  await until('a frame is out', () => frames > 0);
  t.ok((await processesMentioning(target)).length > 0);
  controller.abort(reason);
  await t.rejects(running, reason);
  t.strictSame(await processesMentioning(target), []);
  await t.rejects(run(endless(target), { signal: AbortSignal.abort(reason) }), reason);
});

t.test('one that does not listen is killed', async (t) => {
  const folder = t.testdir();
  const ready = path.join(folder, 'ready');
  const mark = `deaf-${process.pid}`;
  const deaf = standIn(
    folder,
    `trap '' TERM\nsh -c 'while :; do sleep 0.05; done' ${mark} &\ntouch ${ready}\nwhile :; do sleep 0.05; done`,
  );
  const controller = new AbortController();
  const running = run(endless(path.join(folder, 'x.ts')), { tools: deaf, signal: controller.signal });
  running.catch(() => undefined);
  await until('it has started', () => existsSync(ready));
  controller.abort(new Error('cancelled'));
  await t.rejects(running, { message: 'cancelled' });
  await until(
    'all of it is gone',
    async () => (await processesMentioning(folder)).length + (await processesMentioning(mark)).length === 0,
    { everyMs: 50 },
  );
});

t.test('one that makes no progress is killed', async (t) => {
  const folder = t.testdir();
  // Alive and talking, but the frame count stands still.
  const stuck = standIn(folder, 'while :; do echo frame=7 >&2; echo progress=continue >&2; sleep 0.05; done');
  await t.rejects(run(endless(path.join(folder, 'x.ts')), { tools: stuck, stallSeconds: 0.5 }), {
    code: 'encode_stalled',
  });
  await until('it is gone', async () => (await processesMentioning(folder)).length === 0, { everyMs: 50 });
});

/** Computes without a word for so many milliseconds of processor time, then says that a frame is done. */
const computing = (folder: string, milliseconds: number) =>
  standIn(
    folder,
    `exec '${process.execPath}' -e 'let u; do u = process.cpuUsage(); while (u.user + u.system < ${milliseconds}e3); console.error("frame=1\\nprogress=end")'`,
  );

t.test('one that computes before its first frame is left alone, but not without end', async (t) => {
  const folder = t.testdir();
  if (treeUse(process.pid) === undefined) {
    t.pass('this system does not tell how long a process computed');
    return;
  }
  const seen: number[] = [];
  await run(endless(path.join(folder, 'x.ts')), {
    tools: computing(folder, 3000),
    stallSeconds: 1,
    onProgress: ({ frames }) => seen.push(frames),
  });
  t.strictSame(seen, [1]);
  await t.rejects(run(endless(path.join(folder, 'x.ts')), { tools: computing(folder, 1e9), stallSeconds: 0.05 }), {
    code: 'encode_stalled',
  });
  await t.rejects(
    run(endless(path.join(folder, 'x.ts')), { tools: standIn(folder, 'exec sleep 600'), stallSeconds: 0.5 }),
    { code: 'encode_stalled' },
    'one that neither computes nor says anything',
  );
});

t.test('what a listener throws ends the run', async (t) => {
  const target = path.join(t.testdir(), 'x.ts');
  await t.rejects(
    run(endless(target), {
      onProgress: () => {
        throw new TypeError('not this');
      },
    }),
    { name: 'TypeError' },
  );
  t.strictSame(await processesMentioning(target), []);
});

t.test('one that takes more than it may is stopped, which is final, and said in words', async (t) => {
  const folder = t.testdir();
  const line: FfmpegCommandLine = { inputOptions: [], input: 'file:/x', outputs: [{ options: [], target: '/x' }] };
  const mark = `limits-${process.pid}`;
  for (const [what, body, limits, message] of [
    ['memory', 'head -c 4000000000 /dev/zero | tail', { memoryBytes: 200_000_000 }, /more than 200 MB of memory/],
    ['processor time', 'while :; do :; done', { cpuSeconds: 1 }, /more than 1 seconds of processor time/],
    ['disk', `head -c 80000000 /dev/zero > ${folder}/out; sleep 600`, { writtenBytes: 2e7 }, /more than 20 MB of disk/],
    ['processes', 'for n in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 600 & done; wait', { processes: 2 }, /2 processes/],
    ['memory', 'echo "x: Cannot allocate memory" >&2; exit 1', { memoryBytes: 1 }, /more than 1 MB of memory/],
    ['processor time', 'echo "Exiting normally, received signal 24." >&2; exit 255', {}, /processor time/],
  ] as const) {
    const running = run(line, {
      tools: standIn(folder, `: ${mark}\n${body}`),
      outputDir: folder,
      limits: { ...ample, ...limits },
    });
    await t.rejects(running, { code: 'media_conversion_limit', message, extras: { limit: what } }, what);
  }
  t.strictSame(await processesMentioning(mark), [], 'nothing of it is left');
});

t.test('the system holds it to the size of a file and to its memory where it can', async (t) => {
  const { confinement } = await tools();
  if (confinement.lost.includes('limits')) {
    t.pass('no prlimit here');
    return;
  }
  const folder = t.testdir();
  const raw: FfmpegCommandLine = {
    inputOptions: [...programOptions, '-f', 'lavfi'],
    input: 'nullsrc=s=640x360:r=25:d=4',
    outputs: [{ options: ['-c:v', 'rawvideo', '-f', 'rawvideo'], target: `file:${folder}/raw` }],
  };
  const limits = { ...ample, fileBytes: 5_000_000 };
  await t.rejects(run(raw, { limits }), { code: 'media_conversion_limit', extras: { limit: 'disk' } });
  // Faster than anybody looks: a picture of 64 MB, and 40 more.
  const wild: FfmpegCommandLine = {
    inputOptions: [...programOptions, '-f', 'lavfi'],
    input: 'nullsrc=s=8000x8000:r=25:d=20,format=gray,reverse',
    outputs: [{ options: ['-f', 'null'], target: '-' }],
  };
  await t.rejects(run(wild, { limits: { ...ample, memoryBytes: 400_000_000 } }), {
    code: 'media_conversion_limit',
    extras: { limit: 'memory' },
  });
});
