import type { Test } from 'tap';
import { SearchedCatalogue, type SearchFixture } from './search-contract/catalogue.ts';
import { hostileCases } from './search-contract/hostile.ts';
import { relevance, titlesOfRelevance } from './search-contract/relevance.ts';

/** What every backend of the search promises, with one table of what is found by what, in which order. */
export function searchContract(t: Test, open: (t: Test) => Promise<SearchFixture>): void {
  t.test('the table of relevance', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    for (const [key, names, more] of titlesOfRelevance) await catalogue.put(key, names, more);
    for (const [query, ...expected] of relevance) t.same(await catalogue.keys(query), expected, query);
  });

  t.test('what was found is marked, in the name as it is written', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    for (const [key, names, more] of titlesOfRelevance) await catalogue.put(key, names, more);
    const marked = async (query: string) => {
      const { hits } = await catalogue.find(query, { limit: 1 });
      const { name = '', highlights = [] } = hits[0] ?? {};
      return highlights
        .toReversed()
        .reduce(
          (text, { start, length }) =>
            `${text.slice(0, start)}[${text.slice(start, start + length)}]${text.slice(start + length)}`,
          name,
        );
    };
    for (const [query, expected] of [
      ['spiderm', '[Spiderm]an Returns'],
      ['spider-man', '[Spider-Man]'],
      ['amazing spiderm', 'The [Amazing] [Spider-M]an'],
      ['cafe', '[Café] Müller'],
      ['muller', 'Café [Müller]'],
      ['tide last', 'The [Last] [Tide]'],
      ['cimson', '[Crimson] Harbor'],
      ['조수', '마지막 [조수]'],
      ['마지막 ㅈ', '[마지막 조]수'],
      ['ㅈㅅ', '마지막 [조수]'],
      ['홍수', '대[홍수]'],
      ['物語', '東京[物語]'],
      ['がーでん', '[ガーデン]・パーティー'],
      ['ليلة', 'ألف [لَيْلَة] وليلة'],
      ['елки', '[Ёлки] 2'],
      ['moon', '😀 [Moon]light'],
      ['haneul', 'Crimson Harbor'],
      ['harbor haneul', 'Crimson [Harbor]'],
      ['straße', 'Łódź Ærø [straße]'],
      ['???', '[???]'],
    ] as const)
      t.equal(await marked(query), expected, query);
  });

  t.test('the name in a language that is read is taken, where it fits as well', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    await catalogue.put('a', { en: 'Titanic', de: 'Titanic', 'pt-BR': 'Titanic' });
    const language = async (...languages: string[]) =>
      (await catalogue.find('titanic', { languages })).hits.map((hit) => hit.language);
    t.same(await language('de'), ['de']);
    t.same(await language('fr', 'pt'), ['pt-BR']);
  });

  t.test('pages follow one another', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    for (const [key, names, more] of titlesOfRelevance) await catalogue.put(key, names, more);
    for (const query of ['the', 'last', 'tide', 'spiderman']) {
      const all = await catalogue.find(query);
      t.ok(all.hits.length > 1, query);
      t.notOk(all.hasMore);
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await catalogue.find(query, { limit: 1, after });
        seen.push(...page.hits.map(({ titleId }) => titleId));
        after = page.hits.at(-1)?.place;
        if (!page.hasMore) break;
      }
      t.same(
        seen,
        all.hits.map(({ titleId }) => titleId),
        query,
      );
    }
    for (const after of ['', 'x', "0.0.0.' or 1=1", '9'.repeat(90)])
      await t.rejects(catalogue.find('the', { after }), RangeError, after);
  });

  t.test('it follows what changes', async (t) => {
    const fixture = await open(t);
    const { db, search } = fixture;
    const catalogue = new SearchedCatalogue(fixture);
    await catalogue.put('a', { en: 'Winter', ko: '겨울' }, { other: ['Snowfall'] });
    await catalogue.put('b', 'Winter Sun');
    t.same(await catalogue.keys('winter'), ['a', 'b']);
    await catalogue.put('b', 'Winter', { weight: 5 });
    t.same(await catalogue.keys('winter'), ['b', 'a'], 'the heavier one first');
    t.same(await catalogue.keys('sun'), [], 'what it was called');
    await catalogue.put('a', { ko: '여름' });
    t.same(await catalogue.keys('winter'), ['b'], 'a name that is gone');
    t.same(await catalogue.keys('snowfall'), []);
    t.same(await catalogue.keys('여름'), ['a']);
    await db
      .transaction()
      .execute(async (tx) => {
        await search.put(tx, { titleId: catalogue.idOf('b'), documents: [], weight: 0 });
        throw new Error('taken back');
      })
      .catch(() => undefined);
    t.same(await catalogue.keys('winter'), ['b'], 'a change that is taken back is none');
    await db.transaction().execute((tx) => search.put(tx, { titleId: catalogue.idOf('b'), documents: [], weight: 0 }));
    t.same(await catalogue.keys('winter'), []);
    await db.deleteFrom('titles').where('id', '=', catalogue.idOf('a')).execute();
    await catalogue.put('c', '여름');
    t.same(await catalogue.keys('여름'), ['c'], 'a title that was removed takes its index along');
    await t.rejects(catalogue.put('c', 'x', { weight: -1 }), RangeError);
    await t.rejects(catalogue.put('c', 'x', { weight: 1.5 }), RangeError);
  });

  t.test('what may not be seen leads nowhere', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    await catalogue.put('seen', 'Harbour Lights');
    await catalogue.put('secret', { en: 'Zanzibar Protocol', ko: '비밀' }, { other: ['Quetzalcoatl'], isHidden: true });
    const nothing = { hits: [], hasMore: false, didYouMean: null };
    for (const query of [
      'zanzibar protocol',
      'zanz',
      'protocol',
      'zanzibra',
      'protcol',
      'quetzalcoatl',
      'quetzalcoatI',
      '비밀',
      'ㅂㅁ',
    ])
      t.same(await catalogue.find(query), nothing, query);
    t.match(await catalogue.find('harbur'), { hits: [{ kind: 'corrected' }], didYouMean: 'Harbour' });
    t.same(await catalogue.find('harbour zanzibra'), nothing, 'not together with what may be seen, either');
  });

  t.test('what is meant is said with the words of a title', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    for (const [key, names, more] of titlesOfRelevance) await catalogue.put(key, names, more);
    for (const [query, expected] of [
      ['cimson harbr', 'Crimson Harbor'],
      ['Cafe Mullr', 'Cafe Müller'],
      ['마지막 조슈', '마지막 조수'],
      ['crimson', null],
      ['nothing like it', null],
    ] as const)
      t.equal((await catalogue.find(query)).didYouMean, expected, query);
  });

  t.test('any text gets an answer', (t) => {
    hostileCases(t, async (t) => new SearchedCatalogue(await open(t)));
    t.end();
  });

  t.test('words that no title has any more are forgotten', async (t) => {
    const fixture = await open(t);
    const { db, search } = fixture;
    const catalogue = new SearchedCatalogue(fixture);
    await catalogue.put('a', 'Winter Garden', { other: ['Snowfall'] });
    await catalogue.put('a', 'Winter Palace', { other: ['Icicle'] });
    const { signal } = new AbortController();
    t.equal(await search.tidy(signal), 2);
    t.equal(await search.tidy(signal), 0);
    t.same(
      (await db.selectFrom('search_terms').select('term').orderBy('term').execute()).map(({ term }) => term),
      ['icicle', 'palace', 'winter'],
    );
    t.same(await catalogue.keys('wniter palcae'), ['a']);
  });

  t.test('changes at the same time do not lose each other', async (t) => {
    const catalogue = new SearchedCatalogue(await open(t));
    const keys = Array.from({ length: 12 }, (_, n) => `title ${n}`);
    // Half of them have the words in the opposite order.
    const nameOf = (n: number) => (n % 2 ? 'Alpha Beta Gamma Delta' : 'Delta Gamma Beta Alpha');
    for (const key of keys) await catalogue.put(key, 'Nothing');
    await Promise.all(keys.map((key, n) => catalogue.put(key, nameOf(n))));
    t.equal((await catalogue.keys('gamma')).length, keys.length);
    t.equal((await catalogue.keys('gamam')).length, keys.length);
    t.same(await catalogue.keys('nothing'), []);
  });

  t.test('titles that were indexed otherwise are known', async (t) => {
    const fixture = await open(t);
    const { db, search } = fixture;
    const catalogue = new SearchedCatalogue(fixture);
    await catalogue.put('a', 'One');
    await catalogue.put('b', { en: 'Two', de: 'Zwei' });
    await catalogue.put('c', {});
    const ids = ['a', 'b', 'c'].map((key) => catalogue.idOf(key));
    t.same(await search.outdated(ids), [ids[2]], 'one was never indexed');
    await db.updateTable('search_documents').set({ version: 0 }).where('language', '=', 'de').execute();
    t.same(await search.outdated(ids), [ids[1], ids[2]]);
    t.same(await search.waiting(5), [ids[1]], 'one that was is known by itself');
    await catalogue.put('b', { en: 'Two', de: 'Zwei' });
    t.same(await search.waiting(5), []);
    await db.transaction().execute((tx) => search.putLater(tx, [ids[0] as string]));
    t.same(await search.waiting(5), [ids[0]]);
    t.same(await catalogue.keys('one'), ['a'], 'it is found until then');
    await catalogue.put('a', 'One');
    t.same(await search.waiting(5), []);
    t.same(await search.outdated([]), []);
  });
}
