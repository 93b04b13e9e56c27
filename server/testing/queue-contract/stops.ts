import type { Test } from 'tap';
import { JobRejected } from '../../queue/port.ts';
import { until } from '../until.ts';
import { aborted, type CountJob, counts, type CreateQueueFixture, enqueue, gate, leaseMs, openTwo } from './fixture.ts';

/** What becomes of the jobs in hand when a worker stops. */
export function stopsContract(t: Test, createFixture: CreateQueueFixture): void {
  t.test('a stop lets the jobs in hand end and takes no more', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const proceed = gate();
    const begun: number[] = [];
    let aborts = 0;
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, async (job) => {
      job.signal.addEventListener('abort', () => {
        aborts++;
      });
      begun.push(job.payload.chunk);
      await proceed.opened;
    });
    await enqueue(one, 1);
    await until('it runs', () => begun.length === 1);
    await enqueue(one, 2);
    let stopped = false;
    const stopping = worker.stop().then(() => {
      stopped = true;
    });
    await enqueue(one, 3);
    t.strictSame([stopped, await counts(one)], [false, [2, 1, 0]]);
    proceed.open();
    await stopping;
    t.strictSame([begun, aborts, await counts(one)], [[1], 0, [2, 0, 0]]);
    await worker.stop();
  });

  t.test('a forced stop aborts and hands back, uncounted', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const signals: AbortSignal[] = [];
    const announced: unknown[] = [];
    const onFailed = (job: CountJob) => {
      announced.push(job);
      return Promise.resolve();
    };
    const worker = one.work('test.count', { concurrency: 2, leaseMs, onFailed }, async (job) => {
      signals.push(job.signal);
      // One ends with the reason, as it should; the other takes the abort for its end.
      await aborted(job.signal).catch((error: unknown) => {
        if (job.payload.chunk === 1) throw error;
      });
    });
    await enqueue(one, 1, { maxAttempts: 1 });
    await enqueue(one, 2, { maxAttempts: 1 });
    await until('both run', () => signals.length === 2);
    const draining = worker.stop();
    t.notOk(
      signals.some((signal) => signal.aborted),
      'a first stop waits',
    );
    await Promise.all([worker.stop({ force: true }), draining]);
    t.ok(
      signals.every((signal) => signal.aborted && signal.reason instanceof Error),
      'a second one forces',
    );
    t.strictSame([await counts(two), announced], [[2, 0, 0], []]);
    const attempts: number[] = [];
    const next = two.work('test.count', { concurrency: 2, leaseMs }, (job) => {
      attempts.push(job.attempt);
      return Promise.resolve();
    });
    await until('both are done', async () => (await counts(one)).join() === '0,0,0');
    await next.stop();
    t.strictSame(attempts, [1, 1]);
  });

  t.test('what fails while its worker stops is handed back, uncounted; a rejection stands', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const proceed = gate();
    let running = 0;
    const announced: number[] = [];
    const onFailed = (job: CountJob) => {
      announced.push(job.payload.chunk);
      return Promise.resolve();
    };
    const worker = one.work('test.count', { concurrency: 2, leaseMs, onFailed }, async (job) => {
      running++;
      await proceed.opened;
      throw job.payload.chunk === 1 ? new Error('its program got the same signal') : new JobRejected('hopeless');
    });
    await enqueue(one, 1, { maxAttempts: 1 });
    await enqueue(one, 2, { maxAttempts: 1 });
    await until('both run', () => running === 2);
    const stopping = worker.stop();
    proceed.open();
    await stopping;
    t.strictSame([await counts(one), announced], [[1, 0, 1], [2]]);
    const attempts: number[] = [];
    const next = one.work('test.count', { concurrency: 1, leaseMs }, (job) => {
      attempts.push(job.attempt);
      return Promise.resolve();
    });
    await until('it is done', async () => (await counts(one)).join() === '0,0,1');
    await next.stop();
    t.strictSame(attempts, [1]);
  });
}
