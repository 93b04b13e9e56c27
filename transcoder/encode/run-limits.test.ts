import t from 'tap';
import type { EncodingPlan, VideoRendition } from '../plan.ts';
import { bytesPerPixel, copyLimits, soundLimits, stillLimits, videoLimits } from './run-limits.ts';

const rendition = (width: number, height: number, preset = 'veryfast'): VideoRendition => ({
  name: `v${height}`,
  width,
  height,
  preset,
  crf: 23,
  maxBitrate: 6_000_000,
  bufferBits: 6_000_000,
  profile: 'high',
  level: '4.1',
  audioQuality: '128',
});
const sizes = [
  [1920, 1080],
  [1920, 1080],
  [1280, 720],
  [1280, 720],
  [960, 540],
  [768, 432],
  [768, 432],
  [640, 360],
  [416, 234],
] as const;
const ladder = (largest: number, preset?: string): VideoRendition[] =>
  sizes.filter(([width]) => width <= largest).map(([width, height]) => rendition(width, height, preset));
const plan = (video: readonly VideoRendition[], pixels: number, pixelFormat = 'yuv420p'): EncodingPlan =>
  ({
    sourcePicture: { pixels, pixelFormat },
    frameRate: { num: 24, den: 1 },
    frames: 24 * 3600,
    video,
    audio: [],
  }) as unknown as EncodingPlan;
const chunk = { index: 0, firstFrame: 0, frames: 384, decodeFromMs: 0 };
const decoding = (pixels: number) => ({ pixels, prerollSeconds: 1800 });
const screen = 4096 * 2304;
const MB = 1e6;

t.test('right files take less than half of the memory that they may', (t) => {
  // Measured, in MB of resident memory: see `run-limits.ts`.
  for (const [what, video, pixels, format, decoded, measured] of [
    ['360p', ladder(640), 640 * 360, 'yuv420p', screen, 112],
    ['720p', ladder(1280), 1280 * 720, 'yuv420p', screen, 342],
    ['1080p', ladder(1920), 1920 * 1080, 'yuv420p', screen, 660],
    ['1080p HDR', ladder(1920), 1920 * 1080, 'yuv420p10le', screen, 775],
    ['2160p', ladder(1920), 3840 * 2160, 'yuv420p', 4 * 3840 * 2160, 690],
    ['2160p HDR', ladder(1920), 3840 * 2160, 'yuv420p10le', 4 * 3840 * 2160, 898],
    ['4320p, one rendition', [rendition(1920, 1080)], 7680 * 4320, 'yuv420p', 8192 * 4352, 401],
    ['360p, veryslow, one rendition', [rendition(640, 360, 'veryslow')], 640 * 360, 'yuv420p', screen, 129],
  ] as const) {
    const { memoryBytes } = videoLimits(plan(video, pixels, format), chunk, decoding(decoded));
    t.ok(memoryBytes > 2 * measured * MB, `${what}: ${Math.round(memoryBytes / MB)} MB`);
  }
  t.end();
});

t.test('a small file may not take what only a large one needs', (t) => {
  const small = videoLimits(plan(ladder(640), 640 * 360), chunk, decoding(screen));
  const large = videoLimits(plan(ladder(1920), 3840 * 2160), chunk, decoding(4 * 3840 * 2160));
  t.ok(small.memoryBytes < 1500 * MB, `${Math.round(small.memoryBytes / MB)} MB`);
  for (const what of ['memoryBytes', 'cpuSeconds', 'fileBytes', 'writtenBytes', 'processes'] as const)
    t.ok(large[what] >= small[what], what);
  const slow = videoLimits(plan(ladder(640, 'veryslow'), 640 * 360), chunk, decoding(screen));
  t.ok(slow.memoryBytes > small.memoryBytes && slow.cpuSeconds > small.cpuSeconds, 'slow presets look further ahead');
  t.ok(
    videoLimits(plan(ladder(640), 640 * 360), { ...chunk, frames: 24 }, decoding(screen)).cpuSeconds < small.cpuSeconds,
    'and longer chunks take longer',
  );
  t.end();
});

t.test('what is written is bounded by what is asked for', (t) => {
  const title = plan(ladder(640), 640 * 360);
  const track = { renditions: [{ channels: 2 }] } as never;
  const sound = soundLimits(title, track, { pixels: screen });
  const pcm = 3600 * 48_000 * 2 * 2;
  t.ok(sound.fileBytes > pcm * 1.1 && sound.fileBytes < pcm * 2, 'an hour of uncompressed sound');
  const copy = copyLimits(1e9, { pixels: screen, pixelFormat: 'yuv420p' });
  t.ok(copy.writtenBytes > 1.1e9 && copy.writtenBytes < 1.5e9, 'a copy');
  t.equal(
    copy.memoryBytes,
    copyLimits(1e12, { pixels: screen, pixelFormat: 'yuv420p' }).memoryBytes,
    'which takes no more memory for being longer',
  );
  t.ok(stillLimits(rendition(1920, 1080), 8).memoryBytes < 800 * MB, 'a still');
  t.end();
});

t.test("a pixel's bytes follow from the format", (t) => {
  for (const [format, bytes] of [
    ['yuv420p', 3],
    ['nv12', 3],
    ['yuvj422p', 3],
    ['yuv422p10le', 4],
    ['yuv444p', 3],
    ['yuv444p12le', 6],
    ['yuva444p10le', 8],
    ['gbrp', 3],
    ['rgba64le', 8],
    ['p010le', 3],
    ['bgr24', 3],
    [undefined, 4],
  ] as const)
    t.equal(bytesPerPixel(format), bytes, format ?? 'unknown');
  t.end();
});
