import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { planEncoding } from '../ladder/plan-encoding.ts';
import { ffmpeg, grayClip, setDisplayMatrix, sharedClip } from '../testing/clips.ts';
import { checkFrames, encode, encodeAll, evenly, ladder, prepared } from './testing/encoded-picture.ts';

/* Pictures that change within a file: every one is there, in the title's frame, in its own aspect and colours. */

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10'];
const usual = [...h264, '-pix_fmt', 'yuv420p'];

/** Streams of bytes, one after the other, in a container. */
async function joined(folder: string, parts: readonly string[], ...target: readonly string[]): Promise<string> {
  const stream = path.join(folder, 'joined.h264');
  writeFileSync(stream, Buffer.concat(parts.map((part) => readFileSync(part))));
  await ffmpeg('-r', '20', '-f', 'h264', '-i', stream, '-c', 'copy', ...target);
  return target.at(-1) as string;
}

t.test('size and depth change, on the edge of a chunk and within one', async (t) => {
  const folder = t.testdir();
  const looks = [
    ['a', 60, 'scale=160:120', 'yuv420p'],
    ['b', 20, 'scale=320:240', 'yuv420p'],
    ['c', 40, 'scale=320:240', 'yuv420p10le'],
    ['d', 60, 'scale=120:90', 'yuv422p'],
    ['e', 20, 'scale=200:150', 'yuvj420p'],
  ] as const;
  const parts: string[] = [];
  for (const [name, frames, filter, format] of looks) {
    parts.push(path.join(folder, `${name}.h264`));
    await grayClip(frames, '20', '-vf', filter, ...h264, '-pix_fmt', format, parts.at(-1) as string);
  }
  const file = await joined(folder, parts, path.join(folder, 'source.mkv'));
  const plan = await checkFrames(t, file, evenly(200, 20), { rate: '20/1', frames: 200 });
  t.strictSame(
    plan.chunks.map(({ firstFrame }) => firstFrame),
    [0, 20, 40, 80, 120, 160],
  );
});

t.test('size changes in interlaced pictures', async (t) => {
  const folder = t.testdir();
  const parts = ['160:120', '240:180'].map((size, index) => [size, path.join(folder, `${index}.h264`)] as const);
  for (const [size, part] of parts) {
    const woven = ['-vf', `scale=${size},setfield=tff`, '-flags', '+ilme+ildct', '-x264opts', 'tff=1'];
    await grayClip(60, '20', ...woven, ...usual, part);
  }
  const file = await joined(
    folder,
    parts.map(([, part]) => part),
    path.join(folder, 'source.mkv'),
  );
  const { info } = await prepared(file);
  t.ok(info.video.interlaced);
  const plan = planEncoding({ info, ladder, encode, sourceKey: 'test' });
  t.equal((await brightness(await encodeAll(t, folder, file, plan))).length, plan.frames);
});

/** Mean brightness of each frame. */
async function brightness(file: string): Promise<number[]> {
  return [...(await ffmpeg('-i', file, '-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', 'pipe:1'))];
}

/** Which rows and columns of one frame are not black, `[left, top, right, bottom]` in shares of the frame, to 1/32. */
async function shownPart(file: string, frame: number): Promise<number[]> {
  const filter = `select='eq(n,${frame})',scale=32:32:flags=area,format=gray`;
  const pixels = [
    ...(await ffmpeg('-i', file, '-vf', filter, '-frames:v', '1', '-f', 'rawvideo', 'pipe:1')),
  ] as number[];
  const lit = pixels.flatMap((level, at) => (level > 128 ? [[at % 32, Math.floor(at / 32)] as const] : []));
  const [across, down] = [lit.map(([x]) => x), lit.map(([, y]) => y)];
  return [Math.min(...across), Math.min(...down), Math.max(...across) + 1, Math.max(...down) + 1].map(
    (edge) => edge / 32,
  );
}

const whole = [0, 0, 1, 1];
const white = (size: string, seconds: number) => ['-f', 'lavfi', '-i', `color=white:s=${size}:r=20:d=${seconds}`];

async function encodeClip(t: Test, file: string) {
  const { info, sourcePath } = await prepared(file);
  const plan = planEncoding({ info, ladder, encode, sourceKey: 'test' });
  const stitched = await encodeAll(t, path.dirname(file), sourcePath, plan);
  const { width, height } = plan.video[0] as { width: number; height: number };
  return { info, plan, stitched, size: `${width}x${height}` };
}

t.test('every part in its own aspect', async (t) => {
  const folder = t.testdir();
  const parts: string[] = [];
  for (const [size, seconds] of [
    ['160x120', 2],
    ['320x180', 3],
    ['120x160', 1],
  ] as const) {
    parts.push(path.join(folder, `${size}.h264`));
    await ffmpeg(...white(size, seconds), ...usual, parts.at(-1) as string);
  }
  const file = await joined(folder, parts, path.join(folder, 'source.mkv'));
  const { info, stitched, size } = await encodeClip(t, file);
  t.match(info, {
    video: { width: 320, height: 180 },
    warnings: [{ code: 'picture_aspect_changes', parameters: { width: 320, height: 180 } }],
  });
  t.equal(size, '110x62', 'most of it is 16:9');
  t.strictSame(await shownPart(stitched, 20), [4 / 32, 0, 28 / 32, 1], '4:3 between black bars');
  t.strictSame(await shownPart(stitched, 60), whole);
  t.strictSame(await shownPart(stitched, 110), [9 / 32, 0, 23 / 32, 1], '3:4 between wider ones');
});

