import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { tools as installedTools } from '../testing/clips.ts';
import { boxes, findBox, requireBox } from './boxes.ts';
import { publishedInitSegment, readInitSegment, type InitSegment } from './init-segment.ts';
import { readMediaSegment, rebaseSegment, withoutDelay } from './media-segment.ts';
import { packagerArguments } from './packager-arguments.ts';
import { encodeTitle } from './testing/encoded-title.ts';

const run = promisify(execFile);
const tools = await installedTools();

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

const published = { durationTicks: 180_000, frameTicks: 3750, language: 'und' };

t.test('init segments made at different times become the same', async (t) => {
  const [one, other] = [copy(video.init), copy(video.init)];
  for (const box of [
    ['moov', 'mvhd'],
    ['moov', 'trak', 'tkhd'],
    ['moov', 'trak', 'mdia', 'mdhd'],
  ])
    other.writeUInt32BE(12_345, requireBox(other, box).body + 4);
  other.writeUInt32BE(1, requireBox(other, ['moov', 'mvex', 'mehd']).body + 4);
  other.writeInt32BE(3750, requireBox(other, ['moov', 'trak', 'edts', 'elst']).body + 12);
  t.notOk(one.equals(other));
  t.ok(publishedInitSegment(one, published).equals(publishedInitSegment(other, published)));
  t.same(
    readInitSegment(publishedInitSegment(one, published)),
    { ...readInitSegment(video.init), mediaTime: 0 },
    'it still says the same, and shows the first picture at its time',
  );
  const larger = copy(video.init);
  const [entry] = sampleEntries(larger);
  larger.writeUInt16BE(640, (entry?.body ?? 0) + 24);
  t.notOk(publishedInitSegment(one, published).equals(publishedInitSegment(larger, published)));
});

