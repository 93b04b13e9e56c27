import t from 'tap';
import { tinyPlan } from '../worker/testing/site.ts';
import type { EncodingPlan, PlannedChunk } from '../plan.ts';
import { DamageListing, lacksPictures, saysDamage } from './damaged-pictures.ts';

// 25 pictures a second, in ticks of 1/12800 s; the title begins at 10 s of the file.
const plan: EncodingPlan = { ...tinyPlan, frameRate: { num: 25, den: 1 }, sourceStartMicroseconds: 10_000_000 };
const chunk: PlannedChunk = { index: 1, firstFrame: 50, frames: 50, decodeFromMs: 1450 };
const ticks = (frame: number) => 128_000 + frame * 512;

const packet = (frame: number, { dts = frame, tick = 512 } = {}) =>
  `[info] demuxer+ffmpeg -> ist_index:0 type:video pkt_pts:${ticks(frame)} pkt_pts_time:${(ticks(frame) / 25 / tick).toPrecision(6)} pkt_dts:${ticks(dts)} pkt_dts_time:${(ticks(dts) / 25 / tick).toPrecision(6)} duration:512 duration_time:0.04 off:0 off_time:0`;
const picture = (frame: number) =>
  `[info] decoder -> ist_index:0 type:video frame_pts:${ticks(frame)} frame_pts_time:1 best_effort_ts:${ticks(frame)} best_effort_ts_time:${ticks(frame) / 12_800} keyframe:0 frame_type:2 time_base:1/12800`;
/** The same as FFmpeg 7 has it. */
const newerPicture = (frame: number) =>
  `[vist#0:0/h264 @ 0x55] [dec:h264 @ 0x56] [info] decoder -> pts:${ticks(frame)} pts_time:${ticks(frame) / 12_800} pkt_dts:1 pkt_dts_time:1 duration:512 duration_time:0.04 keyframe:0 frame_type:2 time_base:1/12800`;
const corrupt = '[warning] file:/x/source.mkv: corrupt decoded frame in stream 0';
const failed = '[error] Error while decoding stream #0:0: Invalid data found when processing input';
const missing = '[hevc @ 0x5617f4ca4ec0] [error] Could not find ref with POC 12';

function read(lines: readonly string[], one: PlannedChunk = chunk) {
  const listing = new DamageListing(plan, one);
  const end = lines.findIndex((line) => listing.take(line));
  return { ...listing.damage, end };
}
const shownAs = (line: typeof picture) => (frame: number) => [packet(frame), line(frame)];
const frames = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

t.test('each damaged picture counts in the chunk that shows it', (t) => {
  for (const line of [picture, newerPicture]) {
    const whole = frames(40, 101).flatMap(shownAs(line));
    t.same(read(whole), { pictures: 0, firstSeconds: 0, end: whole.length - 1 }, 'the chunk was read to its end');
    const damaged = frames(40, 101).flatMap((frame) => {
      const [listed, shown] = shownAs(line)(frame) as [string, string];
      // Before the chunk, at its first and last picture, after it.
      if ([45, 50, 99, 100].includes(frame)) return [listed, corrupt, shown];
      // The picture is not there at all, or is whole to all appearance.
      if (frame === 60) return [listed, failed];
      return frame === 70 ? [listed, missing, missing, shown] : [listed, shown];
    });
    t.same(read(damaged), { pictures: 4, firstSeconds: 2, end: damaged.length - 1 });
  }
  t.end();
});

t.test('a picture that fails and comes out damaged later is one', (t) => {
  const lines = [
    packet(50),
    packet(51),
    failed,
    picture(50),
    packet(52),
    corrupt,
    picture(51),
    packet(53),
    picture(52),
  ];
  t.same(read([...lines, picture(53)]), { pictures: 1, firstSeconds: 2.04, end: -1 });
  t.end();
});

t.test('pictures that never come out are missing, but for those before the first one of a file', (t) => {
  const without = (first: number) =>
    frames(first, 101).flatMap((frame) => (frame >= 90 ? [packet(frame)] : shownAs(picture)(frame)));
  t.same(read(without(40)), { pictures: 10, firstSeconds: 3.6, end: -1 });
  const beginning = [...frames(0, 5).map((frame) => packet(frame)), ...frames(5, 101).flatMap(shownAs(picture))];
  t.equal(read(beginning, { index: 0, firstFrame: 0, frames: 100, decodeFromMs: 0 }).pictures, 0);
  t.equal(read(frames(0, 200).map((frame) => packet(frame))).pictures, 50, 'nothing comes out at all');
  t.end();
});

t.test('what is broken throughout is not read to the end of the file for every chunk', (t) => {
  const { pictures, end } = read(frames(0, 5000).map((frame) => packet(frame)));
  t.equal(pictures, 50);
  t.equal(end, 175, 'three seconds after the end');
  t.end();
});

t.test('times beyond the six digits of the listing are exact all the same', (t) => {
  const late: PlannedChunk = { index: 9, firstFrame: 250_000, frames: 50, decodeFromMs: 9_999_000 };
  const lines = frames(249_999, 250_051).flatMap((frame) => [
    packet(frame),
    ...(frame % 2 ? [corrupt] : []),
    picture(frame),
  ]);
  t.match(read(lines, late), { pictures: 25, firstSeconds: 10_000.04 });
  t.end();
});

t.test('an ffmpeg that lists in other words still tells how many', (t) => {
  t.match(read(['frame 1', corrupt, 'frame 2', failed]), { pictures: 2, firstSeconds: 2 });
  t.equal(read(Array.from({ length: 500 }, () => corrupt)).pictures, 50, 'no more than there are');
  t.end();
});

t.test('many more pictures read than decoded are a sign; those that a decoder holds back are none', (t) => {
  const line = (stream: number, packets: number, decoded: number) =>
    `[verbose]   Input stream #0:${stream} (video): ${packets} packets read (32384 bytes); ${decoded} frames decoded; `;
  t.ok(lacksPictures(line(0, 200, 160), plan));
  t.notOk(lacksPictures(line(0, 200, 170), plan));
  t.notOk(lacksPictures(line(1, 200, 0), plan), 'of another track');
  t.end();
});

t.test('what is no complaint of a picture is none', (t) => {
  for (const line of [
    'deprecated pixel format used, make sure you did set range correctly',
    '[h264 @ 0x1] Late SEI is not implemented. Update your FFmpeg version to the newest one from Git.',
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] Could not find codec parameters for stream 2',
    'Last message repeated 3 times',
  ])
    t.notOk(saysDamage(line), line);
  for (const line of [
    'file:/x: corrupt decoded frame in stream 0',
    'Error while decoding stream #0:0: Invalid data found when processing input',
    '[dec:vp9 @ 0x1] Error submitting packet to decoder: Invalid data found when processing input',
    '[h264 @ 0x1] error while decoding MB 0 6, bytestream 1088',
    '[mjpeg @ 0x1] error count: 64',
    missing,
  ])
    t.ok(saysDamage(line), line);
  t.end();
});
