import t from 'tap';
import {
  audioFrames,
  audioFrameTicks,
  clockTime,
  durationTicks,
  frameTicks,
  lastTick,
  microsecondsOf,
  millisecondsOf,
  planMilliseconds,
  planSeconds,
  secondsOf,
  segmentSeconds,
  segmentTicks,
  ticksOf,
  timestampOffsetTicks,
  titleSamples,
} from './timeline.ts';

const ntsc = { frameRate: { num: 24_000, den: 1001 }, frames: 250, segmentFrames: 96 };
const pal = { frameRate: { num: 25, den: 1 }, frames: 1000, segmentFrames: 100 };

t.test('frames of whole ticks and of broken ones', async (t) => {
  t.equal(ticksOf(1, ntsc.frameRate), 3753.75);
  t.same(
    [0, 1, 2, 3, 4].map((frame) => frameTicks(ntsc, frame)),
    [0, 3754, 7508, 11_261, 15_015],
    'each is rounded for itself: nothing adds up',
  );
  t.equal(frameTicks(pal, 7), 25_200);
  t.equal(secondsOf(96, ntsc.frameRate), 4.004);
});

t.test('lengths and the place of time 0', async (t) => {
  t.same([durationTicks(pal), segmentTicks(pal), planSeconds(pal), segmentSeconds(pal)], [3_600_000, 360_000, 40, 4]);
  t.same([durationTicks(ntsc), segmentTicks(ntsc), segmentSeconds(ntsc)], [938_438, 360_360, 4.004]);
  t.equal(planSeconds(ntsc), (250 * 1001) / 24_000);
  t.equal(timestampOffsetTicks(ntsc), 360_360);
  t.equal(planMilliseconds(ntsc), 10_427);
  t.equal(millisecondsOf(360_360), 4004);
  t.equal(microsecondsOf(360_360).toFixed(0), '4004000');
});

t.test('the longest title stays exact', async (t) => {
  const frames = 90_000 * 60;
  for (const frameRate of [
    { num: 60_000, den: 1001 },
    { num: 60, den: 1 },
  ]) {
    const exact = (BigInt(frames) * BigInt(frameRate.den) * 90_000n) / BigInt(frameRate.num);
    t.equal(BigInt(Math.floor(ticksOf(frames, frameRate))), exact);
  }
});

t.test('the clock of MPEG-TS begins again', async (t) => {
  t.equal(clockTime(lastTick), lastTick);
  t.equal(clockTime(lastTick + 1), 0);
  t.equal(clockTime(2 ** 33 + 5), 5);
});

t.test('AAC frames cover the picture', async (t) => {
  t.equal(audioFrameTicks, 1920);
  t.equal(titleSamples(pal), 1_920_000);
  t.equal(audioFrames(pal), 1875);
  t.equal(audioFrames({ ...pal, frames: 1001 }), 1877, 'one that is begun counts');
  t.equal(audioFrames({ frameRate: { num: 60, den: 1 }, frames: 1 }), 2, 'room for the priming and one more');
});
