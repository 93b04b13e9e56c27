import t from 'tap';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { lastTrainToAurora } from '../../fixtures/demo-catalogue/titles/aurora.ts';
import { demoCatalogue } from '../../fixtures/demo-catalogue/titles/catalogue.ts';
import { languages, type Language } from '../../fixtures/demo-catalogue/titles/kinds.ts';
import { until } from '../testing/until.ts';
import { defaultTools, makeClip } from './testing/clips.ts';
import { Guest } from './testing/guest.ts';
import { decode, fetchText } from './testing/media.ts';

const shownSeries = demoCatalogue.titles.filter(
  ({ kind, release }) => kind === 'series' && release.kind !== 'in-work',
).length;
const demoFile = path.join(import.meta.dirname, '../cli/demo.ts');

interface DemoRun {
  readonly lines: readonly string[];
  /** Resolves with the first line that matches, or rejects when the demo ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** The exit code, once it has ended and all of its lines are read. */
  readonly ended: Promise<number | null>;
  /** Ctrl-C, unless it has ended by itself. */
  interrupt(): Promise<number | null>;
  /** Ends it with nothing said, unless it has ended by itself. */
  kill(): Promise<number | null>;
}

function runDemo(dataDir: string, video: string): DemoRun {
  const child = spawn(process.execPath, [demoFile, video], {
    env: {
      ...process.env,
      DRAMABOX_DATA_DIR: dataDir,
      DRAMABOX_SERVER_PORT: '0',
      DRAMABOX_STORAGE_MIN_FREE_BYTES: '0',
      DRAMABOX_ACCOUNTS_GUESTS: 'true',
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
    kill() {
      if (!closed) child.kill('SIGKILL');
      return ended;
    },
  };
}

const { titles } = demoCatalogue;
/** Clips are made one after the other, behind everything else that the machine does. */
const patiently = { timeoutMs: 240_000, everyMs: 100 };
/** What the catalogue has for those who have no account: what is out. */
const shownNames = (language: Language) =>
  titles.flatMap(({ text, release }) => (release.kind === 'in-work' ? [] : text[language].name));

const urlOf = async (run: DemoRun) => (await run.line(/^VIEWER /)).slice('VIEWER '.length);

t.test('the demo takes a video from upload to stream, and a second run reuses it and completes the rest', async (t) => {
  const video = await makeClip(t, { seconds: 5, width: 480, height: 270, rate: '24' }, 'my video.mp4');
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
  await first.line(/^Serving until Ctrl-C/);
  t.match(await first.line(/ people/), /^Some people are there as well/);
  const early = new Guest(await urlOf(first), 'en');
  await until('all series are there', async () => (await early.titles()).length === shownSeries + 1);
  // While pictures are drawn.
  t.not(await first.kill(), 0);

  const second = runDemo(dataDir, video);
  t.teardown(() => second.interrupt());
  await second.line(/was ingested before/);
  await second.line(/^COMPLETE /);
  t.notOk(
    second.lines.some((line) => line.includes(login)),
    'the password is shown once',
  );
  t.match(await fetchText((await second.line(/^HLS /)).slice(4)), /^#EXTM3U/);
  await second.line(/^A catalogue is there as well/);
  const url = await urlOf(second);
  for (const language of languages) {
    const guest = new Guest(url, language);
    // The movie is there once its clip is.
    await until('all are there', async () => (await guest.titles()).length > shownNames(language).length, patiently);
    const names = (await guest.titles()).map(({ name }) => name);
    t.strictSame(names.sort(), [...shownNames(language), 'My video'].sort(), `in ${language}, each once`);
    const { featured, rows } = await guest.home();
    t.equal(featured.length, shownNames(language).length);
    t.ok(rows.length > 3, 'what is new, and categories');
    for (const card of [...featured, ...(rows[0]?.items ?? [])]) {
      t.match(await guest.loadPicture(card.pictures.poster), { width: 160, height: 240 }, card.name);
      t.match(await guest.loadPicture(card.pictures.banner), { width: 320, height: 180 }, card.name);
    }
  }
  const guest = new Guest(url, 'es');
  await guest.enter();
  const movie = (await guest.titles()).find(({ slug }) => slug === lastTrainToAurora.slug);
  const { ffmpeg } = await defaultTools();
  const master = await guest.play(movie?.id ?? '');
  const { frames, complaints } = await decode(ffmpeg.path, master, '0:v:0');
  t.strictSame({ frames, complaints }, { frames: 12 * 24, complaints: '' });
  const subtitles = (await fetchText(master)).matchAll(/TYPE=SUBTITLES.*?LANGUAGE="(\w+)"/g);
  t.strictSame(new Set([...subtitles].map(([, language]) => language)), new Set(languages));
  t.equal(await second.interrupt(), 0, 'Ctrl-C ends it well, in the middle of its clips');
});

t.test('a video that cannot be used ends the demo with its reason', async (t) => {
  const folder = t.testdir({ 'notes.mp4': 'no video at all' });
  const run = runDemo(path.join(folder, 'data'), path.join(folder, 'notes.mp4'));
  t.teardown(() => run.interrupt());
  await run.line(/^notes\.mp4 could not be used: /);
  t.equal(await run.ended, 1);
});
