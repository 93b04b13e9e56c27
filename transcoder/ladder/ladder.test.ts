import path from 'node:path';
import t from 'tap';
import { chooseFrameRate, chooseGop, framesPerSecond } from './frame-rate.ts';
import { decodeFrom, planChunks } from './chunks.ts';
import { h264Level } from './h264-level.ts';
import { OperatorError } from '../../server/kit/errors.ts';
import { loadLadder, parseLadder } from './ladder-file.ts';
import { chooseRungs, fitShortSide, videoRenditions } from './rungs.ts';
import { ticksOf } from '../timeline.ts';

const file = path.resolve(import.meta.dirname, '../../config/ladders/apple.yaml');
const ladder = await loadLadder(file);

const rate = (
  typicalFrameRate: number,
  declared?: readonly [number, number],
  average = typicalFrameRate,
  kind: { readonly interlaced?: true; readonly irregular?: true } = {},
) => {
  const chosen = chooseFrameRate({
    interlaced: false,
    ...kind,
    typicalFrameRate,
    averageFrameRate: { num: Math.round(average * 1000), den: 1000 },
    ...(declared && { declaredFrameRate: { num: declared[0], den: declared[1] } }),
  });
  return `${chosen.num}/${chosen.den}`;
};

const stereo = { qualities: ['128', '48'] };

t.test('the default ladder keeps its promises', async (t) => {
  t.ok(chooseRungs(ladder, 1080).length >= 6);
  const lowest = ladder.video[0];
  // Peak over a 4 s segment with its audio (AAC varies by about 15 %) and what fragments cost at 60 frames a second.
  const peak = (lowest?.maxBitrate ?? 0) * (1 + (lowest?.bufferMs ?? 0) / 4000) + 48_000 * 1.15 + 13_000;
  t.ok(peak <= 192_000, `the lowest variant peaks at ${Math.round(peak / 1000)} kb/s`);
  t.equal(lowest?.audio, '48');
});

t.test('a ladder that cannot be used says why', async (t) => {
  const good =
    'preset: fast\nsecond: { crfDelta: 3, bitrateShare: 0.5 }\naudio: [{ quality: a, bitrate: 64000 }]\nvideo:\n';
  const rung = (extra: string) =>
    `  - { shortSide: 100, crf: 20, maxBitrate: 100000, bufferMs: 1000, audio: a${extra} }\n`;
  t.match(parseLadder(good + rung(''), 'x'), { preset: 'fast', video: [{ shortSide: 100 }] });
  for (const [text, message] of [
    [good + rung(', colour: 1'), /additional/i],
    [good, /video/],
    [`${good}  - { shortSide: 100 }`, /crf/],
    ['a: [', /not valid YAML/],
    [(good + rung('')).replace('fast', 'quickly'), /preset/],
    [good + rung('').replace('audio: a', 'audio: b'), /no audio quality is called b/],
    [good + rung('') + rung('').replace('100,', '200,'), /not above/],
    [
      good.replace('video:', '').replace('[{', '[{ quality: a, bitrate: 32000 }, {') + 'video:\n' + rung(''),
      /same name/,
    ],
    [good + rung('') + 'surround: { quality: a, bitrate: 384000, minVideoBitrate: 0 }', /same name/],
    [good + rung('') + 'surround: { quality: b, bitrate: 64000, minVideoBitrate: 0 }', /surround.bitrate/],
    [good + rung('') + 'surround: { quality: b, bitrate: 384000 }', /minVideoBitrate/],
    [good + rung('') + 'surround: no', /surround/],
  ] as const)
    t.throws(() => parseLadder(text, 'x'), { name: 'OperatorError', message });
  await t.rejects(loadLadder('/nowhere/ladder.yaml'), OperatorError);
});

