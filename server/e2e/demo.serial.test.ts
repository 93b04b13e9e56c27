import t from 'tap';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { makeClip } from './testing/clips.ts';
import { fetchText } from './testing/media.ts';

const demoFile = path.join(import.meta.dirname, '../cli/demo.ts');

interface DemoRun {
  readonly lines: readonly string[];
  /** Resolves with the first line that matches, or rejects when the demo ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** The exit code, once it has ended and all of its lines are read. */
  readonly ended: Promise<number | null>;
  /** Ctrl-C, unless it has ended by itself. */
  interrupt(): Promise<number | null>;
}

function runDemo(dataDir: string, video: string): DemoRun {
  const child = spawn(process.execPath, [demoFile, video], {
    env: {
      ...process.env,
      DRAMABOX_DATA_DIR: dataDir,
      DRAMABOX_SERVER_PORT: '0',
      DRAMABOX_STORAGE_MIN_FREE_BYTES: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const notify = (): void => {
    for (const look of waiting) look();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    notify();
  });
  // Not its exit: that may be told before its last lines are.
  let closed = false;
  const ended = (once(child, 'close') as Promise<[number | null]>).then(([code]) => {
    closed = true;
    notify();
    return code;
  });
  return {
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
          else if (closed) reject(new Error(`No ${String(pattern)} in:\n${lines.join('\n')}`));
        };
        waiting.add(look);
        look();
      }),
    interrupt() {
      if (!closed) child.kill('SIGINT');
      return ended;
    },
  };
}

t.test('the demo takes a video from upload to stream, and a second run reuses it', async (t) => {
  const video = await makeClip(t, { seconds: 5, width: 320, height: 240, rate: '24' }, 'my video.mp4');
  const dataDir = path.join(path.dirname(video), 'data');

  const first = runDemo(dataDir, video);
  t.teardown(() => first.interrupt());
  t.match(await first.line(/^VIEWER /), /^VIEWER http:\/\/127\.0\.0\.1:\d+\/$/);
  t.match(await first.line(/^DASHBOARD /), /^DASHBOARD http:\/\/127\.0\.0\.1:\d+\/dashboard\/$/);
  const login = await first.line(/password \S+ {3}\(shown this once\)$/);
  t.match(await first.line(/^FIRST PLAYABLE /), /^FIRST PLAYABLE \d+\.\d s$/);
  t.match(await first.line(/^COMPLETE /), /^COMPLETE \d+\.\d s$/);
  t.match(await fetchText((await first.line(/^HLS /)).slice(4)), /^#EXTM3U/);
  t.match(await fetchText((await first.line(/^DASH http/)).slice(5)), /<MPD/);
  t.match(await first.line(/ people/), /^Some people are there as well/);
  await first.line(/^Serving until Ctrl-C/);
  t.equal(await first.interrupt(), 0, 'Ctrl-C ends it well');

  const second = runDemo(dataDir, video);
  t.teardown(() => second.interrupt());
  await second.line(/was ingested before/);
  await second.line(/^COMPLETE /);
  t.notOk(
    second.lines.some((line) => line.includes(login)),
    'the password is shown once',
  );
  t.match(await fetchText((await second.line(/^HLS /)).slice(4)), /^#EXTM3U/);
  t.equal(await second.interrupt(), 0);
});

t.test('a video that cannot be used ends the demo with its reason', async (t) => {
  const folder = t.testdir({ 'notes.mp4': 'no video at all' });
  const run = runDemo(path.join(folder, 'data'), path.join(folder, 'notes.mp4'));
  t.teardown(() => run.interrupt());
  await run.line(/^notes\.mp4 could not be used: /);
  t.equal(await run.ended, 1);
});
