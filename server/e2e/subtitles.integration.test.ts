import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { ffmpeg } from '../../transcoder/testing/clips.ts';
import { openBrowser } from '../testing/browser.ts';
import { until } from '../testing/until.ts';
import { defaultTools } from './testing/clips.ts';
import { decode, fetchBytes, fetchText } from './testing/media.ts';
import { servePage } from './testing/page.ts';
import { startTestServer } from './testing/server.ts';

/* Subtitles come to a finished title, and an audio track goes: nothing is encoded again, and players show the text. */

const run = promisify(execFile);
const modules = path.join(import.meta.dirname, '../../node_modules');
const scripts: Readonly<Record<string, string>> = {
  '/hls.js': path.join(modules, 'hls.js/dist/hls.min.js'),
  '/shaka.js': path.join(modules, 'shaka-player/dist/shaka-player.compiled.js'),
  '/dash.js': path.join(modules, 'dashjs/dist/modern/umd/dash.all.min.js'),
};

const page = `<!doctype html><title>players</title><video id="video" muted playsinline></video>
${Object.keys(scripts)
  .map((src) => `<script src="${src}"></script>`)
  .join('')}
<script>
const video = document.getElementById('video');
const errors = [];
const startShaka = async (url) => {
  const player = new shaka.Player();
  await player.attach(video);
  player.addEventListener('error', ({ detail }) => { if (detail.severity === 2) errors.push('shaka ' + detail.code); });
  await player.load(url);
  player.selectTextTrack(player.getTextTracks()[0]);
  player.setTextTrackVisibility?.(true);
};
window.start = {
  'hls.js, HLS': ({ hls }) => {
    const player = new Hls();
    player.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) errors.push('hls.js ' + data.details); });
    // Before, it takes the text track's mode for what the viewer wants.
    video.addEventListener('loadedmetadata', () => { player.subtitleTrack = 0; });
    player.loadSource(hls);
    player.attachMedia(video);
  },
  'Shaka, HLS': ({ hls }) => startShaka(hls),
  'Shaka, DASH': ({ dash }) => startShaka(dash),
  'dash.js, DASH': ({ dash }) => {
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ streaming: { text: { defaultEnabled: true } } });
    player.on('error', ({ error }) => errors.push('dash.js ' + error?.message));
    player.on('streamInitialized', () => player.setTextTrack(0));
    player.initialize(video, dash, false);
  },
};
/** What stands on the picture now. */
window.shown = () => [...video.textTracks].flatMap(({ mode, activeCues }) =>
  mode === 'disabled' ? [] : [...(activeCues ?? [])].map(({ text }) => text));
</script>`;

const srt = `1
00:00:01,000 --> 00:00:02,500
Where have <i>you</i> been?

2
00:00:05,000 --> 00:00:07,000
<script>alert(1)</script>
`;

async function makeSource(file: string): Promise<void> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=9'];
  const sounds = [400, 300].flatMap((hertz) => ['-f', 'lavfi', '-i', `sine=${hertz}:r=48000:d=9`]);
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'flac'];
  const tags = ['-metadata:s:a:0', 'language=kor', '-metadata:s:a:1', 'language=eng', '-disposition:a:0', 'default'];
  await ffmpeg(...picture, ...sounds, '-map', '0', '-map', '1', '-map', '2', ...coded, ...tags, file);
}

interface Tracks {
  readonly publication: string;
  readonly audio: readonly { readonly track: number; readonly isOn: boolean }[];
}

