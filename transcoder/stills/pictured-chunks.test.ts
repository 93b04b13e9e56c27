import t from 'tap';
import type { VideoRendition } from '../plan.ts';
import { isPictured, picturedRendition } from './pictured-chunks.ts';

const picturedOf = (count: number) => {
  const chunks = Array.from({ length: count }, (_, index) => ({ index, firstFrame: 0, frames: 1, decodeFromMs: 0 }));
  return chunks.flatMap(({ index }) => (isPictured({ chunks }, index) ? [index] : []));
};

t.test('pictures are taken all over the title, at most 24, and not from the chunk that viewers wait for', (t) => {
  t.same(picturedOf(1), [0]);
  t.same(picturedOf(3), [1, 2]);
  t.equal(picturedOf(25).length, 24);
  for (const count of [26, 49, 100, 1800]) {
    const pictured = picturedOf(count);
    t.equal(pictured.length, 24, `${count} chunks`);
    const steps = pictured.slice(1).map((index, place) => index - (pictured[place] as number));
    t.ok(Math.max(...steps) - Math.min(...steps) <= 1, `evenly: ${steps}`);
    t.notOk(pictured.includes(0));
  }
  t.end();
});

t.test('from the smallest rendition that is large enough', (t) => {
  const video = [
    [1920, 1080],
    [1280, 720],
    [640, 360],
    [426, 240],
  ].map(([width, height]) => ({ width, height, maxBitrate: 1 }) as VideoRendition);
  t.match(picturedRendition({ video }), { width: 1280 });
  t.match(picturedRendition({ video: video.slice(2) }), { width: 640 }, 'the largest where none is');
  t.match(picturedRendition({ video: [{ width: 720, height: 1280, maxBitrate: 1 } as VideoRendition, ...video] }), {
    width: 720,
    height: 1280,
  });
  t.end();
});
