import path from 'node:path';
import t from 'tap';
import type { AudioTrackPlan, EncodingPlan } from '../plan.ts';
import { ffmpeg, processesMentioning, silent, tools } from '../testing/clips.ts';
import { encodeAudioTrack } from './encode-audio-track.ts';
import { encodeSound, onsets, planFor, samples } from './testing/encoded-sound.ts';
import { readTransportStream } from './transport-stream.ts';
import { audioFrames, timestampOffsetTicks } from '../timeline.ts';

const beeps = (seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc='if(lt(mod(t,1),0.2),0.5*sin(2*PI*1000*t),0)':d=${seconds}:s=44100`,
];
const picture = (seconds: number) => ['-f', 'lavfi', '-i', `color=s=64x64:r=25:d=${seconds}`];
const withFirstRendition = (track: AudioTrackPlan): AudioTrackPlan => ({
  ...track,
  renditions: track.renditions.slice(0, 1),
});
const cheap = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25'];

t.test('in sync to the millisecond, in pieces, of exact length', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg(...picture(34), ...beeps(34), ...cheap, '-c:a', 'aac', '-b:a', '128k', file);
  const { plan, pieces, stream, progress } = await encodeSound(file);
  t.strictSame(
    pieces.filter((piece) => piece.startsWith('a0-128')),
    ['a0-128 0', 'a0-128 1', 'a0-128 2'],
    'in order',
  );
  t.equal(pieces.length, 6);
  const units = await readTransportStream(stream);
  t.equal(units.length, audioFrames(plan));
  t.equal(units[0]?.pts, timestampOffsetTicks(plan), 'starts where the picture starts');
  t.ok(
    units.every((unit, index) => unit.pts === timestampOffsetTicks(plan) + index * 1920),
    'without a hole',
  );
  t.equal(progress.at(-1), 34_000);
  t.ok(progress.every((value, index) => index === 0 || value > (progress[index - 1] as number)));
  const found = onsets(await samples(stream));
  t.equal(found.length, 34);
  // The first beep starts under the priming packet; every other one must be where it was.
  for (const [second, at] of found.entries())
    if (second > 0 && Math.abs(at - second * 1000) > 1.5) t.fail(`the beep of second ${second} is heard at ${at} ms`);
});

t.test('sound that starts late, stops, and ends early is filled with silence', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  // Beeps of seconds 1 and 4 only; the packets between and after do not exist.
  await ffmpeg(
    ...picture(6),
    ...beeps(6),
    ...cheap,
    '-c:a',
    'pcm_s16le',
    '-af',
    "aselect='between(t,0.9,1.5)+between(t,3.9,4.5)'",
    file,
  );
  const { plan, stream } = await encodeSound(file);
  t.equal(plan.frames, 150);
  const sound = await samples(stream);
  t.equal(sound.length, audioFrames(plan) * 1024);
  const found = onsets(sound);
  t.equal(found.length, 2);
  t.ok(
    Math.abs((found[0] as number) - 1000) < 30 && Math.abs((found[1] as number) - 4000) < 30,
    `heard at ${found.join(' and ')} ms`,
  );
});

t.test('sound after a silence of twenty minutes is heard at its time', async (t) => {
  const folder = t.testdir();
  const channels = Array.from({ length: 6 }, () => 'if(between(mod(t,1),0.5,0.7),0.9*sin(2*PI*1000*t),0)').join('|');
  /** The sound has `quiet` seconds without packets behind its first `before`, then three seconds more. */
  const clip = async (name: string, before: number, quiet: number) => {
    const file = path.join(folder, name);
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      `color=s=64x64:r=1:d=${before + quiet + 3}`,
      '-f',
      'lavfi',
      '-i',
      `aevalsrc='${channels}':d=${before + 3}:s=44100:c=5.1`,
      ...cheap,
      '-c:a',
      'ac3',
      '-af',
      `asetnsamples=1050,asetpts='PTS+gte(T,${before})*${quiet}/TB'`,
      file,
    );
    // The rest of the renditions comes from the same decode, and costs minutes.
    const plan = await planFor(file);
    return { file, plan: { ...plan, audio: plan.audio.map(withFirstRendition) } };
  };
  const heard = async (file: string, plan: EncodingPlan, expected: readonly number[]) => {
    const { stream } = await encodeSound(file, undefined, plan);
    const found = onsets(await samples(stream));
    t.equal((await readTransportStream(stream)).length, audioFrames(plan));
    t.equal(found.length, expected.length);
    for (const [index, at] of expected.entries())
      t.ok(Math.abs((found[index] as number) - at) < 3, `heard at ${found[index]} instead of ${at} ms`);
  };
  const hole = await clip('hole.mkv', 2, 1205);
  await heard(hole.file, hole.plan, [500, 1500, 1_207_500, 1_208_500, 1_209_500]);
  const late = await clip('late.mkv', 0, 77);
  await heard(late.file, late.plan, [77_500, 78_500, 79_500]);
  // As a plan from before silences were planned: never a success with everything out of place.
  const withoutSilences = hole.plan.audio.map((planned) => {
    const { silences: _, ...track } = planned;
    return track;
  });
  await t.rejects(encodeSound(hole.file, undefined, { ...hole.plan, audio: withoutSilences }), {
    code: 'encode_failed',
    message: /hole in the sound .* too long/,
  });
});

t.test('more silences than a command line can name', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg(...picture(82), ...beeps(82), ...cheap, '-c:a', 'aac', '-b:a', '128k', file);
  const plan = await planFor(file);
  // The sound is taken apart at 10 ms, 110 ms …: none of it may be lost or moved.
  const silences = Array.from({ length: 800 }, (_, index) => [index * 100, index * 100 + 1010] as const);
  const { stream } = await encodeSound(file, undefined, {
    ...plan,
    audio: plan.audio.map((track) => ({ ...withFirstRendition(track), silences })),
  });
  const found = onsets(await samples(stream));
  t.equal(found.length, 82);
  for (const [second, at] of found.entries())
    if (second > 0 && Math.abs(at - second * 1000) > 3) t.fail(`the beep of second ${second} is heard at ${at} ms`);
});

t.test('sound that begins before the picture stays in sync with it', async (t) => {
  const file = path.join(t.testdir(), 'source.mkv');
  await ffmpeg('-itsoffset', '0.4', ...picture(4), ...beeps(5), ...cheap, '-c:a', 'pcm_s16le', file);
  const { plan, stream } = await encodeSound(file);
  t.equal(plan.sourceStartMicroseconds, 400_000);
  const found = onsets(await samples(stream));
  for (const [index, expected] of [600, 1600, 2600, 3600].entries())
    t.ok(Math.abs((found[index] as number) - expected) < 3, `beep at ${found[index]} instead of ${expected} ms`);
});

t.test('surround is mixed down and kept, mono stays mono, and a title shorter than a packet has sound', async (t) => {
  const folder = t.testdir();
  const clip = async (name: string, seconds: number, layout: string) => {
    const channels = layout === 'mono' ? 1 : 6;
    await ffmpeg(
      ...picture(seconds),
      '-f',
      'lavfi',
      '-i',
      `aevalsrc='${Array.from({ length: channels }, () => '0.9*sin(2*PI*440*t)').join('|')}':c=${layout}:d=${seconds}`,
      ...cheap,
      '-c:a',
      channels === 1 ? 'aac' : 'ac3',
      path.join(folder, name),
    );
    return encodeSound(path.join(folder, name));
  };
  const surround = await clip('surround.mp4', 1, '5.1');
  t.strictSame(
    surround.plan.audio[0]?.renditions.map(({ channels }) => channels),
    [2, 2, 6],
  );
  const loudest = (await samples(surround.stream)).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  t.ok(loudest > 0.3 && loudest <= 1.02, `six loud channels are mixed without clipping (${loudest})`);
  const mono = await clip('mono.mp4', 1, 'mono');
  t.match((await ffmpeg('-i', mono.stream, '-f', 'wav', 'pipe:1')).readUInt16LE(22), 1);
  const tiny = await clip('tiny.mp4', 0.04, 'mono');
  t.equal((await readTransportStream(tiny.stream)).length, 2);
});

t.test('a taker of pieces that fails, and an abort, end the encoder', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg(...picture(40), ...beeps(40), '-r', '5', ...cheap, '-c:a', 'aac', file);
  const plan = await planFor(file);
  const outputDir = path.dirname(file);
  const common = {
    sourcePath: file,
    plan,
    track: plan.audio[0] as EncodingPlan['audio'][0],
    outputDir,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
  };
  await t.rejects(
    encodeAudioTrack({
      ...common,
      onPiece: async () => {
        throw new Error('disk full');
      },
    }),
    { message: 'disk full' },
  );
  const controller = new AbortController();
  await t.rejects(
    encodeAudioTrack({ ...common, signal: controller.signal, onPiece: () => controller.abort(new Error('cancelled')) }),
    { message: 'cancelled' },
  );
  t.strictSame(await processesMentioning(file), []);
});
