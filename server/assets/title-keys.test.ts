import t from 'tap';
import { foldText, titleKeys } from './title-keys.ts';

t.test('how titles are searched', async (t) => {
  t.equal(foldText('  Café  Ｍünchen\n１ '), 'cafe munchen 1');
  t.equal(foldText('短剧 Ωμέγα ÉCLAIR'), '短剧 ωμεγα eclair');
  t.equal(foldText('हिंदी कि'), 'हिंदी कि', 'vowel signs of other scripts are letters, not marks');
  t.equal(foldText('가나다'), '가나다', 'syllables are put together again');
  t.equal(foldText('100% _a\\b'), '100% _a\\b');
});

t.test('how titles are sorted', async (t) => {
  const titles = ['episode 10', 'Episode 2', 'episode 002b', 'Éclair', 'zebra', 'Äpfel', 'episode 1'];
  t.same(
    titles.toSorted((a, b) => (titleKeys(a).title_order < titleKeys(b).title_order ? -1 : 1)),
    ['Äpfel', 'Éclair', 'episode 1', 'Episode 2', 'episode 002b', 'episode 10', 'zebra'],
  );
  t.equal(Array.from(titleKeys('😀'.repeat(300)).title_order).length, 100, 'no half of a character is left');
});
