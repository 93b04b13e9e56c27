import t from 'tap';
import type { Ladder } from './ladder-file.ts';
import { chooseLadder } from './choose-ladder.ts';

const usual = { preset: 'veryfast', video: [] as Ladder['video'] } as Ladder;
const animation = { preset: 'slow', video: [] as Ladder['video'] } as Ladder;
const ladders = { ladder: usual, ladders: new Map([['animation', animation]]) };

t.test('a video is encoded as its title wants it', async (t) => {
  t.same(chooseLadder(ladders, { qualityPreset: null, ladder: null }), {
    ladder: usual,
    settings: { qualityPreset: null, ladder: null },
    warnings: [],
  });
  t.equal(chooseLadder(ladders, { qualityPreset: null, ladder: 'animation' }).ladder, animation);
  const both = { qualityPreset: 'slower', ladder: 'animation' } as const;
  t.match(chooseLadder(ladders, both), { ladder: { preset: 'slower' }, settings: both, warnings: [] });
  t.equal(animation.preset, 'slow', 'the ladder of the others stays as it is');
});

t.test('a ladder that is not configured any more gives way to the usual one, and that is said', async (t) => {
  t.match(chooseLadder(ladders, { qualityPreset: 'fast', ladder: 'sports' }), {
    ladder: { preset: 'fast' },
    settings: { qualityPreset: 'fast', ladder: null },
    warnings: [{ code: 'ladder_not_configured', parameters: { ladder: 'sports' } }],
  });
});
