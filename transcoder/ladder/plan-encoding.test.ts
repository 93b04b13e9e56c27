import path from 'node:path';
import t from 'tap';
import type { AudioInfo, MediaInfo, VideoInfo } from '../../server/assets/media-info.ts';
import { loadLadder } from './ladder-file.ts';
import { planEncoding } from './plan-encoding.ts';
import { planSeconds, segmentSeconds, timestampOffsetTicks } from '../timeline.ts';

const ladder = await loadLadder(path.resolve(import.meta.dirname, '../../config/ladders/apple.yaml'));
const encode = { gopSeconds: 2, segmentSeconds: 4, chunkSeconds: 16, firstChunkSeconds: 4 };
const audio = (extra: Partial<AudioInfo> = {}): AudioInfo => ({
  stream: 1,
  codec: 'aac',
  channels: 2,
  layout: 'stereo',
  sampleRate: 48000,
  language: 'en',
  isDefault: true,
  ...extra,
});
const info = (video: Partial<VideoInfo> = {}, extra: Partial<MediaInfo> = {}): MediaInfo => ({
  format: 'mov',
  durationMs: 60_000,
  needsRemux: false,
  warnings: [],
  subtitles: [],
  audio: [audio()],
  ...extra,
  video: {
    stream: 0,
    codec: 'h264',
    width: 1280,
    height: 720,
    rotation: 0,
    mirrored: false,
    startMicroseconds: 80_000,
    audioLeadMs: 80,
    audioTailMs: 0,
    averageFrameRate: { num: 25, den: 1 },
    typicalFrameRate: 25,
    variableFrameRate: false,
    longestGapMs: 40,
    gaps: [],
    keySpans: [],
    lastFrameMs: 40,
    frames: 1500,
    packets: 1500,
    interlaced: false,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    color: {},
    hdr: 'none',
    ...video,
  },
});
const plan = (source: MediaInfo) => planEncoding({ info: source, ladder, encode, sourceKey: 'sources/upload_1' });

t.test('an ordinary source', async (t) => {
  const made = plan(info());
  t.match(made, {
    sourceKey: 'sources/upload_1',
    sourceFormat: 'mov',
    videoStream: 0,
    sourceStartMicroseconds: 80_000,
    frameRate: { num: 25, den: 1 },
    frames: 1500,
    gopFrames: 50,
    segmentFrames: 100,
    deinterlace: false,
    orientation: { mirrored: false, rotation: 0 },
    sourceColor: { matrix: 'bt709', fullRange: false },
  });
  t.notOk('toneMapFrom' in made);
  t.equal(planSeconds(made), 60);
  t.equal(segmentSeconds(made), 4);
  t.equal(timestampOffsetTicks(made), 360_000);
  t.strictSame(JSON.parse(JSON.stringify(made)), made, 'survives being kept as JSON');
  t.strictSame(plan(info()), made, 'the same again');
});

t.test('time 0 is the first picture, unless much sound comes before it', async (t) => {
  const early = plan(info({ audioLeadMs: 5000, startMicroseconds: 5_000_000 }));
  t.equal(early.sourceStartMicroseconds, 0);
  t.equal(early.frames, 1500 + 125);
  t.equal(
    plan(info({ audioLeadMs: 5000, startMicroseconds: 5_000_000 }, { audio: [] })).sourceStartMicroseconds,
    5_000_000,
  );
});

t.test('the title lasts as long as its sound', async (t) => {
  const longer = plan(info({ audioTailMs: 60_000 }));
  t.match(longer, { frames: 3000, finalHoldFrames: 1526 });
  t.ok(
    longer.chunks.every(({ decodeFromMs }) => decodeFromMs < 60_000),
    'every chunk has the last picture to hold',
  );
  t.equal(plan(info({ audioTailMs: 400 })).frames, 1500, "but for an encoder's padding");
  t.equal(plan(info({ audioTailMs: 60_000 }, { audio: [] })).frames, 1500);
  for (const impossible of [{ audioLeadMs: 1e12 }, { audioTailMs: 1e12 }, { audioLeadMs: Infinity }])
    t.throws(() => plan(info(impossible)), { code: 'media_too_long' });
  t.throws(() => plan(info({}, { durationMs: NaN })), { code: 'media_too_long' });
  const silences = [
    [100, 70_000],
    [90_000, 200_000],
  ] as const;
  t.strictSame(
    plan(info({ audioLeadMs: 5000 }, { audio: [audio({ silences })] })).audio[0]?.silences,
    [[5100, 75_000]],
    "on the title's time line, and no others",
  );
});