function sampleEntries(data: Buffer) {
  const stsd = requireBox(data, ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd']);
  return [...boxes(data, stsd.body + 8, stsd.end)];
}

t.test('what is published has no edit list, and says how its picture is coloured and shaped', async (t) => {
  const init = publishedInitSegment(video.init, published);
  t.ok(findBox(video.init, ['moov', 'trak', 'edts']), 'the packager writes one');
  t.equal(findBox(init, ['moov', 'trak', 'edts']), undefined);
  const inside = (data: Buffer): Map<string, string> => {
    const [entry] = sampleEntries(data);
    const at = [...boxes(data, (entry?.body ?? 0) + 78, entry?.end)];
    return new Map(at.map(({ type, body, end }) => [type, data.toString('hex', body, end)]));
  };
  const described = inside(init);
  t.same([...described.keys()], ['avcC', 'colr', 'pasp']);
  t.equal(described.get('avcC'), inside(video.init).get('avcC'));
  t.equal(described.get('colr'), `${Buffer.from('nclx').toString('hex')}00010001000100`, 'BT.709, limited range');
  t.equal(described.get('pasp'), '0000000100000001');
  const again = publishedInitSegment(init, published);
  t.ok(again.equals(init), 'what is there already is not there twice');
  t.same(
    sampleEntries(publishedInitSegment(audio.init, published)).map(({ type }) => type),
    ['mp4a'],
  );
  const { stdout } = await run(tools.ffprobe.path, [
    '-v',
    'error',
    '-of',
    'json',
    '-show_entries',
    'stream=color_space,color_primaries,color_transfer,color_range',
    await writtenTo('described.mp4', init),
  ]);
  t.match(JSON.parse(stdout), {
    streams: [{ color_space: 'bt709', color_primaries: 'bt709', color_transfer: 'bt709', color_range: 'tv' }],
  });
});

async function writtenTo(name: string, ...data: readonly Buffer[]): Promise<string> {
  const file = path.join(folder, 'out', name);
  await writeFile(file, Buffer.concat(data));
  return file;
}

t.test('the language is in mdhd as three letters, and whole in elng', async (t) => {
  for (const [tag, code, whole] of [
    ['en', 'eng', 'en'],
    ['de', 'deu', 'de'],
    ['zh-Hant-TW', 'zho', 'zh-Hant-TW'],
    ['fil', 'fil', 'fil'],
    // Cantonese is in ISO 639-3 only.
    ['yue', 'und', 'yue'],
    ['und', 'und', undefined],
  ] as const) {
    const data = publishedInitSegment(audio.init, { ...published, language: tag });
    const mdhd = requireBox(data, ['moov', 'trak', 'mdia', 'mdhd']);
    const packed = data.readUInt16BE(mdhd.end - 4);
    t.equal(String.fromCharCode(...[10, 5, 0].map((shift) => ((packed >> shift) & 31) + 0x60)), code, tag);
    const elng = findBox(data, ['moov', 'trak', 'mdia', 'elng']);
    t.equal(elng && data.toString('latin1', elng.body, elng.end), whole && `\0\0\0\0${whole}\0`);
    const { stdout } = await run(tools.ffprobe.path, [
      '-v',
      'error',
      '-of',
      'csv=p=0',
      '-show_entries',
      'stream_tags=language',
      await writtenTo('language.mp4', data, audio.segment),
    ]);
    t.equal(stdout.trim(), code, `a reader sees ${code}`);
  }
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

const bounds = [180_000, 270_000, 360_000];
const shownAt = (data: Buffer, init: InitSegment): readonly number[] =>
  readMediaSegment(data, init).flatMap(({ decodeTime, samples }) => {
    let decoded = decodeTime;
    return samples.map(({ durationTicks, compositionOffset }) => {
      decoded += durationTicks;
      return decoded - durationTicks + compositionOffset;
    });
  });

t.test('decode times that need no edit list: the same pictures at the same times', async (t) => {
  const init = readInitSegment(video.init);
  const changed = withoutDelay(copy(video.segment), init, { delayTicks: 7500, bounds });
  t.same(
    shownAt(changed, init),
    shownAt(video.segment, init).map((ticks) => ticks - 7500),
  );
  const contents = (data: Buffer) =>
    readMediaSegment(data, init).flatMap((fragment) =>
      fragment.samples.map(({ sync, flags, offset, bytes }) => ({
        sync,
        flags,
        content: data.subarray(offset, offset + bytes).toString('hex'),
      })),
    );
  t.same(contents(changed), contents(video.segment));
  for (const [index, { decodeTime, durationTicks, samples }] of readMediaSegment(changed, init).entries()) {
    t.equal(decodeTime, bounds[index], 'a fragment is decoded from when it is shown');
    t.equal(decodeTime + durationTicks, bounds[index + 1], 'to where the next one begins');
    t.equal(samples[0]?.compositionOffset, 0);
    t.ok(
      samples.every((sample) => sample.durationTicks >= 1 && sample.compositionOffset >= 0),
      'in order, and never after it is shown',
    );
    t.same(
      samples.map((sample) => sample.durationTicks),
      [1250, 1250, 1250, ...Array.from({ length: 20 }, () => 3750), 3750 + 7500],
      'what is ahead is caught up with before the second picture',
    );
  }
});

t.test('frames that do not last whole ticks: a tick off in the packager is none in what is published', async (t) => {
  const init = readInitSegment(video.init);
  const odd = copy(video.segment);
  const [, second] = readMediaSegment(odd, init);
  const tfdt = requireBox(odd, ['traf', 'tfdt'], second?.moof);
  odd.writeUInt32BE(270_001, tfdt.body + 4);
  t.throws(() => withoutDelay(copy(odd), init, { delayTicks: 7500, bounds }), {
    code: 'package_failed',
    message: /tick 270001 instead of 270000/,
  });
  const changed = withoutDelay(odd, init, { delayTicks: 7500, bounds: [180_000, 270_001, 360_004] });
  t.same(
    readMediaSegment(changed, init).map(({ decodeTime, durationTicks }) => [decodeTime, durationTicks]),
    [
      [180_000, 90_001],
      [270_001, 90_003],
    ],
  );
});

t.test('pictures that cannot be shown in their place are refused', async (t) => {
  const init = readInitSegment(video.init);
  for (const [what, shown] of [
    ['everything is late', { delayTicks: 3750, bounds }],
    ['there are more fragments than planned', { delayTicks: 7500, bounds: bounds.slice(0, 2) }],
    ['the end comes before the last picture', { delayTicks: 7500, bounds: [180_000, 270_000, 345_000] }],
  ] as const)
    t.throws(() => withoutDelay(copy(video.segment), init, shown), { code: 'package_failed' }, what);
});

t.test('a player that ignores edit lists shows every picture at its time', async (t) => {
  const init = readInitSegment(video.init);
  const segment = withoutDelay(copy(video.segment), init, { delayTicks: 7500, bounds });
  rebaseSegment(segment, readMediaSegment(segment, init), 180_000, 1);
  const file = await writtenTo('whole.mp4', publishedInitSegment(video.init, published), segment);
  for (const player of [[], ['-ignore_editlist', '1']]) {
    const { stdout, stderr } = await run(tools.ffprobe.path, [
      '-v',
      'warning',
      ...player,
      '-of',
      'json',
      '-show_entries',
      'frame=pts',
      file,
    ]);
    t.equal(stderr, '');
    t.same(
      (JSON.parse(stdout) as { frames: { pts: number }[] }).frames.map(({ pts }) => pts),
      Array.from({ length: 48 }, (_, frame) => frame * 3750),
      player.join(' '),
    );
  }
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
