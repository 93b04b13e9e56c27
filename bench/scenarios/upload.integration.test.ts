import t from 'tap';
import { peersOf, quickRun, rowsOf } from '../testing/quick-run.ts';

t.test('upload', async (t) => {
  const { report } = await quickRun(t, 'upload');
  t.strictSame(peersOf(report), ['bare write']);
  t.ok(rowsOf(report).some((row) => row.startsWith('20 clients')));
});
