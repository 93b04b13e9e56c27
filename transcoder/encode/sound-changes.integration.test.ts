import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { audioFrames, audioFrameSamples, planSeconds } from '../timeline.ts';
import { ffmpeg, sharedClip } from '../testing/clips.ts';
import { prepared } from './testing/encoded-picture.ts';
import { encodeSound, onsets, planOf, samples } from './testing/encoded-sound.ts';

/* Sound that is not of one kind, or not as ffmpeg expects it: all of it is heard, at its time. */

const picture = (seconds: number) => ['-f', 'lavfi', '-i', `color=s=64x64:r=25:d=${seconds}`];
const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p'];
/** A beep of 0.2 s in the middle of each second, in all channels. */
const beeps = (seconds: number, rate: number, layout: string) => {
  const filter = `aformat=channel_layouts=mono,pan=${layout}|${Array.from({ length: 8 }, (_, n) => `c${n}=c0`)
    .slice(0, { mono: 1, stereo: 2, '5.1': 6, '7.1': 8 }[layout] ?? 2)
    .join('|')}`;
  const formula = `aevalsrc='0.5*sin(2*PI*1000*t)*between(mod(t,1),0.5,0.7)':s=${rate}:d=${seconds}`;
  return ['-f', 'lavfi', '-i', `${formula},${filter}`];
};

/** Parts with sound of another kind, joined in one transport stream. */
async function joined(
  folder: string,
  parts: readonly { readonly rate: number; readonly layout: string; readonly codec: readonly string[] }[],
): Promise<string> {
  const names: string[] = [];
  for (const [index, { rate, layout, codec }] of parts.entries()) {
    names.push(path.join(folder, `${index}.ts`));
    const sound = beeps(3, rate, layout);
    await ffmpeg(...picture(3), ...sound, ...coded, ...codec, '-muxdelay', '0', names.at(-1) as string);
  }
  const [list, file] = [path.join(folder, 'list.txt'), path.join(folder, 'source.ts')];
  writeFileSync(list, names.map((name) => `file '${name}'\n`).join(''));
  await ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-map', '0', '-c', 'copy', file);
  return file;
}

async function heard(t: Test, file: string, expected: readonly number[], within: number) {
  const { sourcePath, info } = await prepared(file);
  const plan = planOf(info);
  const made = await encodeSound(sourcePath, undefined, plan);
  const sound = await samples(made.stream);
  t.equal(sound.length, audioFrames(plan) * audioFrameSamples, 'as long as the title');
  const found = onsets(sound);
  t.ok(
    found.length === expected.length &&
      found.every((at, index) => Math.abs(at - (expected[index] as number)) <= within),
    `beeps at ${found.map((at) => at.toFixed(0)).join(' ')} ms, expected ${expected.join(' ')}`,
  );
  return { ...made, info, plan, sound };
}

const ac3 = ['-c:a', 'ac3', '-b:a', '192k'];
const aac = ['-c:a', 'aac', '-b:a', '128k'];
const mp2 = ['-c:a', 'mp2', '-b:a', '128k'];
const changes = {
  'stereo, 5.1, stereo': [
    { rate: 48_000, layout: 'stereo', codec: ac3 },
    { rate: 48_000, layout: '5.1', codec: ac3 },
    { rate: 48_000, layout: 'stereo', codec: ac3 },
  ],
  '44.1 kHz, then 48 kHz': [
    { rate: 44_100, layout: 'stereo', codec: mp2 },
    { rate: 48_000, layout: 'stereo', codec: mp2 },
  ],
  'mono, then stereo': [
    { rate: 48_000, layout: 'mono', codec: mp2 },
    { rate: 48_000, layout: 'stereo', codec: mp2 },
  ],
  'AAC: mono, then stereo': [
    { rate: 48_000, layout: 'mono', codec: aac },
    { rate: 48_000, layout: 'stereo', codec: aac },
  ],
};

for (const [name, parts] of Object.entries(changes)) {
  t.test(name, async (t) => {
    const file = await joined(t.testdir(), parts);
    const expected = Array.from({ length: parts.length * 3 }, (_, second) => second * 1000 + 500);
    const { warnings } = await heard(t, file, expected, 45);
    t.strictSame(warnings, []);
  });
}

t.test('stereo, then 5.1: the shared case', async (t) => {
  const shared = sharedClip(t, 'cases/sound-stereo-to-5.1-at-3s.ts');
  if (!shared) return;
  const file = path.join(t.testdir(), 'source.ts');
  copyFileSync(shared, file);
  const { plan } = await heard(t, file, [1000, 4000], 40);
  t.ok(Math.abs(planSeconds(plan) - 6) < 0.1, `${planSeconds(plan)} s`);
  t.equal(plan.audio[0]?.renditions[0]?.channels, 2);
});

t.test('channels without a place are mixed to stereo, whatever their number', async (t) => {
  const folder = t.testdir();
  for (const channels of [3, 7, 9, 12, 24]) {
    const [raw, file] = [path.join(folder, 'sound.raw'), path.join(folder, `${channels}.mov`)];
    const all = Array.from({ length: channels }, () => '0.5*sin(2*PI*1000*t)*between(t,0.5,0.7)').join('|');
    await ffmpeg('-f', 'lavfi', '-i', `aevalsrc='${all}':s=48000:d=1`, '-f', 's16le', raw);
    const sound = ['-f', 's16le', '-ar', '48000', '-ac', String(channels), '-i', raw];
    await ffmpeg(...picture(1), ...sound, ...coded, '-c:a', 'pcm_s16le', file);
    const { info, plan } = await heard(t, file, [500], 3);
    t.strictSame(
      info.warnings.map(({ code }) => code),
      channels > 8 ? ['sound_layout_guessed'] : [],
      `${channels} channels`,
    );
    t.equal(plan.audio[0]?.renditions[0]?.channels, 2);
  }
});

