import { readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ffmpeg, silent, tools } from '../testing/clips.ts';
import { tinyPlan } from '../package/testing/encoded-title.ts';
import type { VideoRendition } from '../plan.ts';
import { takeStill } from './take-still.ts';

const plan = tinyPlan({ frameRate: { num: 25, den: 1 }, gopFrames: 25, segmentFrames: 50, chunks: [100, 100] });
const [rendition] = plan.video as readonly [VideoRendition];

/** A chunk of four seconds as the encoder leaves it, one GOP a second. */
async function encoded(file: string, source: string): Promise<void> {
  const grid = ['-c:v', 'libx264', '-g', '25', '-keyint_min', '25', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];
  const colours = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
  await ffmpeg('-f', 'lavfi', '-i', source, '-frames:v', '100', ...grid, ...colours, '-f', 'mpegts', file);
}

async function still(file: string, outputDir: string) {
  return takeStill({
    sourcePath: file,
    plan,
    chunk: { index: 1, firstFrame: 100, frames: 100, decodeFromMs: 0 },
    rendition,
    file,
    outputDir,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
  });
}

t.test('the best of the key frames is taken, where it stands in the title, as a JPEG with its colours', async (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'chunk.ts');
  // Black, blurred, sharp, one colour: a second each.
  const parts = [
    'color=black:s=320x180:r=25:d=1[a]',
    'testsrc2=s=320x180:r=25:d=1,boxblur=20[b]',
    'testsrc2=s=320x180:r=25:d=1,drawbox=x=100:y=40:w=120:h=100:color=red:t=fill[c]',
    'color=gray:s=320x180:r=25:d=1[d]',
  ];
  const source = `${parts.join(';')};[a][b][c][d]concat=n=4,scale=out_color_matrix=bt709`;
  await encoded(file, source);
  const taken = await still(file, folder);
  t.match(taken, { chunk: 1, atMs: 6000, width: 320, height: 180, fingerprint: /^[0-9a-f]{16}$/ });
  t.ok((taken?.score ?? 0) > 1);
  const picture = taken?.file as string;
  t.equal(readFileSync(picture).subarray(0, 3).toString('hex'), 'ffd8ff');
  const pixel = ['-vf', 'crop=20:20:150:80,scale=1:1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const [red, green, blue] = await ffmpeg('-i', picture, ...pixel);
  t.ok((red ?? 0) > 235 && (green ?? 255) < 25 && (blue ?? 255) < 25, `red is red: ${red} ${green} ${blue}`);
});

t.test('where nothing is seen there is no picture; what is no video is an error', async (t) => {
  const folder = t.testdir({ 'rubbish.ts': 'rubbish'.repeat(1000) });
  await encoded(path.join(folder, 'black.ts'), 'color=black:s=320x180:r=25:d=4');
  t.equal(await still(path.join(folder, 'black.ts'), folder), undefined);
  await t.rejects(still(path.join(folder, 'rubbish.ts'), t.testdir()));
});
