import t from 'tap';
import { availableLanguage, directionOf, formatLocale } from './languages.ts';
import { pseudoText, pseudoTexts } from './pseudo.ts';

t.test('which language', async (t) => {
  t.equal(availableLanguage([undefined, 'de-AT', 'en'], ['en', 'de']), 'de', 'the language without its country');
  t.equal(availableLanguage(['pt-BR'], ['en', 'pt-BR', 'pt']), 'pt-BR');
  t.equal(availableLanguage(['ko', 'ja'], ['en', 'de']), 'en', 'English when none is there');
  t.equal(availableLanguage(['gone', 'de'], ['en', 'de']), 'de', 'a choice that is no longer offered');
  t.equal(formatLocale('en', ['de', 'en-GB']), 'en-GB', 'numbers and dates as in the country');
  t.equal(formatLocale('en', ['en', 'fr']), 'en');
  t.equal(directionOf('ar-XB'), 'rtl');
  t.equal(directionOf('en-XA'), 'ltr');
});

t.test('pseudo-texts', async (t) => {
  t.equal(pseudoText('Save'), '⟦Šávé~~⟧');
  t.equal(pseudoText('{{size, bytes}} of <b>{{name}}</b>'), '⟦{{size, bytes}} óf <b>{{name}}</b>~~⟧', 'values stay');
  const texts = pseudoTexts({ kit: { files_one: 'one', files_other: 'other', inner: { a: 'a' } } });
  t.match(texts['kit'], { files_one: /óñé/, files_few: /óthéŕ/, inner: { a: /á/ } }, 'all plurals are there');
});
