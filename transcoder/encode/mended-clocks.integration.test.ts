import path from 'node:path';
import t from 'tap';
import { ffmpeg } from '../testing/clips.ts';
import { copied, inSync, joined } from './testing/copied-source.ts';
import { at, colour, recording, tone } from './testing/recordings.ts';

const words = (text: string) => text.split(' ');
const reordered = words('-c:v libx264 -preset ultrafast -bf 2');
const mpeg2 = words('-c:v mpeg2video -bf 2 -c:a ac3 -f vob');

/** Recordings of 3 s with a flash and a beep at 1 s, joined byte by byte. */
const cases = [
  { name: 'joined.vob', from: [0, 36_000, 0], options: mpeg2 },
  // With the header of the second file among its tags.
  { name: 'joined.flv', from: [0, 0], options: [...reordered, '-f', 'flv'] },
  { name: 'joined.mkv', from: [0, 0], options: [...reordered, '-f', 'matroska'] },
  {
    name: 'joined.mp4',
    from: [0, 0],
    options: [...reordered, ...words('-movflags frag_keyframe+empty_moov+default_base_moof -f mp4')],
  },
] as const;

for (const { name, from, options } of cases) {
  t.test(`${name}: recordings whose clocks begin anew follow one another, in sync`, async (t) => {
    const folder = t.testdir();
    const parts: string[] = [];
    for (const [index, begins] of from.entries())
      parts.push(await recording(path.join(folder, `${index}`), 3, begins, ...options));
    const found = await copied(joined(path.join(folder, name), ...parts));
    t.ok(Math.abs(found.seconds - 3 * from.length) < 0.3, `${found.seconds} s`);
    inSync(
      t,
      found,
      from.map((_, index) => 1 + 3 * index),
    );
    t.same(found.warnings, ['clock_jumps_repaired']);
  });
}

t.test('sound that begins after what ffmpeg looks at is heard at its time', async (t) => {
  const folder = t.testdir();
  const coding = {
    // Nothing in it says that there will be sound.
    'late.flv': words('-c:v flv1 -c:a libmp3lame -ar 44100 -flvflags no_metadata'),
    'late.vob': words('-c:v mpeg2video -c:a ac3 -f vob'),
  };
  for (const [name, options] of Object.entries(coding)) {
    const file = path.join(folder, name);
    const moments = at(1, 13);
    await ffmpeg(
      ...colour(14, moments),
      '-itsoffset',
      '12',
      ...tone(2, at(1)),
      '-map',
      '0',
      '-map',
      '1',
      ...options,
      file,
    );
    const found = await copied(file);
    t.same(found.flashes, [1000, 13_000], name);
    t.equal(found.beeps.length, 1, `${name}: sound tracks`);
    t.ok(Math.abs((found.beeps[0]?.[0] ?? 0) - 13_000) <= 50, `${name}: beep at ${found.beeps[0]?.[0]} ms`);
    t.same(found.warnings, ['audio_track_begins_late'], name);
  }
});