t.test('of twelve channels the first is heard on the left, the second on the right', async (t) => {
  const folder = t.testdir();
  const [raw, file] = [path.join(folder, 'sound.raw'), path.join(folder, 'source.mov')];
  const one = (at: number) => `0.5*sin(2*PI*1000*t)*between(t,${at},${at + 0.2})`;
  const all = [one(0.3), one(0.7), ...Array.from({ length: 10 }, () => '0')].join('|');
  await ffmpeg('-f', 'lavfi', '-i', `aevalsrc='${all}':s=48000:d=1`, '-f', 's16le', raw);
  const sound = ['-f', 's16le', '-ar', '48000', '-ac', '12', '-i', raw];
  await ffmpeg(...picture(1), ...sound, ...coded, '-c:a', 'pcm_s16le', file);
  const { stream } = await encodeSound(file);
  for (const [channel, at] of [300, 700].entries()) {
    const found = onsets(await samples(stream, channel));
    t.ok(found.length === 1 && Math.abs((found[0] as number) - at) < 3, `channel ${channel}: ${found.join(' ')} ms`);
  }
});

t.test('ambisonic sound: what comes from the left is louder on the left', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  // W, Y, Z, X of a source on the left.
  const tone = '0.4*sin(2*PI*1000*t)*between(t,0.5,0.7)';
  const sound = ['-f', 'lavfi', '-i', `aevalsrc='${tone}|${tone}|0|0':c=4.0:s=48000:d=1`];
  await ffmpeg(...picture(1), ...sound, ...coded, '-c:a', 'libopus', '-mapping_family', '2', file);
  const { plan, stream } = await encodeSound(file);
  t.equal(plan.audio[0]?.mix?.kind, 'ambisonic');
  const loudest = async (channel: number) =>
    (await samples(stream, channel)).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [left, right] = [await loudest(0), await loudest(1)];
  t.ok(left > 0.3 && right < left / 4, `left ${left}, right ${right}`);
});

/** AMR-NB of 12.2 kb/s, whatever it sounds like: one frame is a byte of header and 31 of sound, and lasts 20 ms. */
function amrOf(frames: number): Buffer {
  let state = 1;
  const next = () => (state = (state * 48_271) % 0x7fffffff) & 0xff;
  const frame = () => Buffer.from([0x3c, ...Array.from({ length: 31 }, next)]);
  return Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: frames }, frame)]);
}

/** Says that each sample of an MP4's only AMR track is five of those that it said. */
function packFive(file: string): void {
  const data = readFileSync(file);
  const box = (name: string) => data.indexOf(name, data.indexOf('samr'));
  const divide = (at: number) => data.writeUInt32BE(data.readUInt32BE(at) / 5, at);
  const [stts, stsz, stsc] = [box('stts'), box('stsz'), box('stsc')];
  divide(stts + 12);
  data.writeUInt32BE(160 * 5, stts + 16);
  data.writeUInt32BE(32 * 5, stsz + 8);
  divide(stsz + 12);
  for (let entry = 0; entry < data.readUInt32BE(stsc + 8); entry += 1) divide(stsc + 16 + entry * 12);
  writeFileSync(file, data);
}

t.test('AMR with several frames in a packet is heard whole, at its time', async (t) => {
  const folder = t.testdir();
  const [amr, file] = [path.join(folder, 'sound.amr'), path.join(folder, 'source.3gp')];
  writeFileSync(amr, amrOf(200));
  const still = ['-f', 'lavfi', '-i', 'color=s=64x64:r=5:d=6'];
  await ffmpeg(...still, '-itsoffset', '1', '-i', amr, '-map', '0', '-map', '1', ...coded, '-c:a', 'copy', file);
  packFive(file);
  const { plan, stream, warnings } = await encodeSound(file);
  t.strictSame(warnings, []);
  const sound = await samples(stream);
  const tenths = Array.from({ length: planSeconds(plan) * 10 }, (_, tenth) =>
    sound.subarray(tenth * 4800 + 1100, (tenth + 1) * 4800 - 1100).some((value) => Math.abs(value) > 0.01),
  );
  t.strictSame(
    tenths.flatMap((isLoud, tenth) => (isLoud ? [tenth] : [])),
    Array.from({ length: 40 }, (_, tenth) => tenth + 10),
    'from 1 s to 5 s, without a pause',
  );
  const packed = plan.audio.map(
    (track) =>
      Object.fromEntries(Object.entries(track).filter(([name]) => name !== 'unpack')) as unknown as typeof track,
  );
  const asItIs = await encodeSound(file, undefined, { ...plan, audio: packed });
  t.match(
    asItIs.warnings,
    [{ code: 'sound_not_decoded', parameters: { track: 1, seconds: 3, of: 4 } }],
    'and what ffmpeg did not decode would be said',
  );
});
