import t, { type Test } from 'tap';
import { ClockLine } from './clock-line.ts';

type Packet = readonly [track: 'picture' | 'sound' | 'reference', seconds: number];

const options = {
  ticksPerSecond: 90_000,
  wrapsAfter: 2 ** 33,
  longestHoleSeconds: 10,
  tremblingSeconds: 0.2,
  isInterleaved: true,
};

/** Pictures at 25 Hz and sound at 50 Hz as they are interleaved, from one second to another. */
function recording(from: number, to: number, { reference = true, soundLag = 0 } = {}): Packet[] {
  return Array.from({ length: Math.round((to - from) * 50) }, (_, index) => from + index / 50).flatMap((at, index) => [
    ...(reference && index % 2 === 0 ? [['reference', at] as const] : []),
    ...(index % 2 === 0 ? [['picture', at] as const] : []),
    ...(at - soundLag >= from ? [['sound', at - soundLag] as const] : []),
  ]);
}

const ticksOf = (seconds: number) => ((Math.round(seconds * 90_000) % 2 ** 33) + 2 ** 33) % 2 ** 33;

/** Runs the packets through a line and gives back where each stands in the end, in seconds. */
function put(packets: readonly Packet[], changed: Partial<typeof options> = {}) {
  const line = new ClockLine<string>({ ...options, ...changed });
  const placed = packets.flatMap(([track, seconds]) => {
    if (track !== 'reference') return [{ track, seconds, part: line.take(track, ticksOf(seconds)) }];
    line.reference(ticksOf(seconds));
    return [];
  });
  const offsets = line.offsets(['picture', 'sound'], 0);
  const times = (wanted: string) =>
    placed
      .filter(({ track }) => track === wanted)
      .map(({ seconds, part }) => ((ticksOf(seconds) + (offsets[part] as number) + 2 ** 33) % 2 ** 33) / 90_000);
  return { line, jumps: line.jumps(['picture', 'sound']), picture: times('picture'), sound: times('sound') };
}

/** Every step of picture and sound is the usual one, but for `joins` of them, which are less than 0.1 s. */
function even(t: Test, { picture, sound }: ReturnType<typeof put>, joins: number, what: string): void {
  for (const [times, usual] of [
    [picture, 0.04],
    [sound, 0.02],
  ] as const) {
    const steps = times.slice(1).map((at, index) => at - (times[index] as number));
    const odd = steps.filter((step) => Math.abs(step - usual) > 0.001);
    t.ok(
      odd.length <= joins && odd.every((step) => step > 0 && step < 0.1),
      `${what}: odd steps ${odd.map((step) => step.toFixed(3)).join(' ') || 'none'}`,
    );
  }
}

const joinedRecordings: readonly { readonly what: string; readonly parts: readonly (readonly [number, number])[] }[] = [
  {
    what: 'restarts at 0',
    parts: [
      [0, 6],
      [0, 6],
    ],
  },
  {
    what: 'restarts three times',
    parts: [
      [100, 106],
      [0, 6],
      [0, 3],
      [0.5, 6],
    ],
  },
  {
    what: 'jumps 10 h ahead',
    parts: [
      [0, 6],
      [36_000, 36_006],
    ],
  },
  {
    what: 'jumps 10 h back',
    parts: [
      [36_000, 36_006],
      [0, 6],
    ],
  },
  {
    what: 'jumps 20 s ahead',
    parts: [
      [0, 6],
      [26, 30],
    ],
  },
  {
    what: 'repeats a second of itself',
    parts: [
      [0, 6],
      [5, 10],
    ],
  },
  { what: 'begins at 0 again every second', parts: Array.from({ length: 20 }, () => [0, 1] as const) },
];

t.test('parts follow one another, sound and picture as they were to each other', (t) => {
  for (const { what, parts } of joinedRecordings) {
    const found = put(parts.flatMap(([from, to]) => recording(from, to)));
    t.equal(found.jumps, parts.length - 1, what);
    even(t, found, parts.length - 1, what);
    const length = parts.reduce((sum, [from, to]) => sum + to - from, 0);
    const end = (found.picture.at(-1) as number) + 0.04;
    t.ok(Math.abs(end - length) < 0.1 * parts.length, `${what}: ${end} s`);
  }
  t.end();
});

