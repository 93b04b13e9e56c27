import t from 'tap';
import { addressOf, everybody, viewIn } from './view.ts';

t.test('the view is in the address, without what narrows nothing down', async (t) => {
  const view = { search: 'ann@', role: 'staff', status: 'locked' } as const;
  t.same(viewIn(addressOf(view)), view);
  t.equal(addressOf(everybody).toString(), '');
  t.same(viewIn(new URLSearchParams('role=king&status=gone&search=%20%20&other=1')), everybody, 'nothing is believed');
  t.equal(viewIn(new URLSearchParams({ search: 'x'.repeat(300) })).search.length, 254);
});
