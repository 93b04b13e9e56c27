import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { findTools } from '../tools.ts';
import { boxes, findBox, requireBox } from './boxes.ts';
import { normalizeInitSegment, readInitSegment } from './init-segment.ts';
import {
  readMediaSegment,
  rebaseSegment,
  withLastSampleDuration,
  withShiftedComposition,
  type Sample,
} from './media-segment.ts';
import { packagerArguments } from './packager-arguments.ts';
import { encodeTitle } from './testing/encoded-title.ts';

const run = promisify(execFile);
const tools = await findTools({ ffmpeg: '', ffprobe: '', packager: '' });

// What the packager really makes of two GOPs at 24 frames per second: every frame lasts 3750 ticks.
const folder = t.testdir({ out: {} });
const title = await encodeTitle(tools.ffmpeg.path, folder, {
  frameRate: { num: 24, den: 1 },
  gopFrames: 24,
  segmentFrames: 48,
  chunks: [48],
  videoRenditions: 1,
});
async function packaged(name: string, kind: 'video' | 'audio') {
  const out = path.join(folder, 'out', name);
  await mkdir(out);
  await writeFile(path.join(out, 'input.ts'), await readFile(title.files.get(name)?.[0] as string));
  await run(tools.packager.path, packagerArguments(title.plan, kind), { cwd: out });
  return { init: await readFile(path.join(out, 'init.mp4')), segment: await readFile(path.join(out, '00001.m4s')) };
}
const video = await packaged('v180-300', 'video');
const audio = await packaged('a0-64', 'audio');
const copy = (data: Buffer): Buffer => Buffer.from(data);

t.test('an init segment says what its track is', async (t) => {
  t.match(readInitSegment(video.init), {
    timescale: 90_000,
    codec: 'avc1.4d401e',
    width: 320,
    height: 180,
    mediaTime: 7500,
  });
  t.match(readInitSegment(audio.init), {
    timescale: 90_000,
    codec: 'mp4a.40.2',
    channels: 2,
    sampleRate: 48_000,
    mediaTime: 0,
  });
});

t.test('init segments made at different times become the same', async (t) => {
  const [one, other] = [copy(video.init), copy(video.init)];
  for (const box of [
    ['moov', 'mvhd'],
    ['moov', 'trak', 'tkhd'],
    ['moov', 'trak', 'mdia', 'mdhd'],
  ])
    other.writeUInt32BE(12_345, requireBox(other, box).body + 4);
  other.writeUInt32BE(1, requireBox(other, ['moov', 'mvex', 'mehd']).body + 4);
  t.notOk(one.equals(other));
  const common = { durationTicks: 180_000, frameTicks: 3750 };
  normalizeInitSegment(one, { ...common, mediaTime: undefined });
  t.same(readInitSegment(one), readInitSegment(video.init), 'it still says the same');
  other.writeInt32BE(7499, requireBox(other, ['moov', 'trak', 'edts', 'elst']).body + 12);
  normalizeInitSegment(other, { ...common, mediaTime: 7500 });
  t.ok(one.equals(other), 'a tick of rounding is made up for');
  const delayed = copy(video.init);
  delayed.writeInt32BE(3750, requireBox(delayed, ['moov', 'trak', 'edts', 'elst']).body + 12);
  normalizeInitSegment(delayed, { ...common, mediaTime: 7500 });
  t.notOk(one.equals(delayed), 'another delay is not');
});

t.test('fragments: times, samples, key frames', async (t) => {
  const fragments = readMediaSegment(video.segment, readInitSegment(video.init));
  t.same(
    fragments.map(({ decodeTime, durationTicks, samples }) => [decodeTime, durationTicks, samples.length]),
    [
      [180_000, 90_000, 24],
      [270_000, 90_000, 24],
    ],
  );
  for (const { moof, samples } of fragments) {
    t.equal(video.segment.toString('latin1', moof.start + 4, moof.start + 8), 'moof');
    t.same(samples.map(({ sync }) => sync).slice(0, 3), [true, false, false]);
  }
  const last = fragments.at(-1)?.samples.at(-1);
  t.equal((last?.offset ?? 0) + (last?.bytes ?? 0), video.segment.length, 'the last sample ends with the file');
});

