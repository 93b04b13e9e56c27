import os from 'node:os';
import t from 'tap';
import { until } from '../../../server/testing/until.ts';
import { countedShare, deadlineOf } from './examination-time.ts';

t.test('on a busy machine time counts as much less as there are programs that wait', async (t) => {
  t.equal(countedShare(0, 2), 1, 'nothing runs, or the system does not tell');
  t.equal(countedShare(2, 2), 1, 'each has a core');
  t.equal(countedShare(4, 2), 0.5);
  t.equal(countedShare(16, 2), 1 / 8);
  t.equal(countedShare(100, 2), 1 / 8, 'but it ends');
});

t.test('a deadline goes by that, and ends with what it is for', async (t) => {
  const { loadavg } = os;
  t.teardown(() => {
    os.loadavg = loadavg;
  });
  const lateAfter = async (load: number): Promise<number> => {
    os.loadavg = () => [load, load, load];
    const begun = performance.now();
    const late = deadlineOf(700, new AbortController().signal);
    await until('it is late', () => late.aborted);
    return performance.now() - begun;
  };
  t.ok((await lateAfter(0)) >= 699);
  t.ok((await lateAfter(2 * os.cpus().length)) >= 1399, 'twice as long where two want each core');

  const done = new AbortController();
  const ended = deadlineOf(30, done.signal);
  done.abort();
  const other = deadlineOf(60, new AbortController().signal);
  await until('the other one is late', () => other.aborted);
  t.notOk(ended.aborted);
});
