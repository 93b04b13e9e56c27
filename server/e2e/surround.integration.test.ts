import path from 'node:path';
import t from 'tap';
import { ffmpeg } from '../../transcoder/testing/clips.ts';
import { openBrowser } from '../testing/browser.ts';
import { servePage } from './testing/page.ts';
import { startTestServer } from './testing/server.ts';

/* A title with 5.1: players that are not told otherwise play its stereo, those that want 5.1 get it, all to the end. */

const modules = path.join(import.meta.dirname, '../../node_modules');
const scripts: Readonly<Record<string, string>> = {
  '/hls.js': path.join(modules, 'hls.js/dist/hls.min.js'),
  '/shaka.js': path.join(modules, 'shaka-player/dist/shaka-player.compiled.js'),
};

const page = `<!doctype html><title>players</title><video id="video" muted playsinline></video>
${Object.keys(scripts)
  .map((src) => `<script src="${src}"></script>`)
  .join('')}
<script>
const video = document.getElementById('video');
const errors = [];
video.addEventListener('error', () => errors.push('media element: ' + video.error?.message));
const startShaka = async (url, surround) => {
  const player = new shaka.Player();
  await player.attach(video);
  player.addEventListener('error', ({ detail }) => { if (detail.severity === 2) errors.push('shaka ' + detail.code); });
  if (surround) player.configure({ preferredAudio: [{ channelCount: 6 }] });
  await player.load(url);
  await video.play();
};
window.start = {
  'hls.js, HLS': ({ hls }, surround) => {
    const player = new Hls(surround ? { audioPreference: { channels: '6' } } : {});
    player.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) errors.push('hls.js ' + data.details); });
    player.loadSource(hls);
    player.attachMedia(video);
    return video.play();
  },
  'Shaka, HLS': ({ hls }, surround) => startShaka(hls, surround),
  'Shaka, DASH': ({ dash }, surround) => startShaka(dash, surround),
};
</script>`;

const seconds = 9;

/** English in 5.1, which is the default, and German in stereo. */
async function makeSource(file: string): Promise<void> {
  const tones = [400, 600, 1000, 60, 1500, 2100].map((hertz) => `0.2*sin(2*PI*${hertz}*t)`).join('|');
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=${seconds}`];
  const english = ['-f', 'lavfi', '-i', `aevalsrc='${tones}':c=5.1:s=48000:d=${seconds}`];
  const german = ['-f', 'lavfi', '-i', `sine=300:r=48000:d=${seconds},aformat=channel_layouts=stereo`];
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'flac'];
  const tags = ['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=ger', '-disposition:a:0', 'default'];
  const maps = ['-map', '0', '-map', '1', '-map', '2'];
  await ffmpeg(...picture, ...english, ...german, ...maps, ...coded, ...tags, file);
}

t.test('players play stereo or 5.1 as they like, to the end', async (t) => {
  const siteUrl = await servePage(t, page, scripts);
  const { client } = await startTestServer(t);
  const browser = await openBrowser(t);
  const file = path.join(t.testdir(), 'source.mkv');
  await makeSource(file);
  const id = await client.upload(file);
  const asset = await client.waitFor(id, ['ready', 'failed']);
  t.equal(asset.state, 'ready');
  const [version] = asset['versions'] as readonly {
    readonly renditions: readonly { name: string; channels: number }[];
  }[];
  t.same(
    version?.renditions.filter(({ name }) => name.startsWith('a')).map(({ name, channels }) => [name, channels]),
    [
      ['a0-384', 6],
      ['a0-128', 2],
      ['a1-128', 2],
      ['a0-48', 2],
      ['a1-48', 2],
    ],
  );

  const { hls, dash } = await client.play(id);
  for (const name of ['hls.js, HLS', 'Shaka, HLS', 'Shaka, DASH'])
    for (const surround of [false, true])
      await t.test(`${name}, ${surround ? '5.1' : 'stereo'}`, async (t) => {
        const tab = await browser.newPage();
        const sound = new Set<string>();
        let first: string | undefined;
        tab.on('request', (request) => {
          const rendition = /\/(a\d+-\d+)\/\d+\.m4s$/.exec(new URL(request.url()).pathname)?.[1];
          if (rendition === undefined) return;
          first ??= rendition;
          sound.add(rendition);
        });
        await tab.goto(siteUrl);
        await tab.evaluate(`void start[${JSON.stringify(name)}](${JSON.stringify({ hls, dash })}, ${surround})`);
        await tab.waitForFunction('video.ended || errors.length > 0', undefined, { timeout: 120_000 });
        t.same(await tab.evaluate('errors'), []);
        t.ok(Math.abs(Number(await tab.evaluate('video.currentTime')) - seconds) < 0.1, 'to the end');
        const heard = [...sound].toSorted();
        t.ok(
          heard.length > 0 && heard.every((rendition) => rendition.startsWith('a0-')),
          `English: ${heard.join(' ')}`,
        );
        // For hls.js a variant with 5.1 is one with more bits: it begins with stereo and climbs to it like to any other.
        if (!name.startsWith('hls.js')) t.equal(sound.has('a0-384'), surround, `${heard.join(' ')} was heard`);
        else if (surround) t.ok(sound.has('a0-384'), `${heard.join(' ')} was heard`);
        else t.not(first, 'a0-384', 'it began with stereo');
        await tab.close();
      });
});
