import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import type { EncodingPlan } from '../plan.ts';
import { ffmpeg, silent, tools } from '../testing/clips.ts';
import { encodeVideoChunk } from './encode-video-chunk.ts';
import { planFor } from './testing/encoded-sound.ts';
import { hurtPictures } from './testing/hurt.ts';

/** Encodes every chunk; how many pictures each found damaged, and when the first of them. */
async function damageIn(file: string, plan: EncodingPlan, chunks = plan.chunks) {
  const found: { pictures: number; firstSeconds: number }[] = [];
  for (const chunk of chunks) {
    const outputDir = `${file}-${chunk.index}`;
    mkdirSync(outputDir, { recursive: true });
    const common = { tools: await tools(), logger: silent, niceness: 0, stallSeconds: 60 };
    const { damage } = await encodeVideoChunk({ sourcePath: file, plan, chunk, outputDir, ...common });
    found.push(damage);
  }
  return found;
}

const clip = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=4'];
/** In the first of the two chunks, where the second one begins to decode, and in the second one. */
const hurtOnes: readonly number[] = [20, 47, 60, 61];

t.test('damaged pictures are counted once, each in its chunk', async (t) => {
  const dir = t.testdir();
  const whole = path.join(dir, 'h264.mkv');
  // One key frame: both chunks decode from the beginning.
  await ffmpeg(...clip, '-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'cabac=1:keyint=300', whole);
  const plan = await planFor(whole);
  t.same(
    plan.chunks.map(({ firstFrame }) => firstFrame),
    [0, 50],
  );
  t.same(await damageIn(whole, plan), [
    { pictures: 0, firstSeconds: 0 },
    { pictures: 0, firstSeconds: 0 },
  ]);
  const hurt = path.join(dir, 'hurt.mkv');
  copyFileSync(whole, hurt);
  const listed = await hurtPictures(hurt, (packet) => hurtOnes.includes(packet), { whole: true });
  t.equal(listed, 100);
  const found = await damageIn(hurt, plan);
  t.same(found, [
    { pictures: 2, firstSeconds: 0.8 },
    { pictures: 2, firstSeconds: 2.4 },
  ]);
  t.same(await damageIn(hurt, plan, plan.chunks.slice(1)), found.slice(1), 'another try finds the same');
});

t.test('packets of which nothing can be decoded are damaged pictures, too', async (t) => {
  const file = path.join(t.testdir(), 'vp9.webm');
  await ffmpeg(...clip, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', file);
  await hurtPictures(file, (packet) => hurtOnes.includes(packet), { whole: true });
  const plan = await planFor(file);
  t.same(await damageIn(file, plan), [
    { pictures: 2, firstSeconds: 0.8 },
    { pictures: 2, firstSeconds: 2.4 },
  ]);
});
