import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ffmpeg, grayClip, shadesIn } from '../testing/clips.ts';
import { planEncoding } from '../ladder/plan-encoding.ts';
import { checkFrames, encode, encodeAll, evenly, ladder, prepared } from './testing/encoded-picture.ts';

/*
 * Each field of the clips has a shade of its own: what is encoded must show every one, as a picture, at its time. Weaving
 * keeps the even lines of one picture and the odd lines of the next.
 */
const woven = { tff: 'tinterlace=interleave_top,setfield=tff', bff: 'tinterlace=interleave_bottom,setfield=bff' };
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12', '-flags', '+ilme+ildct', '-pix_fmt', 'yuv420p'];

for (const [name, filter, codec, target] of [
  ['H.264 with the top field first (MBAFF)', woven.tff, [...h264, '-x264opts', 'tff=1', '-bf', '2'], 'source.mp4'],
  ['H.264 with the bottom field first', woven.bff, [...h264, '-x264opts', 'bff=1'], 'source.mkv'],
  ['MPEG-2', woven.tff, ['-c:v', 'mpeg2video', '-flags', '+ilme+ildct', '-q:v', '2', '-g', '12'], 'source.mkv'],
] as const) {
  t.test(name, async (t) => {
    const file = path.join(t.testdir(), target);
    await grayClip(200, '50', '-vf', filter, ...codec, file);
    const plan = await checkFrames(t, file, evenly(200, 50), { rate: '50/1', frames: 200 });
    t.ok(plan.deinterlace);
    t.ok(plan.chunks.length > 2);
  });
}

t.test('interlaced and progressive parts in one file', async (t) => {
  const folder = t.testdir();
  const parts = ['progressive', 'interlaced'].map((name) => path.join(folder, `${name}.h264`)) as [string, string];
  const plain = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12', '-pix_fmt', 'yuv420p'];
  await grayClip(40, '25', ...plain, parts[0]);
  await grayClip(120, '50', '-vf', woven.tff, ...h264, '-x264opts', 'tff=1', parts[1]);
  const stream = path.join(folder, 'joined.h264');
  writeFileSync(stream, Buffer.concat(parts.map((part) => readFileSync(part))));
  const file = path.join(folder, 'source.mkv');
  await ffmpeg('-r', '25', '-f', 'h264', '-i', stream, '-c', 'copy', file);
  const { info } = await prepared(file);
  const plan = planEncoding({ info, ladder, encode, sourceKey: 'test' });
  t.same([plan.frameRate, plan.frames], [{ num: 50, den: 1 }, 200]);
  const twice = Array.from({ length: 80 }, (_, frame) => Math.floor(frame / 2) % 20);
  const once = Array.from({ length: 120 }, (_, frame) => frame % 20);
  t.strictSame(
    await shadesIn('-i', await encodeAll(t, folder, file, plan)),
    [...twice, ...once],
    'each picture twice, then each field once',
  );
});
