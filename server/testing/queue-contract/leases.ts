import type { Test } from 'tap';
import { until } from '../until.ts';
import { type CountJob, counts, type CreateQueueFixture, enqueue, gate, leaseMs, openTwo, watch } from './fixture.ts';

/** Who holds a job while its worker lives, dies, or was away. */
export function leasesContract(t: Test, createFixture: CreateQueueFixture): void {
  t.test('heartbeats keep a job that takes longer than the lease', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    let runs = 0;
    const proceed = gate();
    const handler = async () => {
      runs++;
      await proceed.opened;
    };
    const workers = [one, two].map((queue) => queue.work('test.count', { concurrency: 1, leaseMs }, handler));
    await enqueue(one, 1);
    await until('it runs', () => runs > 0);
    const begun = performance.now();
    await until('a lease and a half has passed', () => performance.now() - begun > leaseMs * 1.5, { everyMs: 50 });
    t.strictSame([runs, await counts(one)], [1, [0, 1, 0]]);
    proceed.open();
    await until('it is done', async () => (await counts(one)).join() === '0,0,0');
    await Promise.all(workers.map((worker) => worker.stop()));
    t.equal(runs, 1);
  });

  t.test('the job of a killed worker goes to another, after its lease', async (t) => {
    const { one, fixture } = await openTwo(t, createFixture);
    const child = watch(t, fixture.fork(leaseMs));
    await enqueue(one, 1);
    await until('the child works', () => child.reports.some((report) => report.started === 1));
    let attempt = 0;
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, (job) => {
      attempt = job.attempt;
      return Promise.resolve();
    });
    await enqueue(one, 2);
    await until('the second job is done', async () => (await counts(one)).join() === '0,1,0');
    t.equal(attempt, 1, 'the first one is not taken from a living worker');
    attempt = 0;
    const killedAt = performance.now();
    await child.kill();
    await until('it is done here', async () => attempt > 0 && (await counts(one)).join() === '0,0,0');
    t.equal(attempt, 2, "the dead worker's try counts");
    t.ok(performance.now() - killedAt > 200, 'not before the lease ended');
    await worker.stop();
  });

  t.test('a job whose every worker dies fails like any other', async (t) => {
    const { one, fixture } = await openTwo(t, createFixture);
    const child = watch(t, fixture.fork(leaseMs));
    await enqueue(one, 1, { maxAttempts: 1 });
    await until('the child works', () => child.reports.length > 0);
    await child.kill();
    let tries = 0;
    const announced: unknown[] = [];
    const onFailed = (job: CountJob, error: Error) => {
      announced.push([job.payload.chunk, job.attempt, error.message]);
      return Promise.resolve();
    };
    const worker = one.work('test.count', { concurrency: 1, leaseMs, onFailed }, () => {
      tries++;
      return Promise.resolve();
    });
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    t.equal(tries, 0, 'it is not tried again');
    t.match(announced, [[1, 1, /died/]]);
  });

  t.test('a worker that was away too long has lost the job, and its result', async (t) => {
    const { one, fixture } = await openTwo(t, createFixture);
    const child = watch(t, fixture.fork(1000));
    await enqueue(one, 1);
    await until('the child works', () => child.reports.length > 0);
    child.signal('SIGSTOP'); // as if its machine slept
    const proceed = gate();
    let attempt = 0;
    const worker = one.work('test.count', { concurrency: 1, leaseMs: 20_000 }, async (job) => {
      attempt = job.attempt;
      await proceed.opened;
    });
    await until('it runs here', () => attempt === 2);
    child.signal('SIGCONT');
    await until('the child was told', () => child.reports.some((report) => report.aborted === 1));
    child.finish();
    await until('the child is through', () => child.reports.some((report) => report.finished === 1));
    // It takes the next job only after it has dealt with the first.
    await enqueue(one, 2);
    await until('the child goes on', () => child.reports.filter((report) => report.started).length === 2);
    t.strictSame(await counts(one), [0, 2, 0], 'the job is still in hand here: the late result did not end it');
    await child.kill();
    proceed.open();
    await worker.stop();
    const [waiting = 0, active = 0] = await counts(one);
    t.equal(waiting + active, 1, "done here, and gone; the second one is the dead worker's, or free by now");
  });
}