t.test('a clock that runs over its end has not jumped', (t) => {
  const end = 2 ** 33 / 90_000;
  const found = put(recording(end - 3, end + 3));
  t.equal(found.jumps, 0);
  t.ok(found.line.wraps);
  even(t, found, 0, 'over the end');
  t.equal(put(recording(end - 3, end - 1)).line.wraps, false);
  t.end();
});

t.test('a jump that picture and sound do not make at the same packet', (t) => {
  for (const reference of [true, false]) {
    const before = recording(0, 6, { reference, soundLag: 0.6 });
    const after = recording(50_000, 50_006, { reference, soundLag: 0.6 });
    // The sound of the old clock comes among the first pictures of the new one.
    const late = Array.from({ length: 30 }, (_, index): Packet => ['sound', 5.4 + index / 50]);
    const atOnce = reference ? 1 : 2;
    const mixed = after.flatMap((packet, index) => [packet, ...late.slice(index * atOnce, (index + 1) * atOnce)]);
    const found = put([...before, ...mixed]);
    t.equal(found.jumps, 1);
    even(t, found, 1, 'mixed');
    const apart = (found.picture.at(-1) as number) - (found.sound.at(-1) as number);
    t.ok(Math.abs(apart - 0.58) < 0.001, `the last picture stands ${apart} s after the last sound, as in the source`);
  }
  t.end();
});

t.test('holes and pauses are no jumps', (t) => {
  const hole = put([...recording(0, 3), ...recording(8, 12)]);
  t.equal(hole.jumps, 0);
  t.ok(Math.abs((hole.picture.at(-1) as number) - 11.96) < 0.001, 'a hole stays as long as it is');
  const pause = recording(3, 40).filter(([track]) => track !== 'sound');
  t.equal(put([...recording(0, 3), ...pause, ...recording(40, 43)]).jumps, 0, 'the picture goes on without sound');
  const clock = recording(0, 30).filter(([track]) => track === 'reference');
  t.equal(put([['picture', 0], ...clock, ['picture', 30], ['picture', 30.04]]).jumps, 0, 'the clock goes on alone');
  t.end();
});

t.test('one stray time moves nothing else', (t) => {
  for (const stray of [-5, -2, 5, 9, 3600, -3600]) {
    for (const reference of [true, false]) {
      const packets = recording(4000, 4006, { reference });
      const at = packets.findIndex(([track, seconds]) => track === 'picture' && seconds >= 4003);
      const found = put(packets.with(at, ['picture', (packets[at] as Packet)[1] + stray]));
      const [picture, sound] = [found.picture.at(-1) as number, found.sound.at(-1) as number];
      t.ok(Math.abs(picture - sound) < 0.05, `${stray} s: ${picture} and ${sound} s at the end`);
      t.ok(sound < 6.1, 'and no longer');
    }
  }
  t.end();
});

t.test('where holes are holes only a clock that runs back has jumped', (t) => {
  const changed = { longestHoleSeconds: Infinity };
  const plain = { reference: false };
  const parts = [...recording(0, 6, plain), ...recording(600, 606, plain)];
  t.equal(put(parts, changed).jumps, 0);
  t.equal(put([...parts, ...recording(0, 6, plain)], changed).jumps, 1);
  t.end();
});

t.test('jumps add no time of their own, and are bounded', (t) => {
  const jumping = Array.from({ length: 5000 }, (_, index): Packet => ['picture', ((index * 7919) % 80_000) + 5]);
  const { picture } = put(jumping);
  const end = picture.reduce((most, at) => Math.max(most, at));
  t.ok(end < 5000, `${end} s of 5000 pictures`);
  const line = new ClockLine<string>(options);
  t.throws(
    () => {
      for (let index = 0; index < 30_000; index += 1) line.take('picture', ((index * 7919) % 80_000) * 90_000);
    },
    { name: 'ClockJumpsTooOften' },
  );
  t.end();
});