t.test('frame rates', async (t) => {
  for (const [expected, ...source] of [
    ['24/1', 24],
    ['24000/1001', 23.976],
    ['30000/1001', 29.97],
    ['30/1', 30],
    ['25/1', 25],
    ['50/1', 50],
    ['60000/1001', 59.94],
    ['60/1', 60.0001],
    ['30/1', 29.9984, [30, 1]],
    ['30000/1001', 29.988, [30000, 1001]],
    ['30/1', 29.98995, [90000, 3001]],
    ['30000/1001', 29.9587, [2997, 100]],
    // Variable: the regular rate counts, not the average with its gaps.
    ['30/1', 29.998, [30, 1], 21.9],
    ['60000/1001', 15, undefined, 58],
    // High speed: a whole part of it, never above 60.
    ['60/1', 120],
    ['60/1', 240],
    ['60000/1001', 119.88],
    ['48/1', 96],
    ['50/1', 100],
    ['48/1', 240.5 * 0.2],
    // Slow and odd ones.
    ['10/1', 10],
    ['25/2', 12.5],
    ['15/1', 15],
    ['8/1', 8],
    ['18/1', 18],
    ['5/1', 1],
    ['6/1', 2],
    ['12/1', 10.53],
    ['20/1', 17.3],
    ['5/1', 0.01],
  ] as const)
    t.equal(rate(source[0], source[1], source[2]), expected, source.join(' '));
});

t.test('interlaced pictures become two, where 60 a second allow it', async (t) => {
  for (const [expected, typical, declared] of [
    ['50/1', 25, undefined],
    ['60000/1001', 29.97, [30_000, 1001]],
    ['60/1', 30, undefined],
    ['50/1', 50, undefined],
    ['60000/1001', 59.94, undefined],
    ['48000/1001', 23.976, undefined],
  ] as const)
    t.equal(rate(typical, declared, typical, { interlaced: true }), expected, `${typical} interlaced`);
});

t.test('pictures at irregular times are shown no more than 17 ms away from them', async (t) => {
  for (const [expected, typical, declared] of [
    ['30/1', 10, [10, 1]],
    ['30/1', 23, undefined],
    ['30/1', 29.4, undefined],
    ['30/1', 32, undefined],
    ['60/1', 41, undefined],
    ['60/1', 58, undefined],
    ['60/1', 90, undefined],
  ] as const)
    t.equal(rate(typical, declared, typical, { irregular: true }), expected, `${typical} or so`);
  t.equal(rate(0.2, undefined, 0.2, { irregular: true }), '5/1', 'but slides stay slow');
});

t.test('a segment is always whole: GOPs, frames and 90 kHz ticks', async (t) => {
  for (const [num, den] of [
    [24_000, 1001],
    [24, 1],
    [25, 1],
    [30_000, 1001],
    [30, 1],
    [50, 1],
    [60_000, 1001],
    [60, 1],
    [25, 2],
    [5, 1],
    [7, 1],
    [18, 1],
    [59, 1],
  ] as const) {
    for (const gopSeconds of [0.5, 1, 1.5, 2, 2.1, 3.7, 10]) {
      for (const segmentSeconds of [1, 2, 4, 6, 20]) {
        const { gopFrames, segmentFrames } = chooseGop({ num, den }, gopSeconds, segmentSeconds);
        const where = `${num}/${den}, GOP ${gopSeconds} s, segment ${segmentSeconds} s`;
        if (!(
          Number.isInteger(gopFrames) &&
          gopFrames >= 1 &&
          segmentFrames % gopFrames === 0 &&
          segmentFrames >= gopFrames
        ))
          t.fail(`not whole: ${where}`);
        if (
          !Number.isInteger(ticksOf(gopFrames, { num, den })) ||
          !Number.isInteger(ticksOf(segmentFrames, { num, den }))
        )
          t.fail(`not whole ticks: ${where}`);
        const seconds = (gopFrames * den) / num;
        // Rates that do not divide 90 000 (7, 59) allow whole seconds only.
        if (Math.abs(seconds - gopSeconds) > (90_000 % num === 0 || den > 1 ? Math.max((4 * den) / num, 0.1) : 0.5))
          t.fail(`GOP of ${seconds} s: ${where}`);
      }
    }
  }
  t.strictSame(chooseGop({ num: 24_000, den: 1001 }, 2, 4), { gopFrames: 48, segmentFrames: 96 });
  t.strictSame(chooseGop({ num: 60_000, den: 1001 }, 0.5, 4), { gopFrames: 30, segmentFrames: 240 });
});

