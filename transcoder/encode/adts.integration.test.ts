import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ffmpeg } from '../testing/clips.ts';
import { encodeSound, onsets, planOf, samples } from './testing/encoded-sound.ts';
import { prepared } from './testing/encoded-picture.ts';

/** How many times a second the sound swings, in a tenth of a second from `at`. */
function pitch(sound: Float32Array, at: number): number {
  const part = sound.subarray(at * 48_000, (at + 0.1) * 48_000);
  return (
    part.reduce(
      (turns, value, index) => turns + (index > 0 && value >= 0 !== (part[index - 1] as number) >= 0 ? 1 : 0),
      0,
    ) * 5
  );
}

t.test('AAC whose rate and channels change in a transport stream keeps its pitch and its time', async (t) => {
  const dir = t.testdir();
  const file = path.join(dir, 'joined.ts');
  const parts: Buffer[] = [];
  for (const [from, rate, channels] of [
    [0, 48_000, 2],
    [2, 24_000, 1],
  ] as const) {
    const part = path.join(dir, `${from}.ts`);
    const beep = `sine=f=1000:r=${rate}:d=2,volume=0:enable='not(between(t,0.5,0.8))'`;
    const picture = ['-f', 'lavfi', '-i', 'color=gray:s=64x64:r=25:d=2'];
    const made = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-ac', String(channels)];
    const onTime = ['-muxdelay', '0', '-muxpreload', '0', '-output_ts_offset', String(from + 1)];
    await ffmpeg(...picture, '-f', 'lavfi', '-i', beep, ...made, ...onTime, part);
    parts.push(readFileSync(part));
  }
  writeFileSync(file, Buffer.concat(parts));
  const { sourcePath, info } = await prepared(file);
  const { stream } = await encodeSound(sourcePath, undefined, planOf(info));
  const sound = await samples(stream);
  const heard = onsets(sound);
  t.equal(heard.length, 2, `${heard}`);
  for (const [index, at] of [500, 2500].entries()) t.ok(Math.abs((heard[index] ?? 0) - at) < 50, `${heard[index]} ms`);
  for (const at of [0.6, 2.6]) t.ok(Math.abs(pitch(sound, at) - 1000) < 30, `${pitch(sound, at)} Hz`);
});
