import { statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { planEncoding } from '../ladder/plan-encoding.ts';
import type { EncodingPlan } from '../plan.ts';
import { defaults, ffmpeg, grayClip, sharedClip, silent, tools } from '../testing/clips.ts';
import { remuxToMatroska } from './remux.ts';
import { checkFrames, encode, encodeAll, evenly, ladder, probe } from './testing/encoded-picture.ts';
import { planSeconds } from '../timeline.ts';

t.test('MP4 with B-frames and key frames far apart', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await grayClip(
    150,
    '30',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '3',
    '-g',
    '130',
    '-sc_threshold',
    '0',
    '-pix_fmt',
    'yuv420p',
    file,
  );
  await checkFrames(t, file, evenly(150, 30), { rate: '30/1', frames: 150 });
});

t.test('29.97 in Matroska with its millisecond times', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  await grayClip(121, '30000/1001', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', file);
  await checkFrames(t, file, evenly(121, 30000 / 1001), { rate: '30000/1001', frames: 121 });
});

t.test('variable frame rate with a gap longer than a chunk, across cuts', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  const at = (frame: number) =>
    (frame < 25 ? frame : frame < 60 ? frame + 75 + Math.floor(frame / 7) : frame + 90) / 30;
  await grayClip(
    80,
    '30',
    '-vf',
    "setpts='round((if(lt(N,25),N,if(lt(N,60),N+75+floor(N/7),N+90)))/30/TB)'",
    '-vsync',
    'passthrough',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '2',
    '-g',
    '40',
    '-pix_fmt',
    'yuv420p',
    file,
  );
  const times = Array.from({ length: 80 }, (_, frame) => at(frame));
  const plan = await checkFrames(t, file, times, { rate: '30/1', frames: 170 });
  t.ok((await probe(file)).video.variableFrameRate);
  t.ok(
    plan.chunks.some((chunk) => chunk.decodeFromMs > 0 && chunk.decodeFromMs < (chunk.firstFrame / 30) * 1000 - 1000),
    'a chunk in the gap decodes from before it',
  );
});

t.test('120 frames per second come out at 60', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await grayClip(300, '120', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '60', '-pix_fmt', 'yuv420p', file);
  await checkFrames(t, file, evenly(300, 120), { rate: '60/1', frames: 150 });
});

t.test('a time line that does not begin at 0', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await grayClip(
    100,
    '25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '2',
    '-g',
    '30',
    '-pix_fmt',
    'yuv420p',
    '-output_ts_offset',
    '5',
    file,
  );
  t.equal((await probe(file)).video.startMicroseconds, 5_000_000);
  await checkFrames(t, file, evenly(100, 25), { rate: '25/1', frames: 100 });
});

t.test('AVI with B-frames, which has no presentation times', async (t) => {
  const file = path.join(t.testdir(), 'source.avi');
  await grayClip(100, '25', '-c:v', 'mpeg4', '-q:v', '2', '-g', '30', '-bf', '2', '-pix_fmt', 'yuv420p', file);
  await checkFrames(t, file, evenly(100, 25), { rate: '25/1', frames: 100 });
});

t.test('MPEG-TS by way of Matroska', async (t) => {
  const folder = t.testdir();
  const [source, copy] = [path.join(folder, 'source.ts'), path.join(folder, 'copy.mkv')];
  await grayClip(
    100,
    '25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '2',
    '-g',
    '25',
    '-pix_fmt',
    'yuv420p',
    source,
  );
  const info = await probe(source);
  t.equal(info.needsRemux, true);
  const remuxed = await remuxToMatroska({
    sourcePath: source,
    outputPath: copy,
    info,
    sourceBytes: statSync(source).size,
    limits: defaults.media,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
  });
  t.match(remuxed, { format: 'matroska', needsRemux: false, durationMs: 4000, video: { frames: 100, packets: 100 } });
  await checkFrames(t, copy, evenly(100, 25), { rate: '25/1', frames: 100 });
});

t.test('Matroska of a live recording, which has no index, by way of a copy that has one', async (t) => {
  const folder = t.testdir();
  const [source, copy] = [path.join(folder, 'source.mkv'), path.join(folder, 'copy.mkv')];
  await grayClip(
    100,
    '25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '25',
    '-pix_fmt',
    'yuv420p',
    '-live',
    '1',
    source,
  );
  const info = await probe(source);
  t.equal(info.needsRemux, true);
  const remuxed = await remuxToMatroska({
    sourcePath: source,
    outputPath: copy,
    info,
    sourceBytes: statSync(source).size,
    limits: defaults.media,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
  });
  t.match(remuxed, { needsRemux: false, video: { frames: 100 } });
  await checkFrames(t, copy, evenly(100, 25), { rate: '25/1', frames: 100 });
});

t.test('sound after the last picture: it stands still to the end, in every chunk', async (t) => {
  const folder = t.testdir();
  const [picture, file] = [path.join(folder, 'picture.mp4'), path.join(folder, 'source.mov')];
  await grayClip(
    49,
    '25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '2',
    '-g',
    '20',
    '-pix_fmt',
    'yuv420p',
    picture,
  );
  await ffmpeg('-i', picture, '-f', 'lavfi', '-i', 'sine=d=12', '-c:v', 'copy', '-c:a', 'pcm_s16le', file);
  const plan = await checkFrames(t, file, evenly(49, 25), { rate: '25/1', frames: 300 });
  t.ok(
    plan.chunks.length > 4 && plan.chunks.every((chunk) => chunk.decodeFromMs < 1960),
    'several chunks lie after the last picture',
  );
});

t.test('key frames much further apart than chunks', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await grayClip(
    600,
    '25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '400',
    '-keyint_min',
    '400',
    '-sc_threshold',
    '0',
    '-pix_fmt',
    'yuv420p',
    file,
  );
  t.strictSame((await probe(file)).video.keySpans, [[0, 16_000]]);
  const plan = await checkFrames(t, file, evenly(600, 25), { rate: '25/1', frames: 600 });
  t.strictSame(
    plan.chunks.map(({ frames }) => frames),
    [26, 26, 52, 104, 208, 52, 52, 52, 28],
  );
});

t.test('a phone clip with variable frame rate: chunks and one whole run pick the same pictures', async (t) => {
  const file = sharedClip(t, 'phone-1080p-vfr-rotated90.mp4');
  if (!file) return;
  const info = await probe(file);
  const chunked = planEncoding({ info, ladder, encode: { ...encode, chunkSeconds: 1 }, sourceKey: 'test' });
  const whole = { ...chunked, chunks: [{ index: 0, firstFrame: 0, frames: chunked.frames, decodeFromMs: 0 }] };
  t.equal(chunked.chunks.length, 2);
  t.equal(planSeconds(chunked), 2.1);
  const folder = t.testdir();
  const pixels = async (plan: EncodingPlan) =>
    ffmpeg(
      '-i',
      await encodeAll(t, folder, file, plan),
      '-an',
      '-vf',
      'scale=8:8,format=gray',
      '-f',
      'rawvideo',
      'pipe:1',
    );
  const [first, second] = [await pixels(chunked), await pixels(whole)];
  t.equal(first.length, chunked.frames * 64);
  t.equal(second.length, first.length);
  const worst = first.reduce((most, value, index) => Math.max(most, Math.abs(value - (second[index] as number))), 0);
  t.ok(worst <= 6, `largest difference of a pixel is ${worst}`);
});
