import { readFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { EncodingPlan } from '../plan.ts';
import { audioFrames, audioFrameSamples } from '../timeline.ts';
import { ffmpeg } from '../testing/clips.ts';
import { encodeSound, onsets, planFor, samples } from './testing/encoded-sound.ts';

/* 5.1 beside stereo: each channel where it belongs, and both in sync to the sample. */

const picture = (seconds: number) => ['-f', 'lavfi', '-i', `color=s=64x64:r=25:d=${seconds}`];
const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p'];

/** Channels of 5.1 as ffmpeg decodes them. */
const places = ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR'] as const;
/** What is heard from each loudspeaker, in hertz: far apart, and each a whole number of periods in the part listened to. */
const tones: Readonly<Record<string, number>> = {
  FL: 400,
  FR: 600,
  FC: 1000,
  LFE: 60,
  BL: 1500,
  BR: 2100,
  SL: 2700,
  SR: 3300,
};

/** How loud a tone is in the second half second of the sound; 1 is full scale. */
function loudness(sound: Float32Array, hertz: number): number {
  const part = sound.subarray(24_000, 48_000);
  let [real, imaginary] = [0, 0];
  for (const [index, value] of part.entries()) {
    const angle = (2 * Math.PI * hertz * index) / 48_000;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / part.length;
}

/** A clip of 2 s in which each channel has the tone of its place. */
async function toneClip(file: string, layout: string, channels: readonly string[], ...codec: readonly string[]) {
  const all = channels.map((place) => `0.25*sin(2*PI*${tones[place] ?? 0}*t)`).join('|');
  await ffmpeg(
    ...picture(2),
    '-f',
    'lavfi',
    '-i',
    `aevalsrc='${all}':c=${layout}:s=48000:d=2`,
    ...coded,
    ...codec,
    file,
  );
}

const surroundOf = (made: { readonly streams: ReadonlyMap<string, string> }) => made.streams.get('a0-384') as string;

/** Which tones are in which channel: those of at least a tenth of what they were. */
async function placesOfTones(stream: string): Promise<string[]> {
  const found: string[] = [];
  for (const [channel, place] of places.entries()) {
    const sound = await samples(stream, channel);
    const heard = Object.entries(tones).filter(([, hertz]) => loudness(sound, hertz) > 0.025);
    found.push(`${place}: ${heard.map(([name]) => name).join(' ')}`);
  }
  return found;
}

const asItIs = ['FL: FL', 'FR: FR', 'FC: FC', 'LFE: LFE', 'BL: BL', 'BR: BR'];
const side = ['FL: FL', 'FR: FR', 'FC: FC', 'LFE: LFE', 'BL: SL', 'BR: SR'];
for (const { name, layout, channels, codec, expected } of [
  { name: 'FLAC 5.1', layout: '5.1', channels: places, codec: ['-c:a', 'flac'], expected: asItIs },
  { name: 'AAC 5.1', layout: '5.1', channels: places, codec: ['-c:a', 'aac', '-b:a', '512k'], expected: asItIs },
  {
    name: 'AC-3, 5.1 with its surround at the side',
    layout: '5.1(side)',
    channels: ['FL', 'FR', 'FC', 'LFE', 'SL', 'SR'],
    codec: ['-c:a', 'ac3', '-b:a', '640k'],
    expected: side,
  },
  {
    name: 'FLAC 7.1',
    layout: '7.1',
    channels: [...places, 'SL', 'SR'],
    codec: ['-c:a', 'flac'],
    expected: ['FL: FL', 'FR: FR', 'FC: FC', 'LFE: LFE', 'BL: BL SL', 'BR: BR SR'],
  },
  { name: 'PCM without a layout', layout: '5.1', channels: places, codec: ['-c:a', 'pcm_s16le'], expected: asItIs },
  {
    name: 'FLAC 5.0',
    layout: '5.0',
    channels: ['FL', 'FR', 'FC', 'BL', 'BR'],
    codec: ['-c:a', 'flac'],
    expected: asItIs.with(3, 'LFE: '),
  },
])
  t.test(`each channel where it belongs: ${name}`, async (t) => {
    const file = path.join(t.testdir(), 'source.mkv');
    await toneClip(file, layout, channels, ...codec);
    const made = await encodeSound(file);
    t.strictSame(await placesOfTones(surroundOf(made)), expected);
    const [left, right] = [await samples(made.stream, 0), await samples(made.stream, 1)];
    t.ok(
      loudness(left, 400) > 0.05 && loudness(right, 400) < 0.01 && loudness(right, 600) > 0.05,
      'and stereo has its left and right',
    );
    const adts = await ffmpeg('-i', surroundOf(made), '-c', 'copy', '-f', 'adts', 'pipe:1');
    const configuration = ((adts.readUInt8(2) & 1) << 2) | (adts.readUInt8(3) >> 6);
    t.equal(configuration, 6, 'channel configuration of ISO/IEC 14496-3: 5.1');
  });

/** Beeps of 0.2 s, 48 ms late each second, front left only, in six channels. */
const beeps = (seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc='0.5*sin(2*PI*1000*t)*between(mod(t,1.048),0.5,0.7)|0|0|0|0|0':c=5.1:s=48000:d=${seconds}`,
];

/** By how many samples the left of 5.1 is later than that of stereo: where they are most alike. */
async function lag(made: { readonly stream: string; readonly streams: ReadonlyMap<string, string> }): Promise<number> {
  const [stereo, surround] = [await samples(made.stream), await samples(surroundOf(made))];
  const likeness = (shift: number) => {
    let sum = 0;
    for (let at = 100; at < stereo.length - 100; at += 1)
      sum += (stereo[at] as number) * (surround[at + shift] as number);
    return sum;
  };
  // Less than a period of the beeps to either side.
  const shifts = Array.from({ length: 41 }, (_, index) => index - 20);
  return shifts.reduce((best, shift) => (likeness(shift) > likeness(best) ? shift : best), shifts[0] as number);
}

async function sameTimes(t: Test, made: Awaited<ReturnType<typeof encodeSound>>, beginnings: number): Promise<void> {
  const [stereo, surround] = [await samples(made.stream), await samples(surroundOf(made))];
  t.equal(surround.length, stereo.length, 'as long');
  t.equal(stereo.length, audioFrames(made.plan) * audioFrameSamples, 'as the title');
  t.equal(onsets(stereo).length, beginnings, 'all of it is heard');
  t.equal(onsets(surround).length, beginnings);
  t.equal(await lag(made), 0, 'at the same sample');
}

/** Without 5.1, as a ladder that has none plans it. */
const stereoOnly = (plan: EncodingPlan): EncodingPlan => ({
  ...plan,
  audio: plan.audio.map((track) => ({
    ...track,
    renditions: track.renditions.filter(({ channels }) => channels <= 2),
  })),
});

t.test('sound that begins late, drifts and has holes: 5.1 and stereo are in sync to the sample', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  // 1 % slow, the beginning and 0.4 s from the middle of a beep on missing.
  const clock = "asetpts='PTS*1.01',aselect='gt(t,0.4)*not(between(t,2.7,3.1))'";
  await ffmpeg(...picture(6), ...beeps(6), ...coded, '-c:a', 'pcm_s16le', '-af', clock, file);
  const plan = await planFor(file);
  const made = await encodeSound(file, undefined, plan);
  await sameTimes(t, made, 6);
  const filled = { ...plan, audio: plan.audio.map((track) => ({ ...track, silences: [[2727, 3131] as const] })) };
  await sameTimes(t, await encodeSound(file, undefined, filled), 6);

  const stereo = readFileSync((await encodeSound(file, undefined, plan)).stream);
  const alone = readFileSync((await encodeSound(file, undefined, stereoOnly(plan))).stream);
  t.ok(stereo.equals(alone), 'the stereo renditions are those that there would be without 5.1');
});

t.test('5.1 that becomes stereo and 5.1 again', async (t) => {
  const folder = t.testdir();
  const parts: string[] = [];
  for (const [index, layout] of ['5.1', 'stereo', '5.1'].entries()) {
    parts.push(path.join(folder, `${index}.ts`));
    const sound = [...beeps(3), '-af', `pan=${layout}|FL=FL`, '-c:a', 'ac3', '-b:a', '384k'];
    await ffmpeg(...picture(3), ...sound, ...coded, '-muxdelay', '0', parts.at(-1) as string);
  }
  const file = path.join(folder, 'source.ts');
  await ffmpeg('-i', `concat:${parts.join('|')}`, '-map', '0', '-c', 'copy', file);
  const made = await encodeSound(file);
  await sameTimes(t, made, 9);
});
