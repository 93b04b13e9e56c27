import t from 'tap';
import type { VideoRendition } from '../plan.ts';
import { shareOut } from './share-out.ts';

const rendition = (width: number, height: number, name = `v${height}`) => ({ name, width, height }) as VideoRendition;
const names = (groups: VideoRendition[][]) => groups.map((group) => group.map(({ name }) => name));

t.test('renditions are shared out evenly, each once', async (t) => {
  const ladder = [
    rendition(1920, 1080, 'a'),
    rendition(1920, 1080, 'b'),
    rendition(1280, 720, 'c'),
    rendition(960, 540, 'd'),
    rendition(640, 360, 'e'),
  ];
  t.strictSame(names(shareOut(ladder, 1)), [['a', 'b', 'c', 'd', 'e']]);
  t.strictSame(names(shareOut(ladder, 2)), [
    ['a', 'c'],
    ['b', 'd', 'e'],
  ]);
  t.strictSame(names(shareOut(ladder.toReversed(), 2)).flat().toSorted(), ['a', 'b', 'c', 'd', 'e']);
});

t.test('nobody is left without', async (t) => {
  t.strictSame(names(shareOut([rendition(640, 360)], 2)), [['v360']]);
  t.strictSame(names(shareOut([rendition(640, 360), rendition(416, 234)], 3)), [['v360'], ['v234']]);
});
