import type { Test } from 'tap';
import { JobPostponed, JobRejected } from '../../queue/port.ts';
import { until } from '../until.ts';
import { type CountJob, counts, type CreateQueueFixture, enqueue, leaseMs, openTwo } from './fixture.ts';

/** What becomes of a job that fails or is put off. */
export function failuresContract(t: Test, createFixture: CreateQueueFixture): void {
  t.test('a failed job is tried again', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const attempts: number[] = [];
    let failed = 0;
    const onFailed = () => {
      failed++;
      return Promise.resolve();
    };
    const worker = one.work('test.count', { concurrency: 1, leaseMs, onFailed }, (job) => {
      attempts.push(job.attempt);
      return job.attempt < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await enqueue(one, 1);
    await until('it is done', async () => attempts.length === 3 && (await counts(one)).join() === '0,0,0');
    await worker.stop();
    t.strictSame(attempts, [1, 2, 3]);
    t.equal(failed, 0);
  });

  t.test('after the last try, and at once when rejected, the failure is announced once', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const tries: number[] = [];
    const announced: unknown[] = [];
    const worker = one.work(
      'test.count',
      {
        concurrency: 2,
        leaseMs,
        onFailed: async (job, error) => {
          announced.push([job.payload.chunk, job.attempt, error.name, error.message, await counts(one)]);
        },
      },
      (job) => {
        tries.push(job.payload.chunk);
        return Promise.reject(job.payload.chunk === 1 ? new Error(`try ${job.attempt}`) : new JobRejected('hopeless'));
      },
    );
    await enqueue(one, 1, { maxAttempts: 2 });
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await enqueue(one, 2);
    await until('both failed', async () => (await counts(one)).join() === '0,0,2');
    await worker.stop();
    t.strictSame(tries, [1, 1, 2]);
    t.strictSame(
      announced,
      [
        [1, 2, 'Error', 'try 2', [0, 1, 0]],
        [2, 1, 'JobRejected', 'hopeless', [0, 1, 1]],
      ],
      'while the job is still held',
    );
  });

  t.test('a job that is postponed waits, and no try is lost', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const tries: number[] = [];
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, (job) => {
      tries.push(job.attempt);
      return tries.length <= 3 ? Promise.reject(new JobPostponed('no space', 20)) : Promise.resolve();
    });
    await enqueue(one, 1, { maxAttempts: 2 });
    await until('it is done', async () => tries.length === 4 && (await counts(one)).join() === '0,0,0');
    await worker.stop();
    t.strictSame(tries, [1, 1, 1, 1]);
  });

  t.test('what is thrown need not be an Error', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const failures: Error[] = [];
    const onFailed = (_: CountJob, error: Error) => {
      failures.push(error);
      return Promise.resolve();
    };
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the point of the test
    const handler = () => Promise.reject('a string');
    const worker = one.work('test.count', { concurrency: 1, leaseMs, onFailed }, handler);
    await enqueue(one, 1, { maxAttempts: 1 });
    await until('it failed', () => failures.length === 1);
    await worker.stop();
    t.match(failures[0], { message: /a string/, cause: 'a string' });
  });

  t.test('an announcement that fails is made again', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const messages: string[] = [];
    let tries = 0;
    const onFailed = (_: CountJob, error: Error) =>
      messages.push(error.message) < 3 ? Promise.reject(new Error('cannot say it')) : Promise.resolve();
    const worker = one.work('test.count', { concurrency: 1, leaseMs, onFailed }, () => {
      tries++;
      return Promise.reject(new JobRejected('hopeless'));
    });
    await enqueue(one, 1);
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    t.equal(tries, 1, 'the handler is not tried again');
    t.strictSame(messages, ['hopeless', 'hopeless', 'hopeless']);
  });
}
