import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ffmpeg, tools } from '../testing/clips.ts';
import { copied, inSync, joined } from './testing/copied-source.ts';
import { probe } from './testing/encoded-picture.ts';
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

t.test('an edit list that leaves out a part is no clock that jumps', async (t) => {
  const file = path.join(t.testdir(), 'edited.mp4');
  // One key frame, so that what follows the second edit is decoded from the file's beginning.
  const { passFrames } = await tools();
  const coding = [...words('-c:v libx264 -preset ultrafast -bf 0 -g 250'), ...passFrames];
  await ffmpeg('-itsoffset', '1', ...colour(6, '0'), ...coding, file);
  const data = readFileSync(file);
  const list = data.indexOf('elst') + 8;
  t.equal(data.readUInt32BE(list), 2, 'entries: nothing for a second, then all');
  for (const [index, mediaSeconds] of [0, 4].entries()) {
    data.writeUInt32BE(2000, list + 4 + index * 12);
    data.writeInt32BE(mediaSeconds * 12_800, list + 8 + index * 12);
  }
  writeFileSync(file, data);
  const info = await probe(file);
  t.match(info, { durationMs: 4000, needsRemux: false, warnings: [] });
  t.equal(info.clock, undefined);
});
