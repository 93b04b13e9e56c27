import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { parseLadder } from '../ladder/ladder-file.ts';
import { planEncoding } from '../ladder/plan-encoding.ts';
import type { EncodingPlan, PlannedChunk } from '../plan.ts';
import { probeMedia } from '../probe/probe-media.ts';
import {
  defaults,
  ffmpeg,
  grayClip,
  processesMentioning,
  setDisplayMatrix,
  shadesIn,
  sharedClip,
  silent,
  tools,
} from '../testing/clips.ts';
import { encodeVideoChunk, type EncodeVideoOptions } from './encode-video-chunk.ts';
import { readTransportStream } from './transport-stream.ts';
import { timestampOffsetTicks } from '../timeline.ts';

const ladder = parseLadder(
  `
preset: ultrafast
video:
  - { shortSide: 60, crf: 24, maxBitrate: 60000, bufferMs: 500, audio: '48' }
  - { shortSide: 90, crf: 22, maxBitrate: 300000, bufferMs: 1000, audio: '48' }
  - { shortSide: 120, crf: 18, maxBitrate: 4000000, bufferMs: 1000, audio: '48' }
second: { crfDelta: 3, bitrateShare: 0.6 }
audio: [{ quality: '48', bitrate: 48000 }]
`,
  'test',
);
const encode = { gopSeconds: 1, segmentSeconds: 2, chunkSeconds: 2, firstChunkSeconds: 2 };

async function planFor(file: string): Promise<EncodingPlan> {
  const info = await probeMedia({
    path: file,
    limits: defaults.media,
    tools: await tools(),
    logger: silent,
    niceness: 0,
  });
  return planEncoding({ info, ladder, encode, sourceKey: 'test' });
}

async function run(
  file: string,
  plan: EncodingPlan,
  chunk: PlannedChunk,
  extra: Partial<EncodeVideoOptions> = {},
): Promise<ReadonlyMap<string, string>> {
  const outputDir = `${file}-${chunk.index}`;
  mkdirSync(outputDir, { recursive: true });
  const { files } = await encodeVideoChunk({
    sourcePath: file,
    plan,
    chunk,
    outputDir,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
    ...extra,
  });
  return files;
}

const units = (file: string | undefined) => readTransportStream(file as string);
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

t.test('renditions of a chunk: sizes, grid, times, headers that fit together', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=24000/1001:d=6', ...h264, file);
  const plan = await planFor(file);
  t.equal(plan.frames, 144);
  t.equal(plan.segmentFrames, 48);
  const progress: number[] = [];
  const [first, second] = [
    await run(file, plan, plan.chunks[0] as PlannedChunk, { onProgress: (frames) => progress.push(frames) }),
    await run(file, plan, plan.chunks[1] as PlannedChunk),
  ];
  t.equal(progress.at(-1), 48);
  t.strictSame(
    [...first.keys()],
    plan.video.map(({ name }) => name),
  );
  t.ok(plan.video.length >= 4);
  for (const { name, width, height } of plan.video) {
    const [a, b] = [await units(first.get(name)), await units(second.get(name))];
    t.strictSame(
      a.flatMap((unit) => (unit.key ? [unit.pts] : [])),
      [0, 24].map((frame) => timestampOffsetTicks(plan) + frame * 3753.75),
      `${name}: key frames on the grid`,
    );
    t.equal(b[0]?.pts, timestampOffsetTicks(plan) + 48 * 3753.75, `${name}: the next chunk goes on exactly`);
    t.ok((b[0]?.dts as number) > (a.at(-1)?.dts as number), `${name}: decoding times rise across the join`);
    t.equal(
      (a[0]?.pts as number) - (a[0]?.dts as number),
      (b[0]?.pts as number) - (b[0]?.dts as number),
      `${name}: the same delay in every chunk`,
    );
    const raw = await ffmpeg(
      '-i',
      first.get(name) as string,
      '-frames:v',
      '1',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'yuv420p',
      'pipe:1',
    );
    t.equal(raw.length, width * height * 1.5, `${name} is ${width}x${height}`);
    const headers = async (part: string) =>
      (
        await ffmpeg(
          '-i',
          part,
          '-c',
          'copy',
          '-bsf:v',
          'filter_units=pass_types=7-8',
          '-frames:v',
          '1',
          '-f',
          'h264',
          'pipe:1',
        )
      ).toString('hex');
    t.equal(
      await headers(first.get(name) as string),
      await headers(second.get(name) as string),
      `${name}: the same parameter sets`,
    );
    t.notOk(readFileSync(first.get(name) as string).includes('x264'), `${name}: nothing about the encoder`);
  }
});

