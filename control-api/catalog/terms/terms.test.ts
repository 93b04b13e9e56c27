import t from 'tap';
import { newId } from '../../../server/kit/ids.ts';
import { startControlApi, type Harness } from '../../testing/harness.ts';
import { Editor } from '../testing/catalogue.ts';
import type { TermView, TitleTermView } from './schemas.ts';

const make = async (editor: Editor, kind: string, name: string): Promise<TermView> =>
  (await editor.send('POST', '/terms', { kind, originalLanguage: 'en', text: { name } })).json<TermView>();
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code?: string }).code;
const ask = async <T>(api: Harness, path: string) => (await api.app.inject({ url: `/api/v1${path}` })).json<T>();
interface Items {
  readonly items: readonly { readonly id: string; readonly name: string }[];
}

t.test('categories, tags and people are made and changed', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const [revenge, love] = [await make(editor, 'category', 'Revenge'), await make(editor, 'category', 'Love')];
  t.match(revenge, { kind: 'category', slug: 'revenge', name: 'Revenge', revision: 1 });
  t.equal((await make(editor, 'person', 'Revenge')).slug, 'revenge', 'each kind has addresses of its own');
  t.equal((await make(editor, 'category', 'Revenge')).slug, 'revenge-2');
  const put = (body: object) => editor.send('PATCH', `/terms/${revenge.id}`, { revision: 1, ...body });
  t.match((await put({ texts: { ko: { name: '복수', about: 'a\n\n\nb' } }, slug: 'vengeance' })).json(), {
    slug: 'vengeance',
    revision: 2,
    texts: [{ language: 'en' }, { language: 'ko', about: 'a\n\nb' }],
  });
  t.match((await put({ slug: 'x' })).json(), { code: 'term_changed', revision: 2 });
  t.equal(codeOf(await editor.send('PATCH', `/terms/${love.id}`, { revision: 1, slug: 'revenge' })), 'slug_taken');
  t.equal(
    codeOf(await editor.send('PATCH', `/terms/${love.id}`, { revision: 1, texts: { en: null } })),
    'invalid_request',
  );
  t.equal((await editor.send('PATCH', `/terms/${newId('tag')}`, { revision: 1, slug: 'x' })).statusCode, 404);

  const listed = async (query: string) =>
    (await editor.send('GET', `/terms?${query}`)).json<Items & { nextCursor: string | null }>();
  t.same(
    (await listed('kind=category')).items.map(({ name }) => name),
    ['Revenge', 'Love', 'Revenge'],
  );
  t.same(
    (await listed(`kind=category&search=${encodeURIComponent('복')}`)).items.map(({ id }) => id),
    [revenge.id],
  );
  for (const name of ['Zoe', 'Ada', 'ada 10', 'Ada 2']) await make(editor, 'person', name);
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Items & { nextCursor: string | null } = await listed(
      `kind=person&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  t.same(names, ['Ada', 'Ada 2', 'ada 10', 'Revenge', 'Zoe']);
  t.equal((await editor.send('GET', '/terms?kind=person&cursor=e30')).statusCode, 400);

  const categories = (await listed('kind=category')).items.map(({ id }) => id);
  const reversed = categories.toReversed();
  t.equal((await editor.send('PUT', '/category-order', { terms: reversed })).statusCode, 204);
  t.same(
    (await listed('kind=category')).items.map(({ id }) => id),
    reversed,
  );
  t.equal(codeOf(await editor.send('PUT', '/category-order', { terms: reversed.slice(1) })), 'conflict');
});

t.test('a title has some, and viewers find it by them once it is released', async (t) => {
  const api = await startControlApi(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(1);
  await editor.change(episodes[0]!.id, { assetId: (await api.rows.asset()).id });
  const [category, tag, person] = [
    await make(editor, 'category', 'Revenge'),
    await make(editor, 'tag', 'Slow'),
    await make(editor, 'person', 'Ada'),
  ];
  const put = async (terms: readonly object[]) =>
    editor.send('PUT', `/titles/${series.id}/terms`, { revision: (await editor.get(series.id)).revision, terms });
  for (const [name, terms, code] of [
    ['a person without a role', [{ id: person.id }], 'invalid_request'],
    ['a category with one', [{ id: category.id, role: 'cast' }], 'invalid_request'],
    ['a director who plays somebody', [{ id: person.id, role: 'director', part: 'x' }], 'invalid_request'],
    ['twice the same', [{ id: tag.id }, { id: tag.id }], 'invalid_request'],
    ['what is not there', [{ id: newId('tag') }], 'not_found'],
  ] as const)
    t.equal(codeOf(await put(terms)), code, name);
  const cast = { id: person.id, role: 'cast', part: 'The captain' };
  const given = [{ id: category.id }, cast, { id: person.id, role: 'director' }, { id: tag.id }];
  t.match((await put(given)).json<{ items: TitleTermView[] }>().items, [
    { kind: 'category', name: 'Revenge', role: null },
    { kind: 'person', role: 'cast', part: 'The captain' },
    { role: 'director', part: null },
    { kind: 'tag', name: 'Slow' },
  ]);
  t.equal(codeOf(await editor.send('PUT', `/titles/${series.id}/terms`, { revision: 1, terms: [] })), 'title_changed');

  const hidden = async () => {
    t.same((await ask<Items>(api, '/categories')).items, []);
    for (const { id } of [category, tag, person]) {
      t.match(await ask(api, `/terms/${id}`), { code: 'not_found' });
      t.same((await ask<Items>(api, `/titles?term=${id}`)).items, []);
    }
  };
  await hidden();
  await editor.step('publish', series.id, season.id, episodes[0]!.id);
  t.match(await ask(api, '/categories'), { items: [{ id: category.id, name: 'Revenge' }] });
  for (const { id } of [category, tag, person]) {
    t.match(await ask(api, `/terms/${id}`), { id });
    t.same(
      (await ask<Items>(api, `/titles?term=${id}`)).items.map((each) => each.id),
      [series.id],
    );
  }
  t.match(await ask(api, `/titles/${series.id}`), { terms: [{ name: 'Revenge' }, { part: 'The captain' }] });
  t.equal((await editor.send('PUT', '/featured', { titles: [series.id] })).statusCode, 204);
  t.equal(codeOf(await editor.send('PUT', '/featured', { titles: [season.id] })), 'invalid_request');
  t.equal(codeOf(await editor.send('PUT', '/featured', { titles: [newId('title')] })), 'not_found');
  const card = { id: series.id };
  t.match(await ask(api, '/home'), {
    featured: [card],
    rows: [
      { of: 'new', term: null, items: [card] },
      { of: 'category', term: { name: 'Revenge' }, items: [card] },
    ],
  });
  await editor.step('withdraw', series.id);
  await hidden();
  t.same(await ask(api, '/home'), { featured: [], rows: [{ of: 'new', term: null, items: [] }] });

  t.equal((await editor.send('DELETE', `/terms/${person.id}`)).statusCode, 204);
  const left = (await editor.send('GET', `/titles/${series.id}/terms`)).json<{ items: TitleTermView[] }>().items;
  t.same(
    left.map(({ kind }) => kind),
    ['category', 'tag'],
  );
  t.equal((await editor.send('GET', `/titles/${newId('title')}/terms`)).statusCode, 404);
});
