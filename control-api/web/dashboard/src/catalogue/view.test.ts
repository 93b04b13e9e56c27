import t from 'tap';
import { addressOf, viewIn, wholeCatalogue } from './view.ts';

t.test('the view is in the address, without what narrows nothing down', async (t) => {
  const view = {
    search: 'The tide',
    kind: 'series',
    state: 'in_review',
    language: 'zh-Hant',
    category: 'category_01JZ8Q4M6RXK3V5T9B2C7D1E0F',
    missing: 'subtitles',
    isDeleted: true,
  } as const;
  t.same(viewIn(addressOf(view)), view);
  t.equal(addressOf(wholeCatalogue).toString(), '');
  const wrong = 'kind=episode&state=gone&deleted=1&search=++&language=x&category=tag_1&missing=everything';
  t.same(viewIn(new URLSearchParams(wrong)), wholeCatalogue);
  t.equal(viewIn(new URLSearchParams({ search: 'x'.repeat(300) })).search.length, 200);
});
