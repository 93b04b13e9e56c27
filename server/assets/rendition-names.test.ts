import t from 'tap';
import { audioRenditionName, readRenditionName, textRenditionName, videoRenditionName } from './rendition-names.ts';

t.test('what is made can be read', async (t) => {
  t.same(readRenditionName(videoRenditionName({ shortSide: 720, maxBitrate: 3_000_400 })), {
    kind: 'video',
    shortSide: 720,
    kilobits: 3000,
  });
  t.same(readRenditionName(audioRenditionName(12, '128')), { kind: 'audio', track: 12, quality: '128' });
  t.same(readRenditionName(textRenditionName('0a'.repeat(32))), { kind: 'text', digest: '0a'.repeat(16) });
});

t.test('two of the same size and cap have different names', async (t) => {
  const rendition = { shortSide: 360, maxBitrate: 700_000 };
  const taken = new Set<string>();
  for (let n = 0; n < 3; n += 1) taken.add(videoRenditionName(rendition, taken));
  t.same([...taken], ['v360-700', 'v360-700b', 'v360-700bb']);
  for (const name of taken) t.match(readRenditionName(name), { shortSide: 360, kilobits: 700 });
});

t.test('what is no name stands for nothing', async (t) => {
  for (const name of [
    '',
    'v',
    'v720',
    'v720-',
    'a-128',
    'a0-',
    'x720-3000',
    'v720-3000c',
    'V720-3000',
    'v720-3000/',
    'av720-3000',
    's-0a',
    `s-${'0A'.repeat(16)}`,
    `s-${'0a'.repeat(16)}x`,
    'a0-../x',
    'v7٢0-3000',
    'v0720-3000',
    'v0-3000',
    'v100000-3000',
  ])
    t.equal(readRenditionName(name), undefined, name);
});