t.test('turned and mirrored pictures come out upright', async (t) => {
  const folder = t.testdir();
  const original = path.join(folder, 'original.mp4');
  // White in the upper left quarter, black elsewhere.
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'color=black:s=160x120:r=25:d=0.4',
    '-vf',
    'drawbox=x=0:y=0:w=80:h=60:color=white:t=fill',
    ...h264,
    original,
  );
  for (const [name, matrix, corner, size] of [
    ['as-is', [1, 0, 0, 1], 'upper left', '160x120'],
    ['90', [0, 1, -1, 0], 'upper right', '120x160'],
    ['180', [-1, 0, 0, -1], 'lower right', '160x120'],
    ['270', [0, -1, 1, 0], 'lower left', '120x160'],
    ['mirrored', [-1, 0, 0, 1], 'upper right', '160x120'],
    ['transposed', [0, 1, 1, 0], 'upper left', '120x160'],
  ] as const) {
    const file = path.join(folder, `${name}.mp4`);
    copyFileSync(original, file);
    setDisplayMatrix(file, matrix);
    const plan = await planFor(file);
    t.equal(`${plan.video[0]?.width}x${plan.video[0]?.height}`, size);
    const [top] = [
      ...(await run(file, { ...plan, video: plan.video.slice(0, 1) }, plan.chunks[0] as PlannedChunk)).values(),
    ];
    const pixels = [
      ...(await ffmpeg(
        '-i',
        top as string,
        '-frames:v',
        '1',
        '-vf',
        'scale=2:2:flags=area,format=gray',
        '-f',
        'rawvideo',
        'pipe:1',
      )),
    ];
    const brightest = ['upper left', 'upper right', 'lower left', 'lower right'][pixels.indexOf(Math.max(...pixels))];
    t.equal(brightest, corner, name);
  }
});

t.test(
  'colour: full range and BT.601 become BT.709 limited range, HDR becomes SDR, interlaced becomes progressive',
  async (t) => {
    const folder = t.testdir();
    const rgb = async (file: string, seek: readonly string[] = []) => [
      ...(await ffmpeg(
        ...seek,
        '-i',
        file,
        '-frames:v',
        '1',
        '-vf',
        'scale=1:1:flags=area:in_color_matrix=bt709:in_range=limited,format=rgb24',
        '-f',
        'rawvideo',
        'pipe:1',
      )),
    ];
    const near = (actual: readonly number[], expected: readonly number[]) =>
      actual.every((value, index) => Math.abs(value - (expected[index] as number)) <= 6);
    const color = path.join(folder, 'color.mp4');
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'color=0xC06030:s=160x120:r=25:d=1,noise=alls=10:allf=t',
      '-vf',
      'scale=out_color_matrix=bt601:out_range=full,format=yuvj420p',
      '-colorspace',
      'smpte170m',
      '-color_range',
      'pc',
      ...h264.slice(0, 4),
      color,
    );
    const plan = await planFor(color);
    t.match(plan.sourceColor, { matrix: 'bt601', fullRange: true });
    const shown = await rgb([...(await run(color, plan, plan.chunks[0] as PlannedChunk)).values()][0] as string);
    t.ok(near(shown, [0xc0, 0x60, 0x30]), `shown as ${shown.join(' ')}`);

    // The same green, coded with primaries wider than BT.709: as numbers it is much paler.
    for (const [primaries, matrix] of [
      ['bt2020', 'bt2020nc'],
      ['smpte432', 'bt709'],
    ] as const) {
      const wide = path.join(folder, `${primaries}.mp4`);
      await ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'color=0x40C080:s=160x120:r=25:d=1',
        '-vf',
        `scale=out_color_matrix=bt709:out_range=limited,format=yuv444p16le,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,zscale=p=${primaries}:m=${matrix},format=yuv420p10le`,
        ...h264.slice(0, 4),
        '-crf',
        '5',
        wide,
      );
      const widePlan = await planFor(wide);
      t.equal(widePlan.sourceColor.primaries, primaries);
      const green = await rgb(
        [...(await run(wide, widePlan, widePlan.chunks[0] as PlannedChunk)).values()][0] as string,
      );
      t.ok(near(green, [0x40, 0xc0, 0x80]), `${primaries} is shown as ${green.join(' ')}`);
    }

    const woven = path.join(folder, 'woven.mpg');
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=160x120:r=50:d=0.8',
      '-vf',
      'tinterlace=interleave_top,fieldorder=tff',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ildct+ilme',
      '-q:v',
      '3',
      '-f',
      'matroska',
      woven,
    );
    const wovenPlan = await planFor(woven);
    t.equal(wovenPlan.deinterlace, true);
    t.equal(
      (await units((await run(woven, wovenPlan, wovenPlan.chunks[0] as PlannedChunk)).values().next().value)).length,
      wovenPlan.frames,
    );

    const hdr = sharedClip(t, 'odd/hlg10-color-test.mp4');
    if (hdr) {
      const copy = path.join(folder, 'hdr.mp4');
      copyFileSync(hdr, copy);
      const hdrPlan = await planFor(copy);
      t.equal(hdrPlan.toneMapFrom, 'arib-std-b67');
      const files = await run(copy, { ...hdrPlan, video: hdrPlan.video.slice(-1) }, hdrPlan.chunks[0] as PlannedChunk);
      const [out] = [...files.values()];
      const gray = [
        ...(await ffmpeg(
          '-i',
          out as string,
          '-frames:v',
          '1',
          '-vf',
          'scale=1:1:flags=area,format=gray',
          '-f',
          'rawvideo',
          'pipe:1',
        )),
      ][0] as number;
      t.ok(gray > 40 && gray < 220, `mapped to a visible brightness (${gray})`);
      await t.rejects(
        run(copy, hdrPlan, hdrPlan.chunks[0] as PlannedChunk, { tools: { ...(await tools()), canToneMap: false } }),
        { code: 'encode_unsupported', message: /zscale/ },
      );
    }
  },
);

