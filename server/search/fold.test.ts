import t from 'tap';
import { errorsBetween } from './distance.ts';
import { foldWords } from './fold.ts';

const folded = (text: string) => foldWords(text).map((word) => word.text);

t.test('texts are folded', async (t) => {
  for (const [text, ...words] of [
    ['Spider-Man', 'spider', 'man'],
    ['ocean’s 11', 'oceans', '11'],
    ['Cafe\u0301 CAFÉ', 'cafe', 'cafe'],
    ['İstanbul ISTANBUL', 'istanbul', 'istanbul'],
    ['Straße Łódź Ærø', 'strasse', 'lodz', 'aero'],
    ['ΟΔΟΣ οδός', 'οδοσ', 'οδοσ'],
    ['ｆｕｌｌ １２', 'full', '12'],
    ['마짐 닭 와', 'ㅁㅏㅈㅣㅁ', 'ㄷㅏㄹㄱ', 'ㅇㅗㅏ'],
    ['마'.normalize('NFD'), 'ㅁㅏ'],
    ['東京物語2020', '東京物語', '2020'],
    ['カタカナ ｶﾞｰﾃﾞﾝ', 'かたかな', 'がーでん'],
    ['أَلْفُ لَيْلَةٍ', 'الف', 'ليله'],
    ['کتابی ١٢٣', 'كتابي', '123'],
    ['Ёлки й', 'елки', 'и'],
    ['हिन्दी', 'हिन्दी'],
    ['a\u200db a\u00adb', 'ab', 'ab'],
    ['\ud800x', 'x'],
    ['\ue000x\u{f0000}', 'x'],
    ['x\u0000y', 'x', 'y'],
    ['😀'.repeat(2), '\u{ff600}\u{ff600}'],
    [''],
    ['\u0301\u200b \n'],
  ] as const)
    t.same(folded(text), words, text);
});

t.test('each letter knows where it was', async (t) => {
  const text = ' 😀 Cafe\u0301—마\u1100! ';
  for (const { letters } of foldWords(text))
    for (const { text: letter, start, end } of letters)
      t.same(folded(text.slice(start, end)).join(''), letter, `${start}-${end}`);
  t.same(
    foldWords('Spider-Man 2').map(({ isTied }) => isTied),
    [false, true, false],
  );
});

t.test('typing errors are counted', async (t) => {
  for (const [typed, word, most, errors, isPrefix] of [
    ['love', 'love', 1, 0],
    ['lvoe', 'love', 1, 1],
    ['lov', 'love', 1, 1],
    ['loove', 'love', 1, 1],
    ['lave', 'love', 1, 1],
    ['lavo', 'love', 1, Infinity],
    ['lavo', 'love', 2, 2],
    ['a', 'abcd', 2, Infinity],
    ['spidr', 'spiderman', 1, 1, true],
    ['spidx', 'spiderman', 1, 1, true],
    ['spydx', 'spiderman', 1, Infinity, true],
    ['', 'abc', 1, 0, true],
    ['😀a', 'a', 1, 1],
  ] as const)
    t.equal(errorsBetween(typed, word, most, isPrefix), errors, `${typed} ${word}`);
});
