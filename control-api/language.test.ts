import t from 'tap';
import { Check } from 'typebox/value';
import { canonicalLanguage, languageSchema, preferredLanguage } from './language.ts';

t.test('language tags in their usual spelling', async (t) => {
  for (const [tag, usual] of [
    ['PT-br', 'pt-BR'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
    ['gsw', 'gsw'],
    ['de-CH-1996', 'de-CH-1996'],
  ] as const) {
    t.ok(Check(languageSchema, tag), tag);
    t.equal(canonicalLanguage(tag), usual);
  }
});

t.test('what is none', async (t) => {
  for (const tag of ['', 'e', 'english', 'de-', 'de--AT', '12', 'x-private', 'de_AT', `en-${'abcdefgh-'.repeat(4)}a`])
    t.notOk(Check(languageSchema, tag), tag);
  for (const tag of ['de-a', 'sgn-be-fr-xx-yy', 'de-AT-CH', 'de-1996-1996'])
    t.throws(() => canonicalLanguage(tag), { code: 'invalid_request' }, tag);
});

t.test('what a client likes best', async (t) => {
  for (const [header, language] of [
    [undefined, null],
    ['', null],
    ['*', null],
    ['english, ../../secret', null],
    ['de', 'de'],
    ['fr;q=0.5, DE-at;q=0.9, *;q=0.1', 'de-AT'],
    ['de;q=0, nl', 'nl'],
    ['en;q=0.8,sv;q=0.8', 'en'],
    ['de;q=x, nl;q=0.1', 'nl'],
    ['de-a, pt-br;q=0.4', 'pt-BR'],
  ] as const)
    t.equal(preferredLanguage(header), language, header ?? 'no header');
});