t.test('a plan that promises more than there is fails, and leaves nothing', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await grayClip(50, '25', ...h264, file);
  const plan = await planFor(file);
  const wrong = { ...plan, frames: 500, chunks: [] };
  const chunk = { index: 0, firstFrame: 0, frames: 500, decodeFromMs: 0 };
  await t.rejects(run(file, wrong, chunk), { code: 'encode_frame_count', message: /instead of 500/ });
  t.strictSame(readdirSync(`${file}-0`), []);
  await t.rejects(
    run(file, plan, { ...chunk, index: 1, firstFrame: 400, frames: 50 }),
    { code: 'encode_frame_count' },
    'no frame at all',
  );
});

t.test('a damaged place inside a chunk does not lose the chunk', async (t) => {
  const file = sharedClip(t, 'odd/sample_with_invalid_nalu.mp4');
  if (!file) return;
  const copy = path.join(t.testdir(), 'source.mp4');
  copyFileSync(file, copy);
  const plan = await planFor(copy);
  const files = await run(copy, { ...plan, video: plan.video.slice(-1) }, plan.chunks[0] as PlannedChunk);
  t.equal((await units([...files.values()][0])).length, 30);
});

t.test('a rendition that breaks its cap is encoded once more, the others are left alone', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'nullsrc=s=160x120:r=25:d=2',
    '-vf',
    'geq=random(1)*255:128:128',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-crf',
    '10',
    file,
  );
  const plan = await planFor(file);
  const said: unknown[] = [];
  const logger = Object.assign(Object.create(silent) as typeof silent, {
    info: (fields: unknown) => said.push(fields),
    warn: (fields: unknown) => said.push(fields),
  });
  // Noise at a cap that even the coarsest quantiser cannot reach: the second try is lower, and kept.
  const files = await run(
    file,
    {
      ...plan,
      video: plan.video.map((one) => (one.height === 60 ? { ...one, maxBitrate: 1000, bufferBits: 500 } : one)),
    },
    plan.chunks[0] as PlannedChunk,
    { logger },
  );
  t.match(
    said,
    [{ renditions: [/^v60/] }, { rendition: /^v60/, excess: Number }],
    'and it is said that it is still too large',
  );
  t.equal(files.size, plan.video.length);
  for (const [name, output] of files) t.equal((await units(output)).length, 50, name);
});

t.test('the second encoding begins where the first one found its frames', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=4', ...h264, '-g', '10', file);
  const plan = await planFor(file);
  const tight = {
    ...plan,
    video: plan.video.map((one) => (one.height === 60 ? { ...one, maxBitrate: 1000, bufferBits: 500 } : one)),
  };
  // As with a source that lies about its key frames: decoding from there, the first half second of the chunk is not found.
  const files = await run(file, tight, { ...(plan.chunks[1] as PlannedChunk), decodeFromMs: 2500 });
  for (const [name, output] of files) t.equal((await units(output)).length, 50, name);
});

t.test('names are not arguments', async (t) => {
  const folder = t.testdir();
  const original = path.join(folder, 'original.mp4');
  await grayClip(10, '25', ...h264, original);
  const plan = await planFor(original);
  for (const name of ['-y', 'concat:x|y', 'a\'b"c; d [0:v] %05d', 'new\nline']) {
    const file = path.join(folder, name);
    copyFileSync(original, file);
    const files = await run(file, { ...plan, video: plan.video.slice(0, 1) }, plan.chunks[0] as PlannedChunk);
    t.strictSame(
      await shadesIn('-i', `file:${[...files.values()][0]}`),
      Array.from({ length: 10 }, (_, frame) => frame),
      JSON.stringify(name),
    );
  }
  await t.rejects(run(original, plan, plan.chunks[0] as PlannedChunk, { sourcePath: 'relative.mp4' }), TypeError);
});

t.test('an abort leaves no process and no file', async (t) => {
  const file = path.join(t.testdir(), 'source.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=50:d=6', ...h264, file);
  const plan = { ...(await planFor(file)) };
  const chunk = { index: 0, firstFrame: 0, frames: plan.frames, decodeFromMs: 0 };
  const controller = new AbortController();
  const slow = { ...plan, video: plan.video.map((one) => ({ ...one, preset: 'veryslow' })) };
  await t.rejects(
    run(file, slow, chunk, { signal: controller.signal, onProgress: () => controller.abort(new Error('cancelled')) }),
    { message: 'cancelled' },
  );
  t.strictSame(await processesMentioning(file), []);
  t.strictSame(readdirSync(`${file}-0`), []);
});
