import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { openBrowser } from '../testing/browser.ts';
import { until } from '../testing/until.ts';
import { defaultTools } from './testing/clips.ts';
import { chunkSeconds, startGrowingTitle } from './testing/growing-title.ts';
import { servePage } from './testing/page.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const scripts: Readonly<Record<string, string>> = {
  '/hls.js': path.join(modules, 'hls.js/dist/hls.min.js'),
  '/shaka.js': path.join(modules, 'shaka-player/dist/shaka-player.compiled.js'),
  '/dash.js': path.join(modules, 'dashjs/dist/modern/umd/dash.all.min.js'),
  '/video.js': path.join(modules, 'video.js/dist/video.min.js'),
};

/** Every player with the settings that it comes with. */
const page = `<!doctype html><title>players</title><body></body>
${Object.keys(scripts)
  .map((src) => `<script src="${src}"></script>`)
  .join('')}
<script>
const players = {};
const add = (name) => {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, width: 160 });
  document.body.append(video);
  const state = { video, first: undefined, errors: [] };
  video.addEventListener('playing', () => { state.first ??= video.currentTime; });
  video.addEventListener('error', () => state.errors.push('media element: ' + video.error?.message));
  players[name] = state;
  return state;
};
const startShaka = async (name, url) => {
  const state = add(name);
  const player = new shaka.Player();
  await player.attach(state.video);
  player.addEventListener('error', ({ detail }) => { if (detail.severity === 2) state.errors.push('shaka ' + detail.code); });
  await player.load(url);
  await state.video.play();
};
window.start = {
  'hls.js, HLS': (name, { hls }) => {
    const state = add(name);
    const player = new Hls();
    player.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) state.errors.push('hls.js ' + data.details); });
    player.loadSource(hls);
    player.attachMedia(state.video);
    return state.video.play();
  },
  'Shaka, HLS': (name, { hls }) => startShaka(name, hls),
  'Shaka, DASH': (name, { dash }) => startShaka(name, dash),
  'dash.js, DASH': (name, { dash }) => {
    const state = add(name);
    const player = dashjs.MediaPlayer().create();
    player.on('error', ({ error }) => state.errors.push('dash.js ' + error?.code + ' ' + error?.message));
    player.initialize(state.video, dash, true);
  },
  'video.js, HLS': (name, { hls }) => {
    const state = add(name);
    const player = videojs(state.video, { autoplay: true, muted: true });
    player.src({ src: hls, type: 'application/vnd.apple.mpegurl' });
  },
  'video.js, DASH': (name, { dash }) => {
    const state = add(name);
    const player = videojs(state.video, { autoplay: true, muted: true });
    player.src({ src: dash, type: 'application/dash+xml' });
  },
};
window.states = () => Object.fromEntries(Object.entries(players).map(([name, { video, first, errors }]) => {
  return [name, { at: video.currentTime, ended: video.ended, first, errors }];
}));
</script>`;

/** Of one player, as the page tells it. */
interface PlayerState {
  readonly at: number;
  readonly ended: boolean;
  readonly first?: number;
  readonly errors: readonly string[];
}

/** Players are that far behind the end of what is there when more is let in, in seconds: they never run dry for long. */
const aheadSeconds = 5;

// Three at a time: six decoders at once are too many for a small machine.
for (const format of ['HLS', 'DASH'] as const)
  t.test(`players begin a growing title at its beginning and go on with it to its end (${format})`, async (t) => {
    const chunks = 6;
    const title = await startGrowingTitle(t, chunks);
    const tab = await (await openBrowser(t)).newPage();
    await tab.goto(await servePage(t, page, scripts));
    await tab.evaluate(
      `for (const [name, begin] of Object.entries(start)) if (name.endsWith('${format}')) void begin(name, ${JSON.stringify(title.urls)})`,
    );
    const states = () => tab.evaluate('states()') as Promise<Record<string, PlayerState>>;
    await until(
      'all players are at the end or have failed',
      async () => {
        const all = Object.values(await states());
        const slowest = Math.min(...all.map(({ at, ended }) => (ended ? Infinity : at)));
        if (title.released() < chunks && slowest > title.released() * chunkSeconds - aheadSeconds) title.release();
        return all.every(({ ended, errors }) => ended || errors.length > 0);
      },
      { everyMs: 250, timeoutMs: 110_000 },
    ).catch(async (error: unknown) => t.fail(`${String(error)}: ${JSON.stringify(await states())}`));
    const all = Object.entries(await states());
    t.equal(all.length, 3);
    for (const [name, { first, ended, errors }] of all) {
      t.ok(ended, `${name} came to the end`);
      t.ok(first !== undefined && first < 0.5, `${name} began at ${first}`);
      t.same(errors, [], `${name}: no errors`);
    }
    t.same(title.missing, [], 'nobody asked for what is not there');
  });

/** It never learns that a growing title has come to its end: it is told where that is. */
t.test('FFmpeg, which asks for what comes next, waits for it', async (t) => {
  const tools = await defaultTools();
  const chunks = 4;
  const title = await startGrowingTitle(t, chunks, 2);
  const pictures = chunks * chunkSeconds * 25;
  const read = ['-nostdin', '-v', 'error', '-i', title.urls.dash, '-map', '0:v:0', '-frames:v', String(pictures)];
  const played = promisify(execFile)(tools.ffmpeg.path, [...read, '-f', 'framecrc', '-']);
  for (const next of ['00003.m4s', '00004.m4s']) {
    await until(`it asks for ${next}`, () => title.requests.some((file) => file.endsWith(next)));
    title.release();
  }
  const { stdout } = await played;
  const shown = stdout.split('\n').filter((line) => line.startsWith('0,')).length;
  t.equal(shown, pictures, 'every picture');
  t.ok(title.missing.length < 10, `${title.missing.length} of ${title.requests.length} requests in vain`);
});
