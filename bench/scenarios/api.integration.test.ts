import t from 'tap';
import { peersOf, quickRun, rowsOf } from '../testing/quick-run.ts';

t.test('api', async (t) => {
  const { report } = await quickRun(t, 'api');
  t.strictSame(peersOf(report), ['bare Fastify']);
  t.ok(rowsOf(report).includes('starting a stream: throughput'));
});
