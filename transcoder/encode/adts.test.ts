import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { adtsChanges } from './adts.ts';

/** A frame of `length` bytes: LC profile, rate by its index, channels. */
function frame(rate: number, channels: number, length = 400): Buffer {
  const bytes = Buffer.alloc(length, 0x5a);
  bytes.set([
    0xff,
    0xf1,
    (1 << 6) | (rate << 2) | (channels >> 2),
    ((channels & 3) << 6) | (length >> 11),
    (length >> 3) & 0xff,
    ((length & 7) << 5) | 0x1f,
    0xfc,
  ]);
  return bytes;
}
const many = (rate: number, channels: number) =>
  Array.from({ length: 6000 }, (_, n) => frame(rate, channels, 300 + (n % 97)));

t.test('whether rate or channels change in AAC', async (t) => {
  const file = path.join(t.testdir(), 'a.aac');
  const of = (...frames: readonly Buffer[]) => {
    writeFileSync(file, Buffer.concat(frames));
    return adtsChanges(file);
  };
  t.equal(await of(), false);
  t.equal(await of(...many(3, 2)), false, 'more than is read at once');
  t.equal(await of(...many(3, 2), frame(4, 2)), true, 'the rate, at the very end');
  t.equal(await of(...many(3, 2), frame(3, 1)), true, 'the channels');
  t.equal(await of(frame(3, 2), frame(3, 6)), true);
  t.equal(await of(frame(3, 3), frame(3, 7)), true, 'by the bit that stands alone');
  t.equal(await of(frame(3, 2), frame(4, 2).subarray(0, 5)), false, 'a header that is cut off');
  t.equal(await of(Buffer.alloc(5000, 0xff)), false, 'something else');
  t.equal(await of(frame(3, 2, 7), Buffer.from([0xff, 0xf1, 0x4c, 0x80, 0, 0, 0])), false, 'a frame without a length');
});