t.test('rebasing moves the time line and counts fragments on, and changes nothing else', async (t) => {
  const init = readInitSegment(video.init);
  const data = copy(video.segment);
  rebaseSegment(data, readMediaSegment(data, init), 180_000, 7);
  t.same(
    readMediaSegment(data, init).map(({ decodeTime }) => decodeTime),
    [0, 90_000],
  );
  t.same(
    [...boxes(data)]
      .filter(({ type }) => type === 'moof')
      .map((moof) => data.readUInt32BE(requireBox(data, ['mfhd'], moof).body + 4)),
    [7, 8],
  );
  t.equal(data.length, video.segment.length);
  t.ok([...data].filter((byte, index) => byte !== video.segment[index]).length <= 16);
  t.throws(() => rebaseSegment(data, readMediaSegment(data, init), 180_000, 1), { code: 'package_failed' });
});

t.test('composition times move together, also where there were none', async (t) => {
  for (const { init, segment } of [video, audio]) {
    const track = readInitSegment(init);
    const samples = (data: Buffer) =>
      readMediaSegment(data, track).flatMap((fragment) =>
        fragment.samples.map(({ compositionOffset, offset, bytes, ...sample }) => ({
          ...sample,
          compositionOffset,
          content: data.subarray(offset, offset + bytes).toString('hex'),
        })),
      );
    const shifted = withShiftedComposition(copy(segment), track, 1);
    t.same(
      samples(shifted),
      samples(segment).map((sample) => ({ ...sample, compositionOffset: sample.compositionOffset + 1 })),
    );
    t.same(
      readMediaSegment(shifted, track).map(({ decodeTime }) => decodeTime),
      readMediaSegment(segment, track).map(({ decodeTime }) => decodeTime),
    );
  }
});

t.test('the last sample gets another duration, also where none has one of its own', async (t) => {
  const init = readInitSegment(video.init);
  const before = readMediaSegment(video.segment, init);
  const changed = withLastSampleDuration(copy(video.segment), init, 3751);
  const after = readMediaSegment(changed, init);
  t.same(
    after.map(({ durationTicks }) => durationTicks),
    [90_000, 90_001],
  );
  t.ok(changed.length > video.segment.length);
  const described = (data: Buffer, samples: readonly Sample[] = []) =>
    samples.map(({ sync, compositionOffset, bytes, offset }) => ({
      sync,
      compositionOffset,
      content: data.subarray(offset, offset + bytes).toString('hex'),
    }));
  t.same(
    described(changed, after[1]?.samples),
    described(video.segment, before[1]?.samples),
    'the samples are what they were',
  );
  const again = withLastSampleDuration(changed, init, 3750);
  t.equal(again, changed, 'in place once there is a field for it');
  t.same(
    readMediaSegment(again, init).map(({ durationTicks }) => durationTicks),
    [90_000, 90_000],
  );
});

t.test('what is damaged is refused', async (t) => {
  const init = readInitSegment(video.init);
  t.throws(() => readMediaSegment(video.segment.subarray(0, 2000), init), { code: 'package_failed' }, 'cut off');
  t.throws(() => readMediaSegment(Buffer.from('not a box at all'), init), { code: 'package_failed' });
  t.throws(() => readMediaSegment(Buffer.alloc(0), init), { code: 'package_failed' }, 'empty');
  t.throws(() => readInitSegment(video.segment), { code: 'package_failed' }, 'no moov');
  const endless = Buffer.alloc(16);
  endless.write('free', 4);
  endless.writeUInt32BE(4, 0);
  t.throws(() => [...boxes(endless)], { code: 'package_failed' }, 'a size smaller than the header');
  const lying = copy(video.segment);
  const moof = [...boxes(lying)].find(({ type }) => type === 'moof');
  const trun = findBox(lying, ['traf', 'trun'], moof);
  lying.writeUInt32BE(1_000_000, (trun?.body ?? 0) + 4);
  t.throws(() => readMediaSegment(lying, init), { code: 'package_failed' }, 'more samples than there is room for');
});
