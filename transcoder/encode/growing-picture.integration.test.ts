import { mkdirSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { planEncoding } from '../ladder/plan-encoding.ts';
import { isFinal } from '../worker/jobs/of-the-file.ts';
import { defaults, ffmpeg, silent, tools } from '../testing/clips.ts';
import { peakMegabytes } from '../testing/peak-memory.ts';
import { copySource } from './copy-source.ts';
import { encodeVideoChunk } from './encode-video-chunk.ts';
import { encode, ladder } from './testing/encoded-picture.ts';
import { joined } from './testing/copied-source.ts';

/*
 * A file that shows 320x180 and then 8192x4352. Decoding that took 1.3 GB in each decoder: the probe had seen the small
 * pictures only.
 */

const folder = t.testdir();
const at = (name: string): string => path.join(folder, name);
const clip = async (name: string, size: string, seconds: number, codec: readonly string[]): Promise<string> => {
  const picture = `testsrc2=s=320x180:r=12:d=${seconds},scale=${size}:flags=neighbor`;
  await ffmpeg('-f', 'lavfi', '-i', picture, '-pix_fmt', 'yuv420p', ...codec, at(name));
  return at(name);
};
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '40', '-g', '12', '-f', 'mpegts'];
const [small, huge, screen] = await Promise.all([
  clip('small.ts', '320x180', 6, h264),
  clip('huge.ts', '8192x4352', 1, h264),
  clip('screen.ts', '1920x1080', 1, h264),
]);

const common = { tools: await tools(), logger: silent, niceness: 0, stallSeconds: 60 };

/** Copies, plans and encodes. @returns pixels of the largest picture that was seen */
async function convert(t: Test, file: string, encoded?: string): Promise<number | undefined> {
  const work = t.testdir();
  const source = await copySource({
    ...common,
    sourcePath: file,
    sourceBytes: 1e6,
    folder: work,
    limits: defaults.media,
  });
  const plan = planEncoding({ info: source.copy, ladder, encode, sourceKey: 'test' });
  const outputDir = path.join(work, 'chunk');
  mkdirSync(outputDir);
  const sourcePath = encoded ?? source.path;
  for (const chunk of plan.chunks) await encodeVideoChunk({ ...common, sourcePath, plan, chunk, outputDir });
  return source.copy.video.codedPixels;
}

const refusal = {
  code: 'media_too_large_picture',
  message: /becomes 8192x4352 .* 9437184 pixels/,
  extras: { width: 8192, height: 4352 },
};
const growing = joined(at('growing.ts'), small, huge);

t.test('a picture that becomes too large on the way is refused in words, and at once', async (t) => {
  const { peak, thrown } = await peakMegabytes(() => convert(t, growing));
  t.match(thrown, refusal);
  t.ok(isFinal(thrown), 'it is not tried again');
  t.ok(peak > 10 && peak < 400, `programs took ${Math.round(peak)} MB`);
});

t.test('the encoder refuses it, too, where no look at some places has found it', async (t) => {
  await ffmpeg('-i', growing, '-c', 'copy', at('growing.mkv'));
  const plain = joined(at('plain.ts'), small, small);
  const { peak, thrown } = await peakMegabytes(() => convert(t, plain, at('growing.mkv')));
  t.match(thrown, refusal);
  t.ok(isFinal(thrown), 'it is not tried again');
  t.ok(peak > 10 && peak < 400, `programs took ${Math.round(peak)} MB`);
});

t.test('a picture that becomes a screen is shown', async (t) => {
  t.equal(await convert(t, joined(at('sharing.ts'), small, screen)), 1920 * 1080);
});