t.test('H.264 levels', async (t) => {
  for (const [level, ...source] of [
    ['4.0', 1920, 1080, 30, 7_800_000],
    ['4.2', 1920, 1080, 60, 7_800_000],
    ['3.1', 1280, 720, 30, 4_500_000],
    ['3.2', 1280, 720, 60, 4_500_000],
    ['1.3', 416, 234, 30, 110_000],
    ['3.0', 640, 360, 24, 365_000],
    ['4.0', 1080, 1920, 30, 6_000_000],
    ['5.1', 3840, 2160, 30, 20_000_000],
    ['5.2', 4096, 2304, 60, 2e7],
  ] as const)
    t.equal(h264Level(...(source as unknown as [number, number, number, number])), level, source.join(' '));
});

t.test('renditions over many sources', async (t) => {
  const sides = [
    2, 17, 120, 161, 233, 234, 240, 270, 360, 405, 432, 479, 480, 576, 608, 720, 721, 800, 1080, 1200, 1440, 2160, 4320,
  ];
  for (const short of sides) {
    for (const aspect of [1, 4 / 3, 16 / 9, 2.39, 5, 40]) {
      const long = Math.round(short * aspect);
      for (const source of [
        { width: long, height: short },
        { width: short, height: long },
      ]) {
        const where = `${source.width}x${source.height}`;
        const renditions = videoRenditions(ladder, source, { num: 30, den: 1 }, stereo);
        const heights = renditions.map((one) => Math.min(one.width, one.height));
        if (renditions.length < 2) t.fail(`${where}: fewer than two renditions`);
        if (new Set(renditions.map((one) => one.name)).size !== renditions.length) t.fail(`${where}: names repeat`);
        if (heights[0] !== heights[1]) t.fail(`${where}: no second variant at the top size`);
        for (const [index, one] of renditions.entries()) {
          if (one.width % 2 !== 0 || one.height % 2 !== 0 || one.width < 16 || one.height < 16)
            t.fail(`${where}: ${one.width}x${one.height} is not even`);
          if (one.width > Math.max(16, source.width) || one.height > Math.max(16, source.height))
            t.fail(`${where}: ${one.name} is above the source`);
          if (Math.max(one.width, one.height) > 4096) t.fail(`${where}: ${one.name} is too long`);
          if (!/^[a-z0-9-]+$/.test(one.name) || one.bufferBits <= 0) t.fail(`${where}: ${JSON.stringify(one)}`);
          const above = renditions[index - 1];
          if (above && (above.maxBitrate <= one.maxBitrate || above.width < one.width))
            t.fail(`${where}: ${one.name} after ${above.name}`);
          // True aspect, as far as even pixels and the smallest side allow.
          if (
            Math.min(one.width, one.height) > 100 &&
            Math.abs(one.width / one.height / (source.width / source.height) - 1) > 0.02
          )
            t.fail(`${where}: aspect of ${one.width}x${one.height}`);
        }
        if (short >= 234 && renditions.at(-1)?.maxBitrate !== 110_000)
          t.fail(`${where}: no rung for cellular networks`);
        if (short >= 1080 && aspect < 2.39 && heights[0] !== 1080) t.fail(`${where}: top is ${heights[0]}`);
      }
    }
  }
  const names = (width: number, height: number) =>
    videoRenditions(ladder, { width, height }, { num: 30, den: 1 }, stereo).map(({ name }) => name);
  t.strictSame(names(1920, 1080), [
    'v1080-7800',
    'v1080-6000',
    'v720-4500',
    'v720-3000',
    'v540-2000',
    'v432-1100',
    'v432-730',
    'v360-365',
    'v234-110',
  ]);
  t.strictSame(names(1080, 1920), names(1920, 1080), 'portrait and landscape alike');
  t.strictSame(
    names(854, 480),
    ['v480-1459', 'v480-963', 'v432-730', 'v360-365', 'v234-110'],
    'a rung of its own size, none that costs more for less',
  );
  t.strictSame(names(160, 120), ['v120-167', 'v120-110']);
  t.strictSame(
    fitShortSide({ width: 1919, height: 1079 }, 1079),
    { width: 1918, height: 1078 },
    'never above the source',
  );
  t.strictSame(fitShortSide({ width: 1080, height: 1920 }, 234), { width: 234, height: 416 });
  t.equal(
    videoRenditions(ladder, { width: 640, height: 360 }, { num: 30, den: 1 }, { qualities: [] })[0]?.audioQuality,
    '',
    'no audio, no audio quality',
  );
  const small = videoRenditions(ladder, { width: 640, height: 360 }, { num: 30, den: 1 }, stereo).map(
    ({ audioQuality }) => audioQuality,
  );
  t.strictSame(
    [small[0], ...new Set(small.slice(1))],
    ['128', '48'],
    'the best picture of a small source has the best sound, too',
  );
});

