import t, { type Test } from 'tap';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openBrowser } from '../testing/browser.ts';
import { makeClip } from './testing/clips.ts';
import { startTestServer } from './testing/server.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');
const scripts: Readonly<Record<string, string>> = {
  '/hls.js': path.join(modules, 'hls.js/dist/hls.min.js'),
  '/shaka.js': path.join(modules, 'shaka-player/dist/shaka-player.compiled.js'),
};

/** A page of another web origin than the media, as an operator's own site would be. */
const page = `<!doctype html><title>players</title><video id="video" muted playsinline></video>
<script src="/hls.js"></script><script src="/shaka.js"></script>
<script>
const video = document.getElementById('video');
const errors = [];
video.addEventListener('error', () => errors.push('media element: ' + video.error?.message));
window.errors = errors;
window.playHls = (url) => {
  const hls = new Hls();
  // What it mends by itself (a stall on a busy machine) is no failure.
  hls.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) errors.push('hls.js: ' + data.details); });
  hls.loadSource(url);
  hls.attachMedia(video);
  return video.play();
};
window.playDash = async (url) => {
  const player = new shaka.Player();
  await player.attach(video);
  player.addEventListener('error', (event) => { if (event.detail.severity === shaka.util.Error.Severity.CRITICAL) errors.push('shaka: ' + event.detail.code); });
  await player.load(url);
  window.player = player;
  await video.play();
};
window.frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
</script>`;

/** Only a failure waits that long; a busy machine may. */
const patient = { timeout: 120_000 };

/** A web server with the page; its URL. */
async function startSite(t: Test): Promise<string> {
  const site = createServer((request, response) => {
    const script = scripts[request.url ?? ''];
    if (!script) return void response.setHeader('content-type', 'text/html').end(page);
    readFile(script).then(
      (code) => response.setHeader('content-type', 'text/javascript').end(code),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => {
    site.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => {
    site.closeAllConnections();
    site.close();
  });
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
}

t.test('real players play what was published', async (t) => {
  const siteUrl = await startSite(t);
  const file = await makeClip(t, { seconds: 14, width: 640, height: 360, rate: '24' });
  const { client } = await startTestServer(t);
  const browser = await openBrowser(t);
  const id = await client.upload(file);
  await client.waitFor(id, ['playable', 'ready']);

  const watch = async (player: 'playHls' | 'playDash', url: string, seekTo: number): Promise<void> => {
    const tab = await browser.newPage();
    await tab.goto(siteUrl);
    await tab.evaluate(`${player}(${JSON.stringify(url)})`);
    await tab.waitForFunction('video.currentTime > 1.5 && frames() > 20', undefined, patient);
    const before = Number(await tab.evaluate('frames()'));
    await tab.evaluate(`video.currentTime = ${seekTo}`);
    await tab.waitForFunction(
      `!video.seeking && video.currentTime > ${seekTo + 0.5} && frames() > ${before + 5}`,
      undefined,
      patient,
    );
    t.same(await tab.evaluate('errors'), [], `${player}: frames advance, a seek works, no errors`);
    await tab.close();
  };

  await t.test('hls.js, from the first playable moment', async () => watch('playHls', (await client.play(id)).hls, 2));
  const asset = await client.waitFor(id, ['ready', 'failed']);
  t.equal(asset.state, 'ready');
  const urls = await client.play(id);
  await t.test('hls.js', () => watch('playHls', urls.hls, 9));
  await t.test('Shaka Player', () => watch('playDash', urls.dash, 9));
  await t.test('to the last frame', async (t) => {
    const tab = await browser.newPage();
    await tab.goto(siteUrl);
    await tab.evaluate(`playHls(${JSON.stringify(urls.hls)})`);
    await tab.waitForFunction('Math.abs(video.duration - 14) < 0.1', undefined, patient);
    await tab.evaluate('video.currentTime = video.duration - 1');
    await tab.waitForFunction('video.ended', undefined, patient);
    t.same(await tab.evaluate('errors'), [], 'no errors up to the end');
  });
});

t.test('Shaka Player begins while the MPD grows, and plays on to the end', async (t) => {
  const siteUrl = await startSite(t);
  const file = await makeClip(t, { seconds: 32, width: 640, height: 360, rate: '24' });
  // One encoder, so that it grows for a while.
  const { client } = await startTestServer(t, {
    encode: { chunkSeconds: 4, firstChunkSeconds: 4, niceness: 0, concurrency: 1 },
  });
  const tab = await (await openBrowser(t)).newPage();
  await tab.goto(siteUrl);
  const id = await client.upload(file);
  await client.waitFor(id, ['playable', 'ready']);
  await tab.evaluate(`playDash(${JSON.stringify((await client.play(id)).dash)})`);
  t.equal(await tab.evaluate('player.isInProgress()'), true, 'it grows');
  await tab.waitForFunction('!player.isInProgress()', undefined, patient);
  await tab.evaluate('video.playbackRate = 4');
  await tab.waitForFunction('video.ended', undefined, patient);
  t.ok(
    await tab.evaluate('video.played.start(0) < 0.1 && Math.abs(video.currentTime - 32) < 0.1'),
    'from the first frame to the last',
  );
  t.same(await tab.evaluate('errors'), []);
});
