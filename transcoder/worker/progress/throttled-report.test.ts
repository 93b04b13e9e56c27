import t from 'tap';
import { ThrottledReport } from './throttled-report.ts';

t.test('many reports become few, and the latest of them is sent', async (t) => {
  const sent: number[] = [];
  const first = Promise.withResolvers<void>();
  const report = new ThrottledReport<number>(1, async (value) => {
    sent.push(value);
    first.resolve();
  });
  for (let value = 1; value <= 1000; value++) report.report(value);
  await first.promise;
  t.same(sent, [1000]);
  await report.close();
  report.report(1001);
  t.same(sent, [1000], 'nothing after the end');
});

t.test('a report that cannot be sent stops nothing', async (t) => {
  const tries: number[] = [];
  const second = Promise.withResolvers<void>();
  const report = new ThrottledReport<number>(1, async (value) => {
    tries.push(value);
    if (value === 2) second.resolve();
    throw new Error('the database is gone');
  });
  report.report(1);
  while (tries.length === 0)
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  report.report(2);
  await second.promise;
  await report.close();
  t.same(tries, [1, 2]);
});