t.test('colour', async (t) => {
  for (const [video, expected] of [
    [{ color: { matrix: 'smpte170m', range: 'pc' } }, { matrix: 'bt601', fullRange: true }],
    [{ color: { matrix: 'bt470bg' } }, { matrix: 'bt601', fullRange: false }],
    [{ color: { matrix: 'bt2020nc' } }, { matrix: 'bt2020', fullRange: false }],
    [
      { width: 640, height: 360 },
      { matrix: 'bt601', fullRange: false },
    ],
    [
      { width: 720, height: 1280 },
      { matrix: 'bt709', fullRange: false },
    ],
    [{ color: { matrix: 'gbr' } }, { matrix: 'bt709', fullRange: false }],
  ] as const)
    t.strictSame(plan(info(video)).sourceColor, expected);
  t.strictSame(plan(info({ color: { matrix: 'bt2020nc', primaries: 'bt2020' } })).sourceColor, {
    matrix: 'bt2020',
    fullRange: false,
    primaries: 'bt2020',
  });
  t.match(plan(info({ color: { matrix: 'bt709', primaries: 'smpte432' } })).sourceColor, {
    matrix: 'bt709',
    primaries: 'smpte432',
  });
  t.notOk(
    'primaries' in plan(info({ hdr: 'hlg', color: { primaries: 'bt2020' } })).sourceColor,
    'HDR is mapped another way',
  );
  t.match(plan(info({ hdr: 'hdr10' })), { toneMapFrom: 'smpte2084', sourceColor: { matrix: 'bt2020' } });
  t.match(plan(info({ hdr: 'hlg' })), { toneMapFrom: 'arib-std-b67' });
  t.equal(plan(info({ interlaced: true })).deinterlace, true);
});

t.test('audio tracks', async (t) => {
  const made = plan(
    info(
      {},
      {
        audio: [
          audio({ isDefault: false }),
          audio({ stream: 2, language: 'fr', channels: 6, layout: '5.1' }),
          audio({ stream: 3, title: 'Say "hi"', channels: 1, layout: 'mono', isDefault: false }),
          audio({ stream: 4, isDefault: true }),
          audio({ stream: 5, language: 'und', isDefault: false }),
        ],
      },
    ),
  );
  t.strictSame(
    made.audio.map(({ track, stream, label, isDefault }) => [track, stream, label, isDefault]),
    [
      [0, 1, 'English', false],
      [1, 2, 'French', true],
      [2, 3, "Say 'hi'", false],
      [3, 4, 'English 2', false],
      [4, 5, 'Audio', false],
    ],
  );
  t.strictSame(
    made.audio[1]?.renditions.map(({ name, quality, bitrate, channels }) => [name, quality, bitrate, channels]),
    [
      ['a1-128', '128', 128_000, 2],
      ['a1-48', '48', 48_000, 2],
      ['a1-384', '384', 384_000, 6],
    ],
    'stereo first, then 5.1',
  );
  t.strictSame(
    made.audio[2]?.renditions.map(({ channels }) => channels),
    [1, 1],
    'mono stays mono',
  );
  t.equal(
    plan(info({}, { audio: [audio({ isDefault: false }), audio({ stream: 2, isDefault: false })] })).audio[0]
      ?.isDefault,
    true,
    'one is always the default',
  );
  const silent = plan(info({}, { audio: [] }));
  t.match(silent, { audio: [], video: [{ audioQuality: '', surroundQuality: undefined }] });
  t.equal(made.video.at(-1)?.audioQuality, '48');
});

t.test('which tracks have 5.1', async (t) => {
  const channelsOf = (extra: Partial<AudioInfo>, rungs = ladder) => {
    const { audio: tracks, video } = planEncoding({
      info: info({}, { audio: [audio(extra)] }),
      ladder: rungs,
      encode,
      sourceKey: 'sources/upload_1',
    });
    const channels = tracks[0]?.renditions.map((rendition) => rendition.channels).join(' ');
    t.equal(
      video.some(({ surroundQuality }) => surroundQuality === '384'),
      channels?.endsWith('6'),
      'pictures go with 5.1 where there is some',
    );
    return channels;
  };
  for (const [layout, channels] of [
    ['5.1', 6],
    ['5.1(side)', 6],
    ['5.0', 5],
    ['6.1', 7],
    ['7.1', 8],
    ['7.1(wide)', 8],
    // PCM in Matroska.
    ['unknown', 6],
    ['6 channels', 6],
  ] as const)
    t.equal(channelsOf({ layout, channels }), '2 2 6', layout);
  for (const [layout, channels] of [
    ['stereo', 2],
    ['2.1', 3],
    ['quad', 4],
    ['4 channels', 4],
    ['unknown', 4],
    ['hexadecagonal', 16],
    ['ambisonic 2', 9],
  ] as const)
    t.equal(channelsOf({ layout, channels }), '2 2', `${layout} of ${channels}`);
  t.equal(channelsOf({ layout: 'mono', channels: 1 }), '1 1');
  const { surround: _, ...stereoOnly } = ladder;
  t.equal(channelsOf({ layout: '5.1', channels: 6 }, stereoOnly), '2 2', 'a ladder may do without');
});

t.test('very short and very slow sources', async (t) => {
  t.match(plan(info({ frames: 1 }, { durationMs: 1 })), {
    frames: 1,
    chunks: [{ index: 0, firstFrame: 0, frames: 1, decodeFromMs: 0 }],
  });
  const slides = plan(
    info({ typicalFrameRate: 0.1, averageFrameRate: { num: 1, den: 10 }, longestGapMs: 10_000, lastFrameMs: 10_000 }),
  );
  t.strictSame([slides.frameRate, slides.frames], [{ num: 5, den: 1 }, 300]);
  t.equal(slides.finalHoldFrames, 55);
});
