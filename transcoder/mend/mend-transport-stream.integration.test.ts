import { copyFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { copied, inSync, joined } from '../encode/testing/copied-source.ts';
import { at, coded, colour, recording, tone } from '../encode/testing/recordings.ts';
import { ffmpeg, sharedClip } from '../testing/clips.ts';

/** What went wrong with real files: from the file to decoded pictures and sound. */
const cases = [
  { name: 'ts-clock-restarts-at-6s.ts', seconds: 12, moments: [1, 4, 9], warnings: ['clock_jumps_repaired'] },
  { name: 'ts-clock-jumps-10h-at-6s.ts', seconds: 12, moments: [1, 4, 9], warnings: ['clock_jumps_repaired'] },
  { name: 'ts-programme-moves-to-other-pids-at-6s.ts', seconds: 12, moments: [1, 4, 9], warnings: [] },
  { name: 'ts-sound-begins-at-17s.ts', seconds: 24, moments: [18, 21], warnings: ['audio_track_begins_late'] },
] as const;

for (const { name, seconds, moments, warnings } of cases) {
  t.test(name, async (t) => {
    const shared = sharedClip(t, `cases/${name}`);
    if (!shared) return;
    const file = path.join(t.testdir(), name);
    copyFileSync(shared, file);
    const found = await copied(file);
    t.ok(Math.abs(found.seconds - seconds) < 0.2, `${found.seconds} s`);
    inSync(t, found, moments);
    t.same(found.warnings, warnings);
  });
}

t.test('ts-begins-in-the-middle-of-a-gop.ts', async (t) => {
  const shared = sharedClip(t, 'cases/ts-begins-in-the-middle-of-a-gop.ts');
  if (!shared) return;
  const file = path.join(t.testdir(), 'source.ts');
  copyFileSync(shared, file);
  const found = await copied(file);
  // The first picture that can be decoded is a flash, of 2.56 s: it stands from the beginning.
  t.ok(Math.abs(found.seconds - 10.56) < 0.05, `${found.seconds} s`);
  t.same(found.flashes, [0, 7560]);
  t.same(
    found.beeps.map((beeps) => beeps.map(Math.round)),
    [[2560, 7560]],
  );
  t.same(found.warnings, ['beginning_not_decodable']);
  t.match(found.sentences, /its first 64 pictures cannot be decoded/);
});

const near = (found: number, expected: number, within: number) => Math.abs(found - expected) <= within;

t.test('four recordings: on other PIDs, one over the end of the clock, one of nine hours earlier', async (t) => {
  const folder = t.testdir();
  const clockEnds = 2 ** 33 / 90_000;
  const parts = [
    await recording(path.join(folder, '1.ts'), 3, 50_000),
    await recording(path.join(folder, '2.ts'), 3, 0, '-mpegts_start_pid', '0x300', '-mpegts_pmt_start_pid', '0x200'),
    await recording(path.join(folder, '3.ts'), 3, clockEnds - 4, '-mpegts_service_id', '7'),
    await recording(path.join(folder, '4.ts'), 3, clockEnds - 9 * 3600),
  ];
  const found = await copied(joined(path.join(folder, 'source.ts'), ...parts));
  // Sound stands in packets of 0.3 s here, and the last one of a recording counts as whole.
  t.ok(near(found.seconds, 12, 0.9), `${found.seconds} s`);
  inSync(t, found, [1, 4.3, 7.5, 10.8]);
  t.same(found.warnings, ['clock_jumps_repaired']);
  t.match(found.sentences, /jumps 3 times/);
});

t.test('a second language after 17 s, and a programme beside this one', async (t) => {
  const file = path.join(t.testdir(), 'source.ts');
  const moments = at(1, 18);
  await ffmpeg(
    ...colour(20, moments, '640x360'),
    ...tone(20, moments),
    '-itsoffset',
    '17',
    ...tone(3, at(1)),
    '-f',
    'lavfi',
    '-i',
    'color=gray:s=64x64:r=5:d=20',
    '-map',
    '3',
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    ...coded,
    '-metadata:s:a:0',
    'language=eng',
    '-metadata:s:a:1',
    'language=fra',
    '-program',
    'program_num=1:st=0',
    '-program',
    'program_num=2:st=1:st=2:st=3',
    file,
  );
  const found = await copied(file);
  t.same(found.languages, ['en', 'fr']);
  t.same(
    found.beeps.map((beeps) => beeps.map((beep) => Math.round(beep / 100))),
    [[10, 180], [180]],
  );
  t.same(found.flashes, [1000, 18_000]);
  t.same(found.warnings, ['programmes_left_out', 'audio_track_begins_late']);
});

t.test('the picture begins after 16 s of sound', async (t) => {
  const file = path.join(t.testdir(), 'source.ts');
  await ffmpeg(
    '-itsoffset',
    '16',
    ...colour(5, at(2)),
    ...tone(21, at(1, 18)),
    '-map',
    '0',
    '-map',
    '1',
    ...coded,
    file,
  );
  const found = await copied(file);
  t.ok(near(found.seconds, 21, 0.2), `${found.seconds} s`);
  t.ok(found.flashes.length === 1 && near(found.flashes[0] as number, 18_000, 50), `flash at ${found.flashes[0]} ms`);
  t.ok(near(found.beeps[0]?.[1] as number, 18_000, 50), `beeps at ${found.beeps[0]?.join(' ')} ms`);
  t.same(found.warnings, ['picture_begins_late']);
});

t.test('recordings in two codecs: one part is left out, and said', async (t) => {
  const folder = t.testdir();
  const parts = [
    await recording(path.join(folder, '1.ts'), 6, 0),
    await recording(path.join(folder, '2.ts'), 3, 0, '-c:v', 'mpeg2video', '-mpegts_start_pid', '0x300'),
  ];
  const found = await copied(joined(path.join(folder, 'source.ts'), ...parts));
  t.match(found.warnings, ['clock_jumps_repaired', 'other_picture_left_out']);
  t.match(found.sentences, /3 seconds of the picture were left out/);
  t.ok(near(found.seconds, 9, 0.3), `${found.seconds} s`);
});
