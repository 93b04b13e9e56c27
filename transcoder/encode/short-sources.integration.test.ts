import path from 'node:path';
import t, { type Test } from 'tap';
import { audioFrames, planMilliseconds } from '../timeline.ts';
import { ffmpeg } from '../testing/clips.ts';
import { encodeAll, prepared } from './testing/encoded-picture.ts';
import { encodeSound, onsets, planOf, samples } from './testing/encoded-sound.ts';
import { readTransportStream } from './transport-stream.ts';

/* Sources of which there is little: one picture, sound that does not reach the picture, a short end. */

const pictures = (seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=s=160x120:r=30:d=${seconds}`];
const tone = (seconds: number, rate = 44_100) => ['-f', 'lavfi', '-i', `sine=r=${rate}:d=${seconds}`];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** Encodes all of a clip; what comes out has as many pictures and packets of sound as planned. */
async function encodeShort(t: Test, file: string) {
  const { sourcePath, info } = await prepared(file);
  const plan = planOf(info);
  const stitched = await encodeAll(t, path.dirname(file), sourcePath, plan);
  t.equal((await readTransportStream(stitched)).length, plan.frames);
  const sound = plan.audio.length > 0 ? await encodeSound(sourcePath, undefined, plan) : undefined;
  if (sound) t.equal((await readTransportStream(sound.stream)).length, audioFrames(plan));
  return { plan, ms: planMilliseconds(plan), stitched, sound };
}

t.test('sound that ends before the first picture is heard, and the first picture stands', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  await ffmpeg('-itsoffset', '0.8', ...pictures(3), ...tone(0.5), ...h264, file);
  const { ms, sound } = await encodeShort(t, file);
  t.ok(ms > 3750 && ms < 3900, `${ms} ms`);
  const heard = await samples(sound?.stream as string);
  const loud = heard.reduce((count, value) => count + (Math.abs(value) > 0.02 ? 1 : 0), 0) / 48;
  t.ok(loud > 380 && loud < 560, `about half a second is heard: ${loud.toFixed(0)} ms`);
});

t.test('where no sound belongs to the title, it is silent', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  await ffmpeg('-itsoffset', '0.8', ...pictures(3), ...tone(0.5), ...h264, file);
  const { info } = await prepared(file);
  const [sound] = info.audio;
  // As with an encoder that said nothing of how long its packets last.
  const plan = planOf({ ...info, audio: sound ? [{ ...sound, promisedSeconds: undefined as never }] : [] });
  t.equal(planMilliseconds(plan), 3000);
  const { stream } = await encodeSound(file, undefined, plan);
  t.equal((await readTransportStream(stream)).length, audioFrames(plan));
  t.strictSame(onsets(await samples(stream)), []);
});

t.test('one picture with 50 ms of sound', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg(...pictures(0.033), ...tone(0.05), ...h264, file);
  const { plan, sound } = await encodeShort(t, file);
  t.equal(plan.frames, 1);
  t.ok(sound);
});

t.test('one picture without a duration', async (t) => {
  const file = path.join(t.testdir(), 'source.asf');
  await ffmpeg(...pictures(1), '-frames:v', '1', '-c:v', 'wmv2', file);
  const { ms, plan } = await encodeShort(t, file);
  t.ok(plan.still);
  t.ok(ms > 0 && ms < 100, `${ms} ms`);
});

t.test('one picture with much sound: it is shown throughout', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  await ffmpeg(...pictures(0.033), ...tone(6), ...h264, file);
  const { ms, plan } = await encodeShort(t, file);
  t.ok(Math.abs(ms - 6000) < 100 && plan.chunks.length > 1, `${ms} ms in ${plan.chunks.length} chunks`);
});

t.test('the last packet of sound is as short as it says', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  const packets = ['-af', 'asetnsamples=48000:p=0', '-c:a', 'pcm_s16le'];
  await ffmpeg(...pictures(10), ...tone(10.2, 48_000), ...h264, ...packets, file);
  t.equal((await encodeShort(t, file)).ms, 10_000, 'not 11 s');
});
