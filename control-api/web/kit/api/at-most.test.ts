import t from 'tap';
import { atMost } from './at-most.ts';

t.test('no more than so many at a time, in their order, and a failure makes room', async (t) => {
  const limited = atMost(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(async (index) =>
    limited(async () => {
      begun.push(index);
      await new Promise<void>((end) => ends.push(end));
      if (index === 0) throw new Error('broken');
      return index;
    }),
  );
  const settled = Promise.allSettled(all);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  t.same(begun, [0, 1]);
  ends[0]?.();
  await turn();
  t.same(begun, [0, 1, 2]);
  ends[1]?.();
  ends[2]?.();
  await turn();
  t.same(begun, [0, 1, 2, 3]);
  ends[3]?.();
  t.match(await settled, [{ status: 'rejected' }, { value: 1 }, { value: 2 }, { value: 3 }]);
});
