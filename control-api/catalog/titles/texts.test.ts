import t from 'tap';
import { displayParagraphs, textFor } from './texts.ts';

const table: readonly (readonly [languages: string, wanted: string, shown: string])[] = [
  ['en', '', 'en'],
  ['en de', 'de', 'de'],
  ['en de', 'de-AT', 'de'],
  ['en de-AT de', 'de-AT', 'de-AT'],
  ['en pt-BR', 'pt-PT', 'pt-BR'],
  ['en pt-BR', 'pt', 'pt-BR'],
  ['en zh-Hant zh-Hans', 'zh-Hans-SG', 'zh-Hans'],
  ['en de fr', 'ko fr de', 'fr'],
  ['en de', 'ko', 'en'],
  // Not what merely begins with the same letters.
  ['en fil', 'fi', 'en'],
];

for (const [languages, wanted, shown] of table)
  t.test(`there is ${languages}, wanted is ${wanted || 'nothing'}`, async (t) => {
    const texts = languages.split(' ').map((language) => ({ language }));
    t.equal(textFor(texts, wanted.split(' ').filter(Boolean), 'en').language, shown);
  });

t.test('without a text in the original language it says so', async (t) => {
  t.throws(() => textFor([{ language: 'de' }], ['ko'], 'en'), TypeError);
});

t.test('paragraphs keep their lines and nothing that cannot be seen', async (t) => {
  t.equal(
    displayParagraphs('  One\u202e  line \r\nand another\n\n\n\n\u0000end ', 100),
    'One line\nand another\n\nend',
  );
  t.equal(displayParagraphs('abc\ndef', 5), 'abc\nd');
  t.equal(displayParagraphs('\n \n', 5), '');
});