t.test('a transport stream whose samples change their aspect', async (t) => {
  const folder = t.testdir();
  const parts: string[] = [];
  for (const [index, aspect] of ['12/11', '16/11'].entries()) {
    parts.push(path.join(folder, `${index}.ts`));
    const coded = ['-vf', `setsar=${aspect}`, '-c:v', 'mpeg2video', '-q:v', '3', '-g', '10'];
    await ffmpeg('-f', 'lavfi', '-i', 'color=white:s=352x288:r=25:d=2', ...coded, parts.at(-1) as string);
  }
  const [list, file] = [path.join(folder, 'list.txt'), path.join(folder, 'source.ts')];
  writeFileSync(list, parts.map((part) => `file '${part}'\n`).join(''));
  await ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', file);
  const { info, stitched, size } = await encodeClip(t, file);
  t.match(info.warnings, [{ code: 'picture_aspect_changes' }]);
  t.match([info.video, size], [{ width: 384, height: 288 }, '82x62']);
  t.strictSame(await shownPart(stitched, 10), whole);
  t.strictSame(await shownPart(stitched, 70), [0, 4 / 32, 1, 28 / 32], 'the wide half between black bars');
});

t.test('each part is shown in its own colours', async (t) => {
  const folder = t.testdir();
  const parts: string[] = [];
  for (const [index, [matrix, range]] of (
    [
      ['smpte170m', 'tv'],
      ['bt709', 'pc'],
      ['bt709', 'tv'],
    ] as const
  ).entries()) {
    parts.push(path.join(folder, `${index}.h264`));
    const out = `scale=out_color_matrix=${matrix === 'bt709' ? 'bt709' : 'bt601'}:out_range=${range}`;
    const tagged = ['-colorspace', matrix, '-color_range', range];
    const picture = ['-f', 'lavfi', '-i', 'color=0x40C080:s=160x120:r=20:d=2'];
    const format = range === 'pc' ? 'yuvj420p' : 'yuv420p';
    await ffmpeg(...picture, '-vf', `${out},format=${format}`, ...tagged, ...h264, parts.at(-1) as string);
  }
  const file = await joined(folder, parts, path.join(folder, 'source.mkv'));
  const { stitched } = await encodeClip(t, file);
  for (const frame of [20, 60, 100]) {
    const one = `select='eq(n,${frame})',scale=1:1:flags=area:in_color_matrix=bt709,format=rgb24`;
    const rgb = [...(await ffmpeg('-i', stitched, '-vf', one, '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'))];
    const away = Math.max(...[0x40, 0xc0, 0x80].map((value, index) => Math.abs(value - (rgb[index] ?? 0))));
    t.ok(away <= 4, `frame ${frame} is ${rgb.join(' ')}`);
  }
});

t.test('turned pictures with samples that are not square', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg(...white('160x120', 2), '-vf', 'setsar=2', ...usual, file);
  setDisplayMatrix(file, [0, 1, -1, 0]);
  const { info, stitched, size } = await encodeClip(t, file);
  t.match(info.video, { width: 120, height: 320, rotation: 90 });
  t.match(size, '62x166');
  t.strictSame(await shownPart(stitched, 10), whole);
});

t.test('what Matroska crops is not shown', async (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'source.mkv');
  const box = 'drawbox=c=black:t=20';
  const coded = (sar: string) => ['-vf', `${box},setsar=${sar}`, ...usual];
  await ffmpeg(...white('320x180', 2), ...coded('2'), file);
  // ffmpeg wrote display width, height and unit, 4 bytes each; crops of 20 pixels take their place.
  const written = Buffer.from('54b0812054ba810954b28103', 'hex');
  for (const [fields, expected] of [
    ['54bb811454aa8114ec820000', { width: 320, height: 140, shown: [2 / 32, 0, 30 / 32, 1] }],
    ['54cc811454dd8114ec820000', { width: 280, height: 180, shown: [0, 4 / 32, 1, 28 / 32] }],
    ['54bb81c854aa8114ec820000', { width: 320, height: 180, shown: [2 / 32, 4 / 32, 30 / 32, 28 / 32] }],
  ] as const) {
    const data = readFileSync(file);
    const at = data.indexOf(written);
    t.ok(at > 0);
    const cropped = path.join(folder, `${fields}.mkv`);
    writeFileSync(cropped, Buffer.concat([data.subarray(0, at), Buffer.from(fields, 'hex'), data.subarray(at + 12)]));
    const { info, stitched } = await encodeClip(t, cropped);
    t.match(info.video, { width: expected.width, height: expected.height });
    t.strictSame(await shownPart(stitched, 10), expected.shown);
  }
});

t.test('the shared cases', async (t) => {
  for (const [name, expected] of [
    ['picture-changes-size-at-6s.mkv', { size: '110x62', frames: 300, flashes: [25, 100, 225] }],
    ['matroska-with-cropping.mkv', { size: '142x62', frames: 300, flashes: [25, 100, 225] }],
  ] as const) {
    const shared = sharedClip(t, `cases/${name}`);
    if (!shared) continue;
    const file = path.join(t.testdir(), name);
    copyFileSync(shared, file);
    const { info, stitched, size } = await encodeClip(t, file);
    if (name.includes('cropping')) t.match(info.video, { width: 320, height: 140, crop: { top: 20, bottom: 20 } });
    const levels = await brightness(stitched);
    const flashes = levels.flatMap((level, frame) => (level > 120 && (levels[frame - 1] ?? 0) <= 120 ? [frame] : []));
    t.strictSame({ size, frames: levels.length, flashes }, expected, name);
  }
});
