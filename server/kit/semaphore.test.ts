import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { Semaphore } from './semaphore.ts';

/** Work that ends when told to, and the order in which it began. */
function turns(semaphore: Semaphore) {
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const run = (n: number, signal?: AbortSignal) => {
    ends[n] = Promise.withResolvers<void>();
    return semaphore.run(async () => {
      begun.push(n);
      await ends[n]?.promise;
      return n;
    }, signal);
  };
  return {
    begun,
    run,
    end: (n: number) => ends[n]?.resolve(),
    fail: (n: number, error: Error) => ends[n]?.reject(error),
  };
}

t.test('some run, some wait, the rest is refused', async (t) => {
  const { begun, run, end, fail } = turns(new Semaphore({ atOnce: 2, waiting: 3 }));
  const runs = [0, 1, 2, 3, 4].map((n) => run(n));
  t.same(begun, [0, 1]);
  await t.rejects(run(5), { name: 'LineFull' });
  fail(1, new Error('failed'));
  await t.rejects(async () => {
    await runs[1];
  }, /failed/);
  t.same(begun, [0, 1, 2], 'a failure makes room too, for the first in line');
  end(0);
  t.equal(await runs[0], 0);
  for (const n of [2, 3, 4]) {
    end(n);
    t.equal(await runs[n], n);
  }
  t.same(begun, [0, 1, 2, 3, 4]);
  const again = [6, 7].map((n) => run(n));
  t.same(begun.slice(5), [6, 7], 'all places are free again');
  for (const n of [6, 7]) end(n);
  await Promise.all(again);
});

t.test('a line without a bound', async (t) => {
  const { begun, run, end } = turns(new Semaphore({ atOnce: 1 }));
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const runs = numbers.map((n) => run(n));
  for (const n of numbers) {
    end(n);
    await runs[n];
  }
  t.same(begun, numbers);
});

t.test('whose signal aborts leaves the line and takes no place', async (t) => {
  const { begun, run, end } = turns(new Semaphore({ atOnce: 1, waiting: 2 }));
  const gone = new AbortController();
  const first = run(0);
  const leaving = run(1, gone.signal);
  const next = run(2);
  gone.abort(new Error('gone'));
  await t.rejects(leaving, { message: 'gone' });
  const last = run(3);
  end(0);
  await first;
  end(2);
  end(3);
  await Promise.all([next, last]);
  t.same(begun, [0, 2, 3]);
  await t.rejects(run(4, gone.signal), { message: 'gone' }, 'not even when there is room');
  const after = run(5);
  t.same(begun, [0, 2, 3, 5]);
  end(5);
  await after;
});

t.test('an abort after the turn came changes nothing', async (t) => {
  const { begun, run, end } = turns(new Semaphore({ atOnce: 1 }));
  const late = new AbortController();
  const [first, second, third] = [run(0), run(1, late.signal), run(2)];
  end(0);
  await first;
  late.abort();
  end(1);
  end(2);
  t.same(await Promise.all([second, third]), [1, 2]);
  t.same(begun, [0, 1, 2]);
});

t.test('who gives up just as its turn comes puts nobody else out of the line', async (t) => {
  const semaphore = new Semaphore({ atOnce: 1 });
  const gate = Promise.withResolvers<void>();
  const giveUp = new AbortController();
  const begun: number[] = [];
  const runs = [
    semaphore.run(() => gate.promise),
    ...[1, 2].map((n) => semaphore.run(async () => void begun.push(n), n === 1 ? giveUp.signal : undefined)),
  ];
  gate.resolve();
  // After the place is handed on, before the one it is handed to goes on.
  queueMicrotask(() => {
    giveUp.abort();
  });
  await Promise.race([Promise.all(runs), setImmediate()]);
  t.same(begun, [1, 2]);
});
