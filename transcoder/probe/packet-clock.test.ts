import t from 'tap';
import { MendedPackets, PacketClock } from './packet-clock.ts';
import type { ScannedPacket } from './packet-scan.ts';

type Shown = readonly [stream: number, pts: number | undefined, dts: number | undefined];

/** Pictures (0) at 25 Hz, each third one decoded two early, and sound (1) at 50 Hz, as they are interleaved. */
function recording(from: number, seconds: number, { sound = true, picture = true } = {}): Shown[] {
  return Array.from({ length: seconds * 25 }, (_, frame): Shown[] => {
    const dts = from + frame / 25;
    return [
      ...(picture ? [[0, dts + (frame % 3 === 0 ? 0.08 : 0), dts] as const] : []),
      ...(sound ? [[1, dts, dts] as const, [1, dts + 0.02, dts + 0.02] as const] : []),
    ];
  }).flat();
}

const packet = ([stream, pts, dts]: Shown): ScannedPacket => {
  return { stream, pts, dts, duration: undefined, key: true, discarded: false };
};

/** What is found in packets of a container, and where they stand then. */
function put(demuxer: string, packets: readonly Shown[]) {
  const streams = [...new Set(packets.map(([stream]) => stream))];
  const clock = PacketClock.of(demuxer, streams);
  if (!clock) throw new Error('not followed');
  for (const one of packets) clock.take(packet(one));
  const mending = clock.mending();
  if (!mending) return undefined;
  const mended = new MendedPackets(mending);
  const stands = packets.map((one) => mended.next(packet(one)));
  const timesOf = (wanted: number) =>
    stands.filter(({ stream }) => stream === wanted).map(({ dts }) => dts ?? Number.NaN);
  return { mending, picture: timesOf(0), sound: timesOf(1), stands };
}

/** All steps between packets are short and forward, but for those at joins, which are short. */
const isEven = (times: readonly number[]) =>
  times.slice(1).every((at, index) => at - (times[index] as number) > 0 && at - (times[index] as number) < 0.1);

t.test('recordings that were joined follow one another, in every container whose times are its own', (t) => {
  for (const demuxer of ['mpeg', 'flv', 'matroska', 'mov', 'asf', 'ogg']) {
    for (const second of [0, 36_000, 90_000]) {
      const found = put(demuxer, [...recording(100, 6), ...recording(second, 6)]);
      t.equal(found?.mending.jumps, 1, `${demuxer}, from 100 to ${second} s`);
      t.ok(found && isEven(found.picture) && isEven(found.sound), 'without a hole');
      t.ok(Math.abs((found?.picture.at(-1) as number) - 11.96) < 0.05, `${found?.picture.at(-1)} s`);
      t.ok(Math.abs((found?.picture.at(-1) as number) - (found?.sound.at(-1) as number)) < 0.03, 'in sync');
    }
  }
  t.end();
});

t.test('where ffmpeg sorts by time, all of the second picture may come before the sound goes on', (t) => {
  const [picture, sound] = [{ sound: false }, { picture: false }];
  const found = put('mov', [
    ...recording(0, 5),
    ...recording(5, 1, picture),
    ...recording(0, 6, picture),
    ...recording(5, 1, sound),
    ...recording(0, 6, sound),
  ]);
  t.equal(found?.mending.jumps, 1);
  t.same(found?.mending.runs[0]?.runs[1]?.offsetSeconds, found?.mending.runs[1]?.runs[1]?.offsetSeconds);
  t.end();
});

t.test('holes, pauses, late tracks and pictures that are decoded early are no jumps', (t) => {
  const plain = recording(0, 6);
  t.equal(put('matroska', plain), undefined);
  t.equal(put('matroska', [...plain, ...recording(30, 6)]), undefined, 'picture and sound are not there for 24 s');
  t.equal(put('mov', [[0, 0, 0] as const, [0, 1800, 1800] as const]), undefined, 'a slide stands for half an hour');
  t.equal(put('flv', [...recording(0, 20, { sound: false }), ...recording(20, 6)]), undefined, 'sound begins at 20 s');
  const apart = [...recording(0, 60, { sound: false }), ...recording(0, 60, { picture: false })];
  t.equal(put('matroska', apart), undefined, 'one track after the other');
  // One picture a second, and no decoding times but those that ffmpeg makes.
  const slides = Array.from({ length: 40 }, (_, n): Shown[] => {
    const at = n * 4;
    return [
      [0, at + 4, n === 0 ? undefined : at],
      [0, at + 2, at + 1],
      [0, at + 1, at + 2],
      [0, at + 3, at + 3],
    ];
  }).flat();
  t.equal(put('matroska', slides), undefined, 'pictures are shown in another order');
  for (const demuxer of ['h264', 'avi', 'mpegts'])
    t.equal(PacketClock.of(demuxer, [0]), undefined, `${demuxer} has no clock to follow`);
  t.end();
});

t.test('where decoding times are guessed, what is shown by the new clock belongs to it', (t) => {
  const shown = [0, 0.12, 0.04, 0.08, 3600.16, 3600.28, 3600.2, 3600.24];
  const guessed = [undefined, undefined, 0, 0.04, 0.08, 0.12, 3600.16, 3600.2];
  const found = put('matroska', shown.map((pts, n): Shown => [0, pts, guessed[n]]).concat(recording(3600.28, 1)));
  t.equal(found?.mending.runs[0]?.runs[1]?.firstPacket, 4);
  t.end();
});

t.test('a clock of 33 bits means the same whether ffmpeg has turned it back or not', (t) => {
  const turn = 2 ** 33 / 90_000;
  const packets = [...recording(36_000, 6), ...recording(0, 6)];
  const turned = packets.map(([stream, pts, dts]): Shown => {
    const back = (at: number | undefined) => (at !== undefined && at < 30_000 ? at + turn : at);
    return [stream, back(pts), back(dts)];
  });
  const [plain, other] = [put('mpeg', packets), put('mpeg', turned)];
  t.ok(plain && other);
  for (const [index, at] of (plain?.picture ?? []).entries())
    t.ok(Math.abs(at - (other?.picture[index] as number)) < 0.001);
  t.end();
});

t.test('more jumps than a command line has room for are refused', (t) => {
  const clock = PacketClock.of('mpeg', [0]);
  t.throws(
    () => {
      for (let n = 0; n < 4000; n += 1) clock?.take(packet([0, 0, ((n * 7919) % 80_000) + 5]));
    },
    { name: 'ClockJumpsTooOften' },
  );
  t.end();
});
