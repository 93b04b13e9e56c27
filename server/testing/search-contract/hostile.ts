import type { Test } from 'tap';
import type { SearchedCatalogue } from './catalogue.ts';

/** Questions that are none, and those that would be something else to a database. */
export function hostileCases(t: Test, open: (t: Test) => Promise<SearchedCatalogue>): void {
  t.test('nothing in a question is an operator', async (t) => {
    const catalogue = await open(t);
    await catalogue.put('a', 'Alpha Beta');
    await catalogue.put('b', 'Not Near');
    for (const query of [
      'alpha" OR "beta',
      'tokens:alpha',
      'alpha NEAR beta gamma',
      'alpha NOT gamma',
      '(gamma OR alpha)',
      'alpha | gamma',
      'gamma:* & alpha',
      '!gamma',
      "'; drop table titles; --",
      '%',
      '_____',
      '\\',
      '.*',
      '^gamma',
      '[a-z]+',
      '\u0000',
      'a\u0000lpha gamma',
      '',
      '   ',
      '\ud800',
      '\udfff\ud800',
      '\u0301'.repeat(10_000),
      '\ue000alphabeta gamma',
      '\ue001gamma',
      '\u{f003f}',
      '\u202e\u200b',
    ])
      t.same((await catalogue.find(query)).hits, [], JSON.stringify(query.slice(0, 30)));
    t.same(await catalogue.keys('not near'), ['b'], 'words that are operators elsewhere');
    t.same(await catalogue.keys('"alpha"*'), ['a']);
    t.same(await catalogue.keys('al\u0000pha'), ['a'], 'nor a control character');
    t.same(await catalogue.keys(`alpha${'\u0301'.repeat(10_000)}`), ['a']);
    t.same(await catalogue.keys('alpha\ud800'), ['a']);
  });

  t.test('long questions are cut', async (t) => {
    const catalogue = await open(t);
    await catalogue.put('a', 'word '.repeat(40).trim());
    t.same(await catalogue.keys('word '.repeat(5000)), ['a']);
    t.same(await catalogue.keys('x'.repeat(100_000)), []);
    t.same(await catalogue.keys('東'.repeat(100_000)), []);
    t.same(await catalogue.keys('a b c d e f g h i j k l m n o p q r s t u v w x y z'.repeat(50)), []);
  });

  t.test('names may be anything', async (t) => {
    const catalogue = await open(t);
    const names = [
      '\u0301'.repeat(200),
      '\'\\"%_*',
      '\ud800',
      'x'.repeat(200),
      '가'.repeat(200),
      '東'.repeat(200),
      'a'.repeat(100) + ' ' + 'b'.repeat(99),
      "O'Brien\\'s",
    ];
    for (const [index, name] of names.entries()) await catalogue.put(String(index), name);
    for (const index of [1, 3, 4, 5, 6, 7])
      t.same(await catalogue.keys(names[index] as string, { limit: 1 }), [String(index)], names[index] as string);
  });
}
