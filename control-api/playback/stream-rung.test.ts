import t from 'tap';
import { streamRung } from './stream-rung.ts';

const ladder = [720, 1080, 1080, 234, 360];

for (const [published, topRung, expected] of [
  [ladder, undefined, undefined],
  [ladder, 2160, undefined],
  [ladder, 1080, undefined],
  [ladder, 1079, 720],
  [ladder, 720, 720],
  [ladder, 719, 360],
  [ladder, 360, 360],
  [ladder, 234, 234],
  [ladder, 233, 234],
  [ladder, 1, 234],
  [[360, 360], 720, undefined],
  [[360, 360], 360, undefined],
  [[360, 360], 100, undefined],
] as const)
  t.test(`${published.join(', ')} up to ${topRung}`, async (t) => {
    t.equal(streamRung(published, topRung), expected);
  });
