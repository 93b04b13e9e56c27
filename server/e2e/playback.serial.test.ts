import t from 'tap';
import path from 'node:path';
import hlsParser from 'hls-parser';
import type { types } from 'hls-parser';
import { Parser } from 'm3u8-parser';
import { parse as parseMpd } from 'mpd-parser';
import { openBrowser } from '../testing/browser.ts';
import { until } from '../testing/until.ts';
import { defaultTools, makeClip } from './testing/clips.ts';
import { fetchText } from './testing/media.ts';
import { checkPresentation } from './testing/presentation.ts';
import { servePage } from './testing/page.ts';
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

t.test('real players play what was published', async (t) => {
  const siteUrl = await servePage(t, page, scripts);
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
  const siteUrl = await servePage(t, page, scripts);
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

t.test('a stream limited to 360 plays, and nothing larger is served to it', async (t) => {
  const tools = await defaultTools();
  const file = await makeClip(t, { seconds: 6, width: 1280, height: 720, rate: '24' });
  const { client } = await startTestServer(t, { playback: { topRung: 400, streamsPerAccount: 0 } });
  const id = await client.upload(file);
  const offered = async (urls: { hls: string; dash: string }): Promise<readonly number[]> => {
    const master = hlsParser.parse(await fetchText(urls.hls)) as types.MasterPlaylist;
    const hls = master.variants.map(({ resolution }) => resolution?.height ?? 0);
    const parser = new Parser();
    parser.push(await fetchText(urls.hls));
    parser.end();
    t.equal(parser.manifest.playlists?.length, master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly).length);
    const dash = parseMpd(await fetchText(urls.dash), { manifestUri: urls.dash }).playlists.map(
      ({ attributes }) => (attributes['RESOLUTION'] as { height: number }).height,
    );
    return [...new Set([...hls, ...dash])].toSorted((a, b) => a - b);
  };

  await client.waitFor(id, ['playable', 'ready']);
  t.same(await offered(await client.play(id)), [234, 360], 'from the first playable moment');
  const asset = await client.waitFor(id, ['ready', 'failed']);
  t.equal(asset.state, 'ready');
  const urls = await client.play(id);
  t.match(urls.hls, /\/master-360\.m3u8$/);
  t.match(urls.dash, /\/manifest-360\.mpd$/);
  // The origin may have a growing one in memory, for a second.
  await until('it is the last one', async () => !(await fetchText(urls.hls)).includes('#EXT-X-START'));
  t.same(await offered(urls), [234, 360]);
  const expected = { frames: 144, rungs: 2, aspect: 16 / 9, audio: true };
  await checkPresentation(t, { ffmpeg: tools.ffmpeg.path, ffprobe: tools.ffprobe.path }, urls, expected);

  const [version] = asset['versions'] as { renditions: { name: string; height: number | null }[] }[];
  const statusOf = async (name: string): Promise<number> => (await fetch(new URL(name, urls.hls))).status;
  for (const { name, height } of version?.renditions ?? []) {
    const status = height === null || height <= 360 ? 200 : 403;
    for (const part of ['index.m3u8', 'init.mp4', '00001.m4s', ...(height === null ? [] : ['iframes.m3u8'])])
      t.equal(await statusOf(`${name}/${part}`), status, `${name}/${part}: ${status}`);
  }
  t.ok(version?.renditions.some(({ height }) => height === 720));
  for (const name of ['master.m3u8', 'manifest.mpd', 'master-432.m3u8', 'manifest-540.mpd'])
    t.equal(await statusOf(name), 403, name);
});