t.test('which pictures 5.1 goes with', async (t) => {
  const surround = { quality: '384', minVideoBitrate: 2_000_000 };
  const withSurround = (width: number, height: number) =>
    videoRenditions(ladder, { width, height }, { num: 25, den: 1 }, { ...stereo, surround })
      .filter(({ surroundQuality }) => surroundQuality === '384')
      .map(({ name }) => name);
  t.strictSame(withSurround(1280, 720), ['v720-4500', 'v720-3000', 'v540-2000'], 'the better ones');
  t.strictSame(withSurround(320, 180).length, 1, 'of a small source the best one');
  const without = videoRenditions(ladder, { width: 1280, height: 720 }, { num: 25, den: 1 }, stereo);
  t.notOk(
    without.some((rendition) => 'surroundQuality' in rendition),
    'none where there is none',
  );
});

t.test('chunks', async (t) => {
  const video = { gaps: [], keySpans: [], longestGapMs: 42 };
  for (const frames of [1, 50, 95, 96, 97, 140, 150, 192, 400, 480, 1323, 100_001]) {
    for (const [num, den] of [
      [24, 1],
      [30_000, 1001],
      [60, 1],
    ] as const) {
      for (const [chunkSeconds, firstChunkSeconds] of [
        [16, 4],
        [4, 4],
        [600, 1],
        [3, 10],
      ] as const) {
        const { segmentFrames } = chooseGop({ num, den }, 2, 4);
        const chunks = planChunks({
          frames,
          frameRate: { num, den },
          segmentFrames,
          chunkSeconds,
          firstChunkSeconds,
          leadFrames: 0,
          lastPictureMs: Infinity,
          video,
        });
        let next = 0;
        for (const [index, chunk] of chunks.entries()) {
          const isLast = index === chunks.length - 1;
          if (chunk.index !== index || chunk.firstFrame !== next || chunk.frames < 1)
            t.fail(`${frames}: ${JSON.stringify(chunk)}`);
          if (!isLast && chunk.frames % segmentFrames !== 0) t.fail(`${frames}: chunk ${index} is not whole segments`);
          if (chunk.firstFrame % segmentFrames !== 0) t.fail(`${frames}: chunk ${index} starts inside a segment`);
          next += chunk.frames;
        }
        if (next !== frames) t.fail(`${frames}: the chunks have ${next}`);
      }
    }
  }
  const plan = (frames: number) =>
    planChunks({
      frames,
      frameRate: { num: 24, den: 1 },
      segmentFrames: 96,
      chunkSeconds: 16,
      firstChunkSeconds: 4,
      leadFrames: 0,
      lastPictureMs: Infinity,
      video,
    }).map((chunk) => chunk.frames);
  t.strictSame(plan(1323), [96, 96, 192, 384, 555], 'lengths ramp; a small tail goes to the chunk before it');
  t.strictSame(plan(120), [120]);
  t.strictSame(plan(96 + 384 + 200), [96, 96, 192, 296]);
  t.strictSame(plan(2000), [96, 96, 192, 384, 384, 384, 464]);
});

