import t from 'tap';
import { until } from '../../../../../server/testing/until.ts';
import { Refresher } from './refresher.ts';

t.test('one question for several changes, one at a time, with a rest as long as it took', async (t) => {
  const asked: { readonly ids: readonly string[]; readonly at: number; end?: () => void; endedAt?: number }[] = [];
  const refresher = new Refresher(async (ids) => {
    const question: (typeof asked)[number] = { ids, at: performance.now() };
    asked.push(question);
    await new Promise<void>((resolve) => (question.end = resolve));
    question.endedAt = performance.now();
    if (ids.includes('b')) throw new Error('no answer');
  }, 10);
  for (const id of ['a', 'b', 'a']) refresher.add(id);
  await until('the first question', async () => asked.length === 1);
  refresher.add('c');
  await new Promise((resolve) => setTimeout(resolve, 80));
  t.same(
    asked.map(({ ids }) => ids),
    [['a', 'b']],
    'the next one waits for the answer',
  );
  asked[0]?.end?.();
  await until('the second question', async () => asked.length === 2);
  const [first, second] = asked as [Required<(typeof asked)[number]>, (typeof asked)[number]];
  t.same(second.ids, ['c'], 'although the first one failed');
  // Timers may come a millisecond early.
  t.ok(second.at - first.endedAt >= first.endedAt - first.at - 2, 'after a rest as long as it took');
  second.end?.();
  refresher.add('d');
  refresher.stop();
});
