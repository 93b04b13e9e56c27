import t from 'tap';
import { quickRun, rowsOf } from '../testing/quick-run.ts';

t.test('sessions', async (t) => {
  const { report } = await quickRun(t, 'sessions');
  t.ok(rowsOf(report).some((row) => row.endsWith('revocations')));
});