t.test('chunks where key frames are far apart', async (t) => {
  const hour = 3600;
  const plan = (keySpans: readonly (readonly [number, number])[], seconds = hour, chunkSeconds = 16) =>
    planChunks({
      frames: seconds * 25,
      frameRate: { num: 25, den: 1 },
      segmentFrames: 100,
      chunkSeconds,
      firstChunkSeconds: 4,
      leadFrames: 0,
      lastPictureMs: Infinity,
      video: { gaps: [], longestGapMs: 40, keySpans },
    });
  /** Seconds decoded in all, when every chunk begins at the key frame before it. */
  const decoded = (keys: readonly number[], chunks: ReturnType<typeof plan>) =>
    chunks.reduce(
      (sum, { firstFrame, frames, decodeFromMs }) =>
        sum + (firstFrame + frames) / 25 - (keys.findLast((key) => key * 1000 <= decodeFromMs) as number),
      0,
    );
  const spans = (keys: readonly number[], end: number) =>
    keys.map((key, index) => [key * 1000, (keys[index + 1] ?? end) * 1000] as const);
  const everyMinute = Array.from({ length: 60 }, (_, minute) => minute * 60);
  t.ok(decoded(everyMinute, plan(spans(everyMinute, hour))) < 2.2 * hour, 'once a minute');
  t.ok(decoded([0], plan([[0, 600_000]], 600)) < 2.2 * 600, 'one key frame in ten minutes');
  const film = plan([[0, hour * 1000]]);
  t.ok(decoded([0], film) < 5 * hour, 'one key frame in an hour');
  t.ok(Math.max(...film.map(({ frames }) => frames)) <= 600 * 25 * 1.5, 'but no chunk is of any length');
  t.equal(film[0]?.frames, 100, 'the first one is short all the same');
  t.strictSame(
    plan([[1000_000, 1060_000]])
      .slice(0, 60)
      .map(({ frames }) => frames),
    [100, 100, 200, ...Array.from({ length: 57 }, () => 400)],
    'elsewhere nothing changes',
  );
});

t.test('where decoding begins', async (t) => {
  const video = {
    gaps: [
      [1000, 9000],
      [20_000, 20_400],
    ] as const,
    longestGapMs: 8000,
  };
  t.equal(decodeFrom(500, video), 0);
  t.ok(decodeFrom(5000, video) <= 1000 && decodeFrom(5000, video) > 500, 'inside a gap: before its first side');
  t.ok(decodeFrom(9000, video) <= 1000, 'at the end of a gap the frame before it may be the one that is shown');
  t.ok(decodeFrom(15_000, video) <= 14_700 && decodeFrom(15_000, video) > 14_000, 'otherwise shortly before');
  t.ok(decodeFrom(20_200, video) <= 20_000);
  t.ok(decodeFrom(50_000, { longestGapMs: 8000 }) <= 42_000, 'gaps not listed: the longest one before');
  const lead = planChunks({
    frames: 300,
    frameRate: { num: 30, den: 1 },
    segmentFrames: 30,
    chunkSeconds: 1,
    firstChunkSeconds: 1,
    leadFrames: 60,
    lastPictureMs: 8000,
    video: { gaps: [], keySpans: [], longestGapMs: 34 },
  });
  t.strictSame(
    lead.slice(0, 3).map((chunk) => chunk.decodeFromMs),
    [0, 0, 0],
    'before the first picture there is nothing to seek to',
  );
  t.ok((lead[4]?.decodeFromMs as number) > 3000 && (lead[4]?.decodeFromMs as number) <= 3700);
  const held = planChunks({
    frames: 3000,
    frameRate: { num: 25, den: 1 },
    segmentFrames: 100,
    chunkSeconds: 16,
    firstChunkSeconds: 4,
    leadFrames: 0,
    lastPictureMs: 10_000,
    video: { gaps: [], keySpans: [], longestGapMs: 40 },
  });
  t.ok(
    held.length > 6 && held.slice(3).every(({ decodeFromMs }) => decodeFromMs > 9000 && decodeFromMs < 10_000),
    'what comes after the last picture is decoded from before it',
  );
  t.ok(framesPerSecond({ num: 30, den: 1 }) === 30);
});