t.test('subtitles and switched audio reach players without encoding again', async (t) => {
  const siteUrl = await servePage(t, page, scripts);
  const { client } = await startTestServer(t);
  const browser = await openBrowser(t);
  const tools = await defaultTools();
  const file = path.join(t.testdir(), 'source.mkv');
  await makeSource(file);
  const assetId = await client.upload(file);
  t.equal((await client.waitFor(assetId, ['ready', 'failed'])).state, 'ready');
  const titleId = await client.publish(assetId);
  const before = await client.play(assetId);
  const oldMaster = await fetchText(before.hls);
  t.notMatch(oldMaster, 'TYPE=SUBTITLES');
  const mediaUris = [...oldMaster.matchAll(/^(v[\w-]+)\/index\.m3u8$|URI="(a[\w-]+)\/index\.m3u8"/gm)].map(
    ([, video, audio]) => video ?? audio,
  );
  const etagsOf = async (hls: string) =>
    Promise.all(
      mediaUris.flatMap((name) =>
        ['init.mp4', '00001.m4s', '00003.m4s', 'index.m3u8'].map(async (each) => {
          const { status, headers } = await fetch(new URL(`${name}/${each}`, hls));
          return [name, each, status, headers.get('etag')];
        }),
      ),
    );
  const segments = await etagsOf(before.hls);

  const title = `/api/v1/catalogue/titles/${titleId}`;
  const published = async () =>
    until('it is published', async () => {
      const { body } = await client.request<Tracks>('GET', `${title}/tracks`);
      return body.publication === 'published' ? body : undefined;
    });
  const made = await client.request<{ subtitles: { id: string } }>('POST', `${title}/subtitles`, {
    language: 'en',
    isSdh: true,
    content: Buffer.from(srt).toString('base64'),
  });
  t.equal(made.status, 201, JSON.stringify(made.body));
  await published();

  const { hls, dash } = await client.play(assetId);
  const master = await until('the origin has the new one', async () => {
    const text = await fetchText(hls);
    return text.includes('TYPE=SUBTITLES') ? text : undefined;
  });
  t.match(
    master,
    /TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English \(SDH\)",LANGUAGE="en".*transcribes-spoken-dialog/,
  );
  t.match(master, /#EXT-X-STREAM-INF.*SUBTITLES="subtitles"/);
  t.match(await fetchText(dash), /<AdaptationSet [^>]*mimeType="text\/vtt" lang="en"/);
  t.same(await etagsOf(hls), segments, 'segments and their playlists are the same objects');
  t.equal((await decode(tools.ffmpeg.path, hls, '0:v:0')).complaints, '', 'the HLS decodes as before');
  t.equal((await decode(tools.ffmpeg.path, dash, '0:v:0')).frames, 225, 'and the DASH');
  const playlist = /URI="(s-[0-9a-f]+\/index\.m3u8)"/.exec(master)?.[1] as string;
  const piece = await fetch(new URL(playlist.replace('index.m3u8', '00001.vtt'), hls));
  t.match(piece.headers.get('content-type'), 'text/vtt');
  t.match(await piece.text(), /^WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n00:00:01.000 --> 00:00:02.500/);

  // FFmpeg looks past the subtitles of HLS; those of an MPD it reads.
  const { stdout } = await run(tools.ffmpeg.path, ['-v', 'error', '-i', dash, '-map', '0:s:0', '-f', 'srt', '-']);
  t.match(stdout, '00:00:01,000 --> 00:00:02,500\nWhere have <i>you</i> been?', 'FFmpeg reads it from DASH');
  for (const name of ['hls.js, HLS', 'Shaka, HLS', 'Shaka, DASH', 'dash.js, DASH'])
    await t.test(name, async (t) => {
      const tab = await browser.newPage();
      await tab.goto(siteUrl);
      await tab.evaluate(`void start[${JSON.stringify(name)}](${JSON.stringify({ hls, dash })})`);
      await tab.waitForFunction('video.readyState >= 1 || errors.length > 0', undefined, { timeout: 60_000 });
      await tab.evaluate('video.currentTime = 1.5');
      await tab.waitForFunction('shown().length > 0 || errors.length > 0', undefined, { timeout: 60_000 });
      t.same(await tab.evaluate('errors'), []);
      t.match(await tab.evaluate('shown()'), [/Where have/]);
      await tab.evaluate('video.currentTime = 6');
      await tab.waitForFunction('shown().some((text) => text.includes("script"))', undefined, { timeout: 60_000 });
      await tab.evaluate('video.currentTime = 3.5');
      await tab.waitForFunction('shown().length === 0', undefined, { timeout: 60_000 });
      await tab.close();
    });

  const { body } = await client.request<Tracks>('PUT', `${title}/audio`, { assetId, off: [0] });
  t.match(body.audio, [{ isOn: false }, { isOn: true }]);
  await client.request('DELETE', `/api/v1/catalogue/subtitles/${made.body.subtitles.id}?revision=1`);
  await published();
  const last = await until('the origin has the last one', async () => {
    const text = await fetchText(hls);
    return text.includes('TYPE=SUBTITLES') ? undefined : text;
  });
  t.notMatch(last, 'URI="a0-');
  t.match(last, /NAME="English",LANGUAGE="en",DEFAULT=YES/);
  t.equal((await decode(tools.ffmpeg.path, hls)).complaints, '');
  t.ok((await fetchBytes(new URL(playlist, hls).href)).length > 0, 'who still plays with the texts gets them');
});
