import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ffmpeg, grayClip } from '../testing/clips.ts';
import { hasMatroskaIndex } from './matroska-index.ts';
import { withFile } from './random-access.ts';

const hasIndex = (name: string) => withFile(name, ({ file }) => hasMatroskaIndex(file));

t.test('an index is found where ffmpeg would find it', async (t) => {
  const folder = t.testdir();
  const file = (name: string) => path.join(folder, name);
  await grayClip(50, '25', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', file('plain.mkv'));
  t.equal(await hasIndex(file('plain.mkv')), true, 'at the end');
  await ffmpeg('-i', file('plain.mkv'), '-c', 'copy', '-reserve_index_space', '2000', file('front.mkv'));
  t.equal(await hasIndex(file('front.mkv')), true, 'in front');
  await ffmpeg('-i', file('plain.mkv'), '-c', 'copy', '-live', '1', file('live.mkv'));
  t.equal(await hasIndex(file('live.mkv')), false, 'a live recording has none');
  const bytes = readFileSync(file('plain.mkv'));
  writeFileSync(file('cut.mkv'), bytes.subarray(0, bytes.length / 2));
  t.equal(await hasIndex(file('cut.mkv')), false, 'cut off');

  // Whatever the bytes say, the answer comes, and no error.
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const broken = Buffer.from(bytes.subarray(0, round % 3 === 0 ? 20 + random(200) : 4096));
    for (let change = 0; change < 6; change += 1)
      broken[random(Math.min(300, broken.length))] = [0, 0xff, 0x01, random(256)][random(4)] as number;
    writeFileSync(file('broken.mkv'), broken);
    t.type(await hasIndex(file('broken.mkv')), 'boolean');
  }
  writeFileSync(file('empty.mkv'), '');
  t.equal(await hasIndex(file('empty.mkv')), false);
  // Elements of no length, without end.
  writeFileSync(
    file('voids.mkv'),
    Buffer.concat([
      Buffer.from('1a45dfa380', 'hex'),
      Buffer.from('18538067ff', 'hex'),
      Buffer.alloc(100_000, Buffer.from('ec80', 'hex')),
    ]),
  );
  t.equal(await hasIndex(file('voids.mkv')), false);
});
