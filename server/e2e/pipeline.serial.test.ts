import t, { type Test } from 'tap';
import path from 'node:path';
import { Parser } from 'm3u8-parser';
import { parse as parseMpd } from 'mpd-parser';
import type { ClipOptions } from '../../fixtures/generate-clip.ts';
import type { Client } from './testing/client.ts';
import { defaultTools, placeClip, realClip } from './testing/clips.ts';
import { fetchText } from './testing/media.ts';
import { checkPresentation, type Expectation } from './testing/presentation.ts';
import { startTestServer } from './testing/server.ts';

/** From an uploaded file to a stream that every kind of reader can play, for each kind of source. */
const generated: readonly { readonly name: string; readonly clip: ClipOptions; readonly expected: Expectation }[] = [
  {
    name: 'landscape 24 fps',
    clip: { seconds: 9, width: 640, height: 360, rate: '24' },
    expected: { frames: 216, rungs: 2, aspect: 16 / 9, audio: true },
  },
  {
    name: 'portrait 29.97 fps, silent',
    clip: { seconds: 5, width: 360, height: 640, rate: '30000/1001', channels: 0 },
    expected: { frames: 150, rungs: 2, aspect: 9 / 16, audio: false },
  },
  {
    name: 'turned phone clip',
    clip: { seconds: 5, width: 640, height: 360, rate: '30', rotation: 90, variableRate: true },
    expected: { frames: 0, rungs: 2, aspect: 9 / 16, audio: true },
  },
  {
    name: '5.1',
    clip: { seconds: 5, width: 320, height: 240, rate: '25', channels: 6 },
    expected: { frames: 125, rungs: 1, aspect: 4 / 3, audio: true, surround: true },
  },
];

const real: readonly { readonly file: string; readonly expected: Expectation }[] = [
  { file: 'phone-1080p-vfr-rotated90.mp4', expected: { frames: 0, rungs: 6, aspect: 9 / 16, audio: true } },
  { file: 'audio-5.1-channel-id.mp4', expected: { frames: 0, rungs: 6, aspect: 4 / 3, audio: true, surround: true } },
  { file: 'odd/sample_portrait.mp4', expected: { frames: 0, rungs: 6, aspect: 2 / 3, audio: true } },
  { file: 'phone-720p-vfr-rotated180.mp4', expected: { frames: 0, rungs: 5, aspect: 16 / 9, audio: true } },
  {
    file: 'cases/chromium-mediarecorder-vp8-opus.webm',
    expected: { frames: 0, rungs: 1, aspect: 16 / 9, audio: true },
  },
];

t.test('from an upload to a stream', async (t) => {
  const tools = await defaultTools();
  const paths = { ffmpeg: tools.ffmpeg.path, ffprobe: tools.ffprobe.path };
  const { client } = await startTestServer(t);
  const folder = t.testdir();
  const sources: { name: string; file: string; expected: Expectation }[] = [];
  for (const [index, { name, clip, expected }] of generated.entries()) {
    const file = path.join(folder, `clip-${index}.mp4`);
    await placeClip(file, clip);
    sources.push({ name, file, expected });
  }
  for (const { file, expected } of real) {
    const found = realClip(file);
    if (found) sources.push({ name: file, file: found, expected });
    else t.comment(`${file} is not beside the repository: generated clips only`);
  }
  // All at once: that is how a server is used, and it must keep them apart.
  const assets = await Promise.all(sources.map(async (source) => ({ source, id: await client.upload(source.file) })));
  for (const { source, id } of assets) {
    await t.test(source.name, async (t) => {
      const asset = await client.waitFor(id, ['ready', 'failed']);
      if (!t.equal(asset.state, 'ready', JSON.stringify(asset['error']))) return;
      const urls = await client.play(id);
      const frames = source.expected.frames || (await framesOf(asset, urls.hls));
      await checkPresentation(t, paths, urls, { ...source.expected, frames });
      const parser = new Parser();
      parser.push(await fetchText(urls.hls));
      parser.end();
      t.ok(
        (parser.manifest.playlists?.length ?? 0) >= source.expected.rungs,
        'm3u8-parser reads the multivariant playlist',
      );
      const mpdText = await fetchText(urls.dash);
      const mpd = parseMpd(mpdText, { manifestUri: urls.dash });
      t.ok(mpd.playlists.length >= source.expected.rungs, 'mpd-parser reads the MPD');
      t.match(mpdText, / type="static"/, 'the MPD is static');
      // The recording is black but for its flashes.
      if (!source.name.includes('mediarecorder')) await checkPoster(t, client, asset, urls.hls);
    });
  }
});

/** A title has a picture of itself, which its staff sees and the origin does not serve. */
async function checkPoster(t: Test, client: Client, asset: Record<string, unknown>, hls: string): Promise<void> {
  const poster = asset['poster'] as { versionId: string; chunk: number; width: number; height: number } | null;
  if (!t.ok(poster, 'there is a poster') || !poster) return;
  const address = `${client.url}/api/v1/assets/${String(asset['id'])}/stills/${poster.versionId}/${poster.chunk}`;
  const file = await fetch(address, { headers: { authorization: `Bearer ${client.accessToken}` } });
  t.equal(file.headers.get('content-type'), 'image/jpeg');
  const picture = Buffer.from(await file.arrayBuffer());
  t.equal(picture.subarray(0, 3).toString('hex'), 'ffd8ff', 'it is a JPEG');
  const name = `stills/${String(poster.chunk).padStart(5, '0')}.jpg`;
  t.equal((await fetch(new URL(name, hls))).status, 404, 'the origin knows nothing of it');
}

/** A variable frame rate becomes a constant one over the whole duration. */
async function framesOf(asset: Record<string, unknown>, hls: string): Promise<number> {
  const { durationMs } = asset['media'] as { durationMs: number };
  const rate = Number(/FRAME-RATE=([\d.]+)/.exec(await fetchText(hls))?.[1]);
  return Math.round((durationMs * rate) / 1000);
}
