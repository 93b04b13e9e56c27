import t from 'tap';
import { addressOf, viewIn, wholeCatalogue } from './view.ts';

t.test('the view is in the address, without what narrows nothing down', async (t) => {
  const view = { search: 'The tide', kind: 'series', state: 'in_review', isDeleted: true } as const;
  t.same(viewIn(addressOf(view)), view);
  t.equal(addressOf(wholeCatalogue).toString(), '');
  t.same(viewIn(new URLSearchParams('kind=episode&state=gone&deleted=1&search=++')), wholeCatalogue);
  t.equal(viewIn(new URLSearchParams({ search: 'x'.repeat(300) })).search.length, 200);
});
