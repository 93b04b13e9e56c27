import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { mendFlashVideo } from './mend-flash-video.ts';

const header = Buffer.from('464c5601050000000900000000', 'hex');
const tag = (type: number, bytes: number) => {
  const made = Buffer.alloc(11 + bytes + 4, type);
  made.writeUIntBE(bytes, 1, 3);
  return made;
};
const tags = [tag(18, 300), tag(9, 1_500_000), tag(8, 7), tag(9, 0)];

t.test('headers among the tags are left out, and nothing else', async (t) => {
  const folder = t.testdir();
  const [source, target] = [path.join(folder, 'source'), path.join(folder, 'target')];
  writeFileSync(source, Buffer.concat([header, ...tags, header, ...tags, header, tag(9, 5)]));
  t.equal(await mendFlashVideo(source, target), true);
  t.ok(readFileSync(target).equals(Buffer.concat([header, ...tags, ...tags, tag(9, 5)])));
  await t.rejects(mendFlashVideo(source, target), { code: 'EEXIST' });
  await t.rejects(mendFlashVideo(source, path.join(folder, 'other'), AbortSignal.abort()), { name: 'AbortError' });
});

t.test('a file in order, and one that is damaged, stay as they are', async (t) => {
  const folder = t.testdir();
  const [source, target] = [path.join(folder, 'source'), path.join(folder, 'target')];
  // The bytes of a header within a tag are no header; behind what is no tag nobody knows.
  const inside = Buffer.concat([tag(9, 20).subarray(0, 11), header, Buffer.alloc(11)]);
  for (const parts of [tags, [...tags, inside], [tag(9, 5), Buffer.alloc(50, 0xff), header, ...tags], []]) {
    writeFileSync(source, Buffer.concat([header, ...parts]));
    t.equal(await mendFlashVideo(source, target), false);
    t.notOk(existsSync(target));
  }
});

t.test('AAC is described once, and anew only where it changes', async (t) => {
  const folder = t.testdir();
  const [source, target] = [path.join(folder, 'source'), path.join(folder, 'target')];
  const described = (config: number) => {
    const made = tag(8, 4);
    made.set([0xaf, 0, config, 0x10], 11);
    return made;
  };
  const [one, other] = [described(1), described(2)];
  writeFileSync(source, Buffer.concat([header, one, ...tags, one, ...tags, other, one, one]));
  t.equal(await mendFlashVideo(source, target), true);
  t.ok(readFileSync(target).equals(Buffer.concat([header, one, ...tags, ...tags, other, one])));
});
