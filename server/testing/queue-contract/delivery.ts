import type { Test } from 'tap';
import { JobRejected, lastPriority, type JobQueue } from '../../queue/port.ts';
import { until } from '../until.ts';
import {
  type CountJob,
  counts,
  type CreateQueueFixture,
  enqueue,
  gate,
  leaseMs,
  openTwo,
  testJobNames,
} from './fixture.ts';

/** Who gets which job, and when. */
export function deliveryContract(t: Test, createFixture: CreateQueueFixture): void {
  t.test('delivers what was enqueued, to a worker of its name', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    t.strictSame(Object.keys(await one.counts()).sort(), [...testJobNames].sort());
    await one.enqueue('test.say', { text: 'ü"\'🎬' });
    await enqueue(one, 7);
    t.strictSame(await counts(two), [1, 0, 0]);
    const jobs: unknown[] = [];
    const encoder = two.work('test.count', { concurrency: 1, leaseMs }, async (job) => {
      jobs.push([job.name, job.payload, job.attempt, job.maxAttempts, await counts(one)]);
    });
    const preparer = two.work('test.say', { concurrency: 1, leaseMs }, (job) => {
      jobs.push([job.name, job.payload]);
      return Promise.resolve();
    });
    await until(
      'both are done',
      async () => (await counts(one)).join() === '0,0,0' && (await counts(one, 'test.say')).join() === '0,0,0',
    );
    t.strictSame(
      jobs.sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      [
        ['test.count', { subject: 'one', chunk: 7 }, 1, 3, [0, 1, 0]],
        ['test.say', { text: 'ü"\'🎬' }],
      ],
      'each once; a running job counts as active, a finished one is gone',
    );
    await Promise.all([encoder.stop(), preparer.stop()]);
  });

  t.test('counts what there is, also under a name that nobody declared', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const other = one as unknown as JobQueue<{ readonly 'test.other': Record<string, never> }>;
    await other.enqueue('test.other', {});
    const none = { waiting: 0, active: 0, failed: 0 };
    t.strictSame(await one.counts(), { 'test.count': none, 'test.say': none, 'test.other': { ...none, waiting: 1 } });
  });

  t.test('lower priority first, then the oldest', async (t) => {
    const { one } = await openTwo(t, createFixture);
    await enqueue(one, 3);
    await enqueue(one, 4, { priority: 100 });
    await enqueue(one, 2, { priority: 5 });
    await enqueue(one, 1, { priority: 0 });
    await enqueue(one, 6, { priority: lastPriority });
    await enqueue(one, 5, { priority: 101 });
    const order: number[] = [];
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, (job) => {
      order.push(job.payload.chunk);
      return Promise.resolve();
    });
    await until('all are done', () => order.length === 6);
    await worker.stop();
    t.strictSame(order, [1, 2, 3, 4, 5, 6]);
  });

  t.test('one job of a key at a time', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    await Promise.all([1, 2, 3, 4].map((chunk) => enqueue(chunk % 2 ? one : two, chunk, { dedupeKey: 'k' })));
    await enqueue(one, 9, { dedupeKey: 'other' });
    await enqueue(one, 9);
    await enqueue(one, 9);
    t.strictSame(await counts(one), [4, 0, 0], 'one of the four, the other key, and two without any');
    const proceed = gate();
    let runs = 0;
    const worker = one.work('test.count', { concurrency: 4, leaseMs }, async () => {
      runs++;
      await proceed.opened;
    });
    await until('all run', () => runs === 4);
    await enqueue(two, 5, { dedupeKey: 'k' });
    t.strictSame(await counts(two), [0, 4, 0], 'nor while it runs');
    proceed.open();
    await until('all are done', async () => (await counts(one)).join() === '0,0,0');
    await enqueue(two, 6, { dedupeKey: 'k' });
    await until('it runs again', () => runs === 5);
    await worker.stop();
    const failing = one.work('test.count', { concurrency: 1, leaseMs }, () => Promise.reject(new JobRejected('no')));
    await enqueue(two, 7, { dedupeKey: 'k' });
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await failing.stop();
    await enqueue(two, 8, { dedupeKey: 'k' });
    t.strictSame(await counts(one), [1, 0, 1], 'a failed job does not block its key');
  });

  t.test('two processes share the work and never a job', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const total = 60;
    const runs = new Map<number, number>();
    const running = { one: 0, two: 0, most: 0 };
    const handle = (who: 'one' | 'two') => async (job: CountJob) => {
      runs.set(job.payload.chunk, (runs.get(job.payload.chunk) ?? 0) + 1);
      running.most = Math.max(running.most, ++running[who]);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      running[who]--;
    };
    const workers = [
      one.work('test.count', { concurrency: 3, leaseMs: 20_000 }, handle('one')),
      two.work('test.count', { concurrency: 3, leaseMs: 20_000 }, handle('two')),
    ];
    for (let chunk = 0; chunk < total; chunk++) await enqueue(chunk % 2 ? one : two, chunk);
    await until('all are done', async () => (await counts(one)).join() === '0,0,0');
    await Promise.all(workers.map((worker) => worker.stop()));
    t.equal(runs.size, total);
    t.ok(
      [...runs.values()].every((count) => count === 1),
      'each ran once',
    );
    t.ok(running.most <= 3, 'never more at a time than asked for');
  });

  t.test('a delayed job waits', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const enqueuedAt = Date.now();
    await enqueue(one, 1, { delayMs: 250 });
    t.strictSame(await counts(one), [1, 0, 0]);
    let startedAt = 0;
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, () => {
      startedAt = Date.now();
      return Promise.resolve();
    });
    await until('it ran', () => startedAt > 0);
    await worker.stop();
    t.ok(startedAt - enqueuedAt >= 250, `${startedAt - enqueuedAt} ms`);
  });

  t.test('tells which keys have no job', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    t.strictSame([...(await one.missing([]))], []);
    const keys = Array.from({ length: 450 }, (_, chunk) => `k:${chunk}`);
    for (const chunk of [3, 250, 449]) await enqueue(one, chunk, { dedupeKey: `k:${chunk}` });
    const missing = await two.missing([...keys, 'k:0']);
    t.equal(missing.size, 447, 'each once');
    t.notOk(
      ['k:3', 'k:250', 'k:449'].some((key) => missing.has(key)),
      'one that waits is there',
    );
    const proceed = gate();
    const worker = one.work('test.count', { concurrency: 3, leaseMs }, async (job) => {
      await proceed.opened;
      if (job.payload.chunk === 3) throw new JobRejected('no');
    });
    await until('all run', async () => (await counts(one)).join() === '0,3,0');
    t.strictSame([...(await two.missing(['k:3', 'k:4', 'k:250']))], ['k:4'], 'so is one that runs');
    proceed.open();
    await until('all ended', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    t.strictSame([...(await two.missing(['k:3', 'k:250']))], ['k:3', 'k:250'], 'one that is done or failed is not');
  });

  t.test('failed jobs are forgotten when they are old, others never', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, () => Promise.reject(new JobRejected('no')));
    await enqueue(one, 1);
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    await enqueue(one, 2);
    t.equal(await one.forgetFailed(3_600_000), 0);
    t.equal(await one.forgetFailed(-1000), 1, 'as if seen a second later');
    t.strictSame(await counts(one), [1, 0, 0]);
  });

  t.test('a closed queue takes nothing, and wrong options are refused', async (t) => {
    const fixture = await createFixture(t);
    const queue = fixture.open();
    const handler = () => Promise.resolve();
    await t.rejects(enqueue(queue, 1, { delayMs: -1 }), RangeError);
    await t.rejects(enqueue(queue, 1, { maxAttempts: 0 }), RangeError);
    for (const priority of [1.5, -1, lastPriority + 1, Number.NaN])
      await t.rejects(enqueue(queue, 1, { priority }), RangeError);
    t.throws(() => queue.work('test.say', { concurrency: 0, leaseMs }, handler), RangeError);
    t.throws(() => queue.work('test.say', { concurrency: 1, leaseMs: 0 }, handler), RangeError);
    t.strictSame(await counts(queue), [0, 0, 0]);
    await queue.close();
    await queue.close();
    await t.rejects(enqueue(queue, 1));
    t.throws(() => queue.work('test.say', { concurrency: 1, leaseMs }, handler));
  });
}
