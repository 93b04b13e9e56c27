import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { hasFragments } from './iso-media.ts';
import { filesBehind } from './joined-files.ts';

const box = (type: string, bytes = 16) => {
  const made = Buffer.alloc(8 + bytes);
  made.writeUInt32BE(made.length);
  made.write(type, 4, 'latin1');
  return made;
};
const asfHeader = '3026b2758e66cf11a6d900aa0062ce6c';
const asfObject = (guid: string, bytes = 40, size = bytes + 24) => {
  const made = Buffer.alloc(24 + bytes);
  made.write(guid, 'hex');
  made.writeBigUInt64LE(BigInt(size), 16);
  return made;
};
const page = (flags: number) => {
  const made = Buffer.alloc(27 + 2 + 265);
  made.write('OggS', 'latin1');
  made[5] = flags;
  made.set([2, 255, 10], 26);
  return made;
};

const mp4 = [box('ftyp'), box('moov'), box('mdat')];
const fragmented = [box('ftyp'), box('moov'), box('moof'), box('mdat'), box('moof'), box('mdat')];
const asf = [asfObject(asfHeader), asfObject('ab'.repeat(16)), asfObject('cd'.repeat(16))];
const ogg = [page(2), page(2), page(0), page(1), page(0)];

t.test('files that stand behind the first one are counted, where ffmpeg would not read them', async (t) => {
  const file = path.join(t.testdir(), 'joined');
  const cases = [
    ['mov', mp4, 0],
    ['mov', [...mp4, ...mp4, ...mp4], 2],
    ['mov', fragmented, 0],
    // Fragments are read, whatever stands between them.
    ['mov', [...fragmented, ...fragmented], 0],
    ['mov', [...mp4, Buffer.from('no box at all')], 0],
    ['asf', asf, 0],
    ['asf', [...asf, ...asf], 1],
    ['asf', [asfObject(asfHeader), asfObject('ab'.repeat(16), 40, 0), ...asf], 0],
    ['ogg', ogg, 0],
    ['ogg', [...ogg, ...ogg], 1],
    ['ogg', [...ogg, Buffer.from('OggS')], 0],
    ['matroska', [...mp4, ...mp4], 0],
  ] as const;
  for (const [index, [demuxer, parts, behind]] of cases.entries()) {
    writeFileSync(file, Buffer.concat(parts));
    t.equal(await filesBehind(file, demuxer), behind, `${demuxer}, case ${index}`);
  }
});

t.test('fragments are found behind the index, and an index alone has none', async (t) => {
  const file = path.join(t.testdir(), 'file.mp4');
  for (const [parts, expected] of [
    [mp4, false],
    [[...mp4, ...mp4], false],
    [fragmented, true],
  ] as const) {
    writeFileSync(file, Buffer.concat(parts));
    t.equal(await hasFragments(file), expected);
  }
});
