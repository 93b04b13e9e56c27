import t from 'tap';
import { addressOf, isNarrowed, sortedBy, viewIn, wholeLibrary } from './view.ts';

const read = (address: string) => viewIn(new URLSearchParams(address));

t.test('views and their addresses', async (t) => {
  t.same(read(''), wholeLibrary);
  t.equal(addressOf(wholeLibrary).toString(), '');
  for (const address of [
    'search=caf%C3%A9+%26+more&state=failed&mine=true&hasWarnings=true&sort=size&order=asc',
    'sort=title',
    'sort=title&order=desc',
    'order=asc',
  ])
    t.equal(addressOf(read(address)).toString(), address);
  t.same(read('state=gone&sort=owner&order=up&mine=1&hasWarnings=&search=++'), wholeLibrary, 'what nobody understands');
  t.equal(read(`search=${'x'.repeat(300)}`).search.length, 100);
  t.equal(read('state=toString').state, undefined);
});

t.test('narrowed or not', async (t) => {
  t.equal(isNarrowed(read('sort=title')), false);
  for (const address of ['search=a', 'state=ready', 'mine=true', 'hasWarnings=true'])
    t.equal(isNarrowed(read(address)), true, address);
});

t.test('sorting again turns it round', async (t) => {
  const once = sortedBy(wholeLibrary, 'title');
  t.match(once, { sort: 'title', order: 'asc' });
  t.match(sortedBy(once, 'title'), { sort: 'title', order: 'desc' });
  t.match(sortedBy(once, 'size'), { sort: 'size', order: 'desc' });
});
