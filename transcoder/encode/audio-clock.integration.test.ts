import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { audioFrames, audioFrameSamples, millisecondsOf, planSeconds, ticksOf } from '../timeline.ts';
import { ffmpeg, sharedClip } from '../testing/clips.ts';
import { encodeSound, flashes, onsets, samples } from './testing/encoded-sound.ts';

/*
 * Sound whose time stamps do not go on as its samples do: what comes out is decoded, and its flashes and beeps must be
 * where they belong.
 */

const near = (t: Test, what: string, found: readonly number[], expected: readonly number[], within: number): void => {
  t.ok(
    found.length === expected.length &&
      found.every((at, index) => Math.abs(at - (expected[index] as number)) <= within),
    `${what} at ${found.map((at) => at.toFixed(1)).join(' ')} ms, expected ${expected.join(' ')}`,
  );
};

/** 12 s: white and a beep for 0.2 s at 1, 4 and 9 s. */
const moments = [1000, 4000, 9000];
const isMoment = moments.map((at) => `between(t,${at / 1000},${at / 1000 + 0.199})`).join('+');
const pictures = ['-f', 'lavfi', '-i', `color=black:s=160x90:r=25:d=12,drawbox=c=white:t=fill:enable='${isMoment}'`];
const soundOf = (formula: string, rate: number, seconds = 12) => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc='${formula}':s=${rate}:d=${seconds}`,
];
const beeps = `0.5*sin(2*PI*1000*t)*(${isMoment})`;
const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p'];
const inPackets = (filter: string) => ['-af', `asetnsamples=1024,${filter}`, '-c:a', 'pcm_s16le'];
/** Time stamps as they come, but for the seconds that `change` (of `T`, their seconds) adds to them. */
const stamped = (change: string) => inPackets(`asetpts='PTS+round((${change})/TB)'`);
/** Up to `seconds` early or late, another value for each packet. */
const trembling = (seconds: number) => stamped(`(mod(N*N*37,101)/50-1)*${seconds}`);

/** `within`: what is evened out comes a little later than its cause; what the source's milliseconds lose is in it, too. */
const clocks: readonly {
  readonly name: string;
  readonly options: readonly string[];
  readonly beeps: readonly number[];
  readonly within: number;
}[] = [
  { name: 'a hole of 5 ms', options: stamped('gte(T,6)*0.005'), beeps: [1000, 4000, 9005], within: 2 },
  { name: 'a hole of 43 ms', options: stamped('gte(T,6)*0.043'), beeps: [1000, 4000, 9043], within: 2 },
  { name: 'a hole of 80 ms just before', options: stamped('gte(T,8.5)*0.08'), beeps: [1000, 4000, 9080], within: 2 },
  { name: 'an overlap of 43 ms', options: stamped('-gte(T,6)*0.043'), beeps: [1000, 4000, 8957], within: 2 },
  { name: 'two lost packets', options: inPackets("aselect='not(between(n,281,282))'"), beeps: moments, within: 2 },
  { name: '200 ppm slow', options: stamped('T*0.0002'), beeps: [1000.2, 4000.8, 9001.8], within: 4 },
  { name: '200 ppm fast', options: stamped('-T*0.0002'), beeps: [999.8, 3999.2, 8998.2], within: 4 },
  { name: '1 % slow', options: stamped('T*0.01'), beeps: [1010, 4040, 9090], within: 15 },
  { name: 'jitter of 1.5 ms', options: trembling(0.0015), beeps: moments, within: 2 },
  { name: 'jitter of 15 ms', options: trembling(0.015), beeps: moments, within: 20 },
];

/** Another rate makes a converter of the sound run all the time, whatever its clock does: a few of them show that. */
const atBoth = new Set(['a hole of 5 ms', 'an overlap of 43 ms', '200 ppm fast', 'jitter of 15 ms']);

for (const rate of [48_000, 44_100]) {
  t.test(`at ${rate} Hz`, async (t) => {
    const folder = t.testdir();
    const chosen = clocks.filter(({ name }) => rate === 48_000 || atBoth.has(name));
    for (const [index, clock] of chosen.entries()) {
      await t.test(clock.name, async (t) => {
        const file = path.join(folder, `${index}.mkv`);
        await ffmpeg(...pictures, ...soundOf(beeps, rate), ...coded, ...clock.options, file);
        const { plan, stream } = await encodeSound(file);
        t.equal(plan.frames, 300);
        const sound = await samples(stream);
        t.equal(sound.length, audioFrames(plan) * audioFrameSamples, 'as long as the picture');
        // The picture is the same at both.
        if (rate === 48_000) near(t, 'flashes', await flashes(file, plan), moments, 0.01);
        near(t, 'beeps', onsets(sound), clock.beeps, clock.within);
      });
    }
  });
}

t.test('a tone whose time stamps tremble goes on at its pitch', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  await ffmpeg(...pictures, ...soundOf('0.5*sin(2*PI*1000*t)', 48_000), ...coded, ...trembling(0.0015), file);
  const sound = await samples((await encodeSound(file)).stream);
  const rises = [...sound.keys()].flatMap((at) => {
    const [before, now] = [sound[at - 1] ?? 0, sound[at] as number];
    return at > 24_000 && at < 11.5 * 48_000 && before < 0 && now >= 0 ? [at - now / (now - before)] : [];
  });
  const first = rises[0] as number;
  const away = Math.max(...rises.map((at, index) => Math.abs(at - first - index * 48))) / 48;
  t.equal(rises.length, 11_000, 'one rise each millisecond');
  t.ok(away < 0.05, `no wave is more than ${away.toFixed(3)} ms from where it was`);
});

t.test('drift of 200 ppm does not add up', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  const still = ['-f', 'lavfi', '-i', 'color=s=64x64:r=5:d=100'];
  const tones = '0.5*sin(2*PI*1000*t)*between(mod(t,10),5,5.2)';
  await ffmpeg(...still, ...soundOf(tones, 48_000, 100), ...coded, ...stamped('T*0.0002'), file);
  const expected = Array.from({ length: 10 }, (_, index) => (index * 10_000 + 5000) * 1.0002);
  near(t, 'beeps', onsets(await samples((await encodeSound(file)).stream)), expected, 4);
});

t.test('a hole within sound that has a long silence, too', async (t) => {
  const folder = t.testdir();
  const tones = '0.5*sin(2*PI*1000*t)*between(mod(t,1),0.5,0.7)';
  for (const rate of [48_000, 44_100]) {
    const file = path.join(folder, `${rate}.mkv`);
    const still = ['-f', 'lavfi', '-i', 'color=s=64x64:r=5:d=80'];
    const holes = stamped('gte(T,4)*0.008+gte(T,77)*0.008');
    const kept = holes.map((option) => option.replace(',', ",aselect='lt(t,8)+gt(t,75)',"));
    await ffmpeg(...still, ...soundOf(tones, rate, 80), ...coded, ...kept, file);
    const { plan, stream } = await encodeSound(file);
    t.equal(plan.audio[0]?.silences?.length, 1);
    const starts = [0, 1, 2, 3, 4, 5, 6, 7, 75, 76, 77, 78, 79];
    const expected = starts.map((second) => second * 1000 + 500 + (second >= 77 ? 16 : second >= 4 ? 8 : 0));
    near(t, `${rate} Hz: beeps`, onsets(await samples(stream)), expected, 8);
  }
});

t.test('the same sound again is the same, byte for byte', async (t) => {
  const folder = t.testdir();
  const [one, two] = [path.join(folder, 'one.mkv'), path.join(folder, 'two.mkv')];
  const hole = stamped('gte(T,6)*0.005+T*0.0002');
  await ffmpeg(...pictures, ...soundOf(beeps, 48_000), ...coded, ...hole, one);
  copyFileSync(one, two);
  const [first, second] = [await encodeSound(one), await encodeSound(two)];
  t.ok(readFileSync(first.stream).equals(readFileSync(second.stream)));
});

/** As they are in the source, from its first picture on. */
const recorded: readonly {
  readonly name: string;
  readonly seconds: number;
  readonly flashes: readonly number[];
  readonly beeps: readonly number[];
}[] = [
  // Pictures at irregular times: each takes the nearest place of the constant rate.
  {
    name: 'chromium-mediarecorder-vp8-opus.webm',
    seconds: 12.5,
    flashes: [1451, 4454, 9471],
    beeps: [1495, 4495, 9495],
  },
  { name: 'sound-48kHz-hole-of-5ms.mkv', seconds: 12, flashes: moments, beeps: [1000, 4000, 9005] },
  { name: 'sound-44.1kHz-hole-of-5ms-control.mkv', seconds: 12, flashes: moments, beeps: [1000, 4000, 9005] },
  { name: 'sound-48kHz-two-packets-lost.mkv', seconds: 12, flashes: moments, beeps: [1000, 4000, 9043] },
  { name: 'sound-48kHz-clock-200ppm-slow.mkv', seconds: 12, flashes: moments, beeps: [1000, 4001, 9002] },
];

for (const { name, seconds, ...source } of recorded) {
  t.test(name, async (t) => {
    const shared = sharedClip(t, `cases/${name}`);
    if (!shared) return;
    const file = path.join(t.testdir(), name);
    copyFileSync(shared, file);
    const { plan, stream } = await encodeSound(file);
    t.equal(plan.audio.length, 1);
    t.ok(Math.abs(planSeconds(plan) - seconds) < 0.05, `${planSeconds(plan)} s`);
    const sound = await samples(stream);
    t.equal(sound.length, audioFrames(plan) * audioFrameSamples, 'as long as the picture');
    const seen = await flashes(file, plan);
    const heard = onsets(sound);
    near(t, 'flashes', seen, source.flashes, millisecondsOf(ticksOf(0.5, plan.frameRate)) + 1);
    near(t, 'beeps', heard, source.beeps, 3);
    near(t, 'in sync: flashes', seen, heard, 50);
  });
}
