import t from 'tap';
import { measuredBytes, measuredSide, measurePicture, scoreOf } from './measure.ts';

const picture = (luma: (x: number, y: number) => number) =>
  Uint8Array.from({ length: measuredBytes }, (_, index) =>
    Math.max(16, Math.min(235, luma(index % measuredSide, Math.floor(index / measuredSide)))),
  );
const sharp = picture((x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? 60 : 180));
const soft = picture((x, y) => 120 + 60 * Math.sin(x / 8) * Math.sin(y / 8));
const black = picture(() => 16);
const caption = picture((x, y) => (y === 48 && x % 9 === 0 ? 235 : 16));

t.test('what is sharp and rich is better than what is soft; what shows nothing has no score', (t) => {
  const [best, fair] = [scoreOf(measurePicture(sharp)), scoreOf(measurePicture(soft))];
  t.ok(best !== undefined && best > (fair ?? 0), `${best} > ${fair}`);
  const poor = scoreOf(measurePicture(caption));
  t.ok(poor !== undefined && poor < (fair ?? 0), `names on black are better than nothing: ${poor}`);
  for (const [what, luma] of Object.entries({
    black,
    white: picture(() => 235),
    'one colour': picture(() => 120),
    'no edge anywhere': picture((x) => 40 + x * 1.5),
  }))
    t.equal(scoreOf(measurePicture(luma)), undefined, what);
  t.end();
});

t.test('a fingerprint knows the same picture again, darker and with noise, and tells another one from it', (t) => {
  const bits = (a: string, b: string) =>
    [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;
  const of = (luma: Uint8Array) => measurePicture(luma).fingerprint;
  const darker = picture((x, y) => ((sharp[y * measuredSide + x] as number) - 20) * 0.9 + ((x * 7 + y * 13) % 3));
  t.match(of(sharp), /^[0-9a-f]{16}$/);
  t.ok(bits(of(sharp), of(darker)) < 12, 'the same');
  t.ok(bits(of(soft), of(picture((x, y) => 120 + 60 * Math.cos(x / 9) * Math.sin(y / 5)))) >= 12, 'another');
  t.throws(() => measurePicture(new Uint8Array(10)), RangeError);
  t.end();
});
