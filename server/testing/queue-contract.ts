import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';
import { JobPostponed, JobRejected, jobNames, type ActiveJob, type JobName, type JobQueue } from '../queue/port.ts';
import { until } from './until.ts';

/** An empty queue that several processes can open. Jobs are tried again and seen by others within some 50 ms. */
export interface QueueFixture {
  /** The queue as another process would open it; the suite closes it. */
  open(): JobQueue;
  /** Starts `working-process.ts` on it. */
  fork(leaseMs: number): ChildProcess;
}

const leaseMs = 2000;
type Encode = ActiveJob<'version.encode-video'>;

/** A promise to be settled from outside: the moment a test lets a handler go on. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Rejects with the signal's reason when it aborts: what a well-behaved handler waits for. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error); }, { once: true }); });
}

/** A forked worker, with what it reported so far. */
function watch(t: Test, child: ChildProcess): { readonly reports: Record<string, number>[]; kill(): Promise<void>; signal(name: NodeJS.Signals): void; finish(): void } {
  const reports: Record<string, number>[] = [];
  child.on('message', (message) => { reports.push(message as Record<string, number>); });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  t.teardown(kill);
  return { reports, kill, signal: (name) => { child.kill(name); }, finish: () => { child.send('finish'); } };
}

/** What every job queue promises. `createFixture` makes an empty queue for each test. */
export function queueContract(t: Test, createFixture: (t: Test) => Promise<QueueFixture>): void {
  const openTwo = async (t: Test): Promise<{ one: JobQueue; two: JobQueue; fixture: QueueFixture }> => {
    const fixture = await createFixture(t);
    const [one, two] = [fixture.open(), fixture.open()];
    t.teardown(() => Promise.all([one.close(), two.close()]));
    return { one, two, fixture };
  };
  const counts = async (queue: JobQueue, name: JobName = 'version.encode-video') => Object.values((await queue.counts())[name]);
  const enqueue = (queue: JobQueue, chunk: number, options?: Parameters<JobQueue['enqueue']>[2]) =>
    queue.enqueue('version.encode-video', { versionId: 'version_1', chunk }, options);

  t.test('delivers what was enqueued, to a worker of its name', async (t) => {
    const { one, two } = await openTwo(t);
    t.strictSame(Object.keys(await one.counts()).sort(), [...jobNames].sort());
    await one.enqueue('version.prepare', { versionId: 'version_ü"\'🎬' });
    await enqueue(one, 7);
    t.strictSame(await counts(two), [1, 0, 0]);
    const jobs: unknown[] = [];
    const encoder = two.work('version.encode-video', { concurrency: 1, leaseMs }, async (job) => {
      jobs.push([job.name, job.payload, job.attempt, job.maxAttempts, await counts(one)]);
    });
    const preparer = two.work('version.prepare', { concurrency: 1, leaseMs }, (job) => {
      jobs.push([job.name, job.payload]);
      return Promise.resolve();
    });
    await until('both are done', async () => (await counts(one)).join() === '0,0,0' && (await counts(one, 'version.prepare')).join() === '0,0,0');
    t.strictSame(jobs.sort((a, b) => (String(a) < String(b) ? -1 : 1)), [
      ['version.encode-video', { versionId: 'version_1', chunk: 7 }, 1, 3, [0, 1, 0]],
      ['version.prepare', { versionId: 'version_ü"\'🎬' }],
    ], 'each once; a running job counts as active, a finished one is gone');
    await Promise.all([encoder.stop(), preparer.stop()]);
  });

  t.test('lower priority first, then the oldest', async (t) => {
    const { one } = await openTwo(t);
    await enqueue(one, 3);
    await enqueue(one, 4, { priority: 100 });
    await enqueue(one, 2, { priority: 5 });
    await enqueue(one, 1, { priority: 0 });
    await enqueue(one, 5, { priority: 101 });
    const order: number[] = [];
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs }, (job) => {
      order.push(job.payload.chunk);
      return Promise.resolve();
    });
    await until('all are done', () => order.length === 5);
    await worker.stop();
    t.strictSame(order, [1, 2, 3, 4, 5]);
  });

  t.test('one job of a key at a time', async (t) => {
    const { one, two } = await openTwo(t);
    await Promise.all([1, 2, 3, 4].map((chunk) => enqueue(chunk % 2 ? one : two, chunk, { dedupeKey: 'k' })));
    await enqueue(one, 9, { dedupeKey: 'other' });
    await enqueue(one, 9);
    await enqueue(one, 9);
    t.strictSame(await counts(one), [4, 0, 0], 'one of the four, the other key, and two without any');
    const proceed = gate();
    let runs = 0;
    const worker = one.work('version.encode-video', { concurrency: 4, leaseMs }, async () => {
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
    const failing = one.work('version.encode-video', { concurrency: 1, leaseMs }, () => Promise.reject(new JobRejected('no')));
    await enqueue(two, 7, { dedupeKey: 'k' });
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await failing.stop();
    await enqueue(two, 8, { dedupeKey: 'k' });
    t.strictSame(await counts(one), [1, 0, 1], 'a failed job does not block its key');
  });

  t.test('two processes share the work and never a job', async (t) => {
    const { one, two } = await openTwo(t);
    const total = 60;
    const runs = new Map<number, number>();
    const running = { one: 0, two: 0, most: 0 };
    const handle = (who: 'one' | 'two') => async (job: Encode) => {
      runs.set(job.payload.chunk, (runs.get(job.payload.chunk) ?? 0) + 1);
      running.most = Math.max(running.most, ++running[who]);
      await new Promise((resolve) => { setImmediate(resolve); });
      running[who]--;
    };
    const workers = [
      one.work('version.encode-video', { concurrency: 3, leaseMs: 20_000 }, handle('one')),
      two.work('version.encode-video', { concurrency: 3, leaseMs: 20_000 }, handle('two')),
    ];
    for (let chunk = 0; chunk < total; chunk++) await enqueue(chunk % 2 ? one : two, chunk);
    await until('all are done', async () => (await counts(one)).join() === '0,0,0');
    await Promise.all(workers.map((worker) => worker.stop()));
    t.equal(runs.size, total);
    t.ok([...runs.values()].every((count) => count === 1), 'each ran once');
    t.ok(running.most <= 3, 'never more at a time than asked for');
  });

  t.test('a failed job is tried again', async (t) => {
    const { one } = await openTwo(t);
    const attempts: number[] = [];
    let failed = 0;
    const onFailed = () => { failed++; return Promise.resolve(); };
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs, onFailed }, (job) => {
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
    const { one } = await openTwo(t);
    const tries: number[] = [];
    const announced: unknown[] = [];
    const worker = one.work('version.encode-video', {
      concurrency: 2, leaseMs,
      onFailed: async (job, error) => { announced.push([job.payload.chunk, job.attempt, error.name, error.message, await counts(one)]); },
    }, (job) => {
      tries.push(job.payload.chunk);
      return Promise.reject(job.payload.chunk === 1 ? new Error(`try ${job.attempt}`) : new JobRejected('hopeless'));
    });
    await enqueue(one, 1, { maxAttempts: 2 });
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await enqueue(one, 2);
    await until('both failed', async () => (await counts(one)).join() === '0,0,2');
    await worker.stop();
    t.strictSame(tries, [1, 1, 2]);
    t.strictSame(announced, [
      [1, 2, 'Error', 'try 2', [0, 1, 0]],
      [2, 1, 'JobRejected', 'hopeless', [0, 1, 1]],
    ], 'while the job is still held');
  });

  t.test('a job that is postponed waits, and no try is lost', async (t) => {
    const { one } = await openTwo(t);
    const tries: number[] = [];
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs }, (job) => {
      tries.push(job.attempt);
      return tries.length <= 3 ? Promise.reject(new JobPostponed('no space', 20)) : Promise.resolve();
    });
    await enqueue(one, 1, { maxAttempts: 2 });
    await until('it is done', async () => tries.length === 4 && (await counts(one)).join() === '0,0,0');
    await worker.stop();
    t.strictSame(tries, [1, 1, 1, 1]);
  });

  t.test('what is thrown need not be an Error', async (t) => {
    const { one } = await openTwo(t);
    const failures: Error[] = [];
    const onFailed = (_: Encode, error: Error) => { failures.push(error); return Promise.resolve(); };
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the point of the test
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs, onFailed }, () => Promise.reject('a string'));
    await enqueue(one, 1, { maxAttempts: 1 });
    await until('it failed', () => failures.length === 1);
    await worker.stop();
    t.match(failures[0], { message: /a string/, cause: 'a string' });
  });

  t.test('an announcement that fails is made again', async (t) => {
    const { one } = await openTwo(t);
    const messages: string[] = [];
    let tries = 0;
    const onFailed = (_: Encode, error: Error) => messages.push(error.message) < 3 ? Promise.reject(new Error('cannot say it')) : Promise.resolve();
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs, onFailed }, () => {
      tries++;
      return Promise.reject(new JobRejected('hopeless'));
    });
    await enqueue(one, 1);
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    t.equal(tries, 1, 'the handler is not tried again');
    t.strictSame(messages, ['hopeless', 'hopeless', 'hopeless']);
  });

  t.test('a delayed job waits', async (t) => {
    const { one } = await openTwo(t);
    const enqueuedAt = Date.now();
    await enqueue(one, 1, { delayMs: 250 });
    t.strictSame(await counts(one), [1, 0, 0]);
    let startedAt = 0;
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs }, () => {
      startedAt = Date.now();
      return Promise.resolve();
    });
    await until('it ran', () => startedAt > 0);
    await worker.stop();
    t.ok(startedAt - enqueuedAt >= 250, `${startedAt - enqueuedAt} ms`);
  });

  t.test('heartbeats keep a job that takes longer than the lease', async (t) => {
    const { one, two } = await openTwo(t);
    let runs = 0;
    const proceed = gate();
    const handler = async () => {
      runs++;
      await proceed.opened;
    };
    const workers = [one, two].map((queue) => queue.work('version.encode-video', { concurrency: 1, leaseMs }, handler));
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
    const { one, fixture } = await openTwo(t);
    const child = watch(t, fixture.fork(leaseMs));
    await enqueue(one, 1);
    await until('the child works', () => child.reports.some((report) => report.started === 1));
    let attempt = 0;
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs }, (job) => {
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
    t.equal(attempt, 2, 'the dead worker\'s try counts');
    t.ok(performance.now() - killedAt > 200, 'not before the lease ended');
    await worker.stop();
  });

  t.test('a job whose every worker dies fails like any other', async (t) => {
    const { one, fixture } = await openTwo(t);
    const child = watch(t, fixture.fork(leaseMs));
    await enqueue(one, 1, { maxAttempts: 1 });
    await until('the child works', () => child.reports.length > 0);
    await child.kill();
    let tries = 0;
    const announced: unknown[] = [];
    const onFailed = (job: Encode, error: Error) => { announced.push([job.payload.chunk, job.attempt, error.message]); return Promise.resolve(); };
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs, onFailed }, () => {
      tries++;
      return Promise.resolve();
    });
    await until('it failed', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    t.equal(tries, 0, 'it is not tried again');
    t.match(announced, [[1, 1, /died/]]);
  });

  t.test('a worker that was away too long has lost the job, and its result', async (t) => {
    const { one, fixture } = await openTwo(t);
    const child = watch(t, fixture.fork(1000));
    await enqueue(one, 1);
    await until('the child works', () => child.reports.length > 0);
    child.signal('SIGSTOP'); // as if its machine slept
    const proceed = gate();
    let attempt = 0;
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs: 20_000 }, async (job) => {
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
    t.strictSame((await counts(one))[0], 0);
  });

  t.test('a stop lets the jobs in hand end and takes no more', async (t) => {
    const { one } = await openTwo(t);
    const proceed = gate();
    const begun: number[] = [];
    let aborts = 0;
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs }, async (job) => {
      job.signal.addEventListener('abort', () => { aborts++; });
      begun.push(job.payload.chunk);
      await proceed.opened;
    });
    await enqueue(one, 1);
    await until('it runs', () => begun.length === 1);
    await enqueue(one, 2);
    let stopped = false;
    const stopping = worker.stop().then(() => { stopped = true; });
    await enqueue(one, 3);
    t.strictSame([stopped, await counts(one)], [false, [2, 1, 0]]);
    proceed.open();
    await stopping;
    t.strictSame([begun, aborts, await counts(one)], [[1], 0, [2, 0, 0]]);
    await worker.stop();
  });

  t.test('a forced stop aborts and hands back, uncounted', async (t) => {
    const { one, two } = await openTwo(t);
    const signals: AbortSignal[] = [];
    const announced: unknown[] = [];
    const onFailed = (job: Encode) => { announced.push(job); return Promise.resolve(); };
    const worker = one.work('version.encode-video', { concurrency: 2, leaseMs, onFailed }, async (job) => {
      signals.push(job.signal);
      // One ends with the reason, as it should; the other takes the abort for its end.
      await aborted(job.signal).catch((error: unknown) => { if (job.payload.chunk === 1) throw error; });
    });
    await enqueue(one, 1, { maxAttempts: 1 });
    await enqueue(one, 2, { maxAttempts: 1 });
    await until('both run', () => signals.length === 2);
    const draining = worker.stop();
    t.notOk(signals.some((signal) => signal.aborted), 'a first stop waits');
    await Promise.all([worker.stop({ force: true }), draining]);
    t.ok(signals.every((signal) => signal.aborted && signal.reason instanceof Error), 'a second one forces');
    t.strictSame([await counts(two), announced], [[2, 0, 0], []]);
    const attempts: number[] = [];
    const next = two.work('version.encode-video', { concurrency: 2, leaseMs }, (job) => {
      attempts.push(job.attempt);
      return Promise.resolve();
    });
    await until('both are done', async () => (await counts(one)).join() === '0,0,0');
    await next.stop();
    t.strictSame(attempts, [1, 1]);
  });

  t.test('what fails while its worker stops is handed back, uncounted; a rejection stands', async (t) => {
    const { one } = await openTwo(t);
    const proceed = gate();
    let running = 0;
    const announced: number[] = [];
    const onFailed = (job: Encode) => { announced.push(job.payload.chunk); return Promise.resolve(); };
    const worker = one.work('version.encode-video', { concurrency: 2, leaseMs, onFailed }, async (job) => {
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
    const next = one.work('version.encode-video', { concurrency: 1, leaseMs }, (job) => {
      attempts.push(job.attempt);
      return Promise.resolve();
    });
    await until('it is done', async () => (await counts(one)).join() === '0,0,1');
    await next.stop();
    t.strictSame(attempts, [1]);
  });

  t.test('tells which keys have no job', async (t) => {
    const { one, two } = await openTwo(t);
    t.strictSame([...await one.missing([])], []);
    const keys = Array.from({ length: 450 }, (_, chunk) => `k:${chunk}`);
    for (const chunk of [3, 250, 449]) await enqueue(one, chunk, { dedupeKey: `k:${chunk}` });
    const missing = await two.missing([...keys, 'k:0']);
    t.equal(missing.size, 447, 'each once');
    t.notOk(['k:3', 'k:250', 'k:449'].some((key) => missing.has(key)), 'one that waits is there');
    const proceed = gate();
    const worker = one.work('version.encode-video', { concurrency: 3, leaseMs }, async (job) => {
      await proceed.opened;
      if (job.payload.chunk === 3) throw new JobRejected('no');
    });
    await until('all run', async () => (await counts(one)).join() === '0,3,0');
    t.strictSame([...await two.missing(['k:3', 'k:4', 'k:250'])], ['k:4'], 'so is one that runs');
    proceed.open();
    await until('all ended', async () => (await counts(one)).join() === '0,0,1');
    await worker.stop();
    t.strictSame([...await two.missing(['k:3', 'k:250'])], ['k:3', 'k:250'], 'one that is done or failed is not');
  });

  t.test('failed jobs are forgotten when they are old, others never', async (t) => {
    const { one } = await openTwo(t);
    const worker = one.work('version.encode-video', { concurrency: 1, leaseMs }, () => Promise.reject(new JobRejected('no')));
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
    await t.rejects(enqueue(queue, 1, { priority: 1.5 }), RangeError);
    t.throws(() => queue.work('version.prepare', { concurrency: 0, leaseMs }, handler), RangeError);
    t.throws(() => queue.work('version.prepare', { concurrency: 1, leaseMs: 0 }, handler), RangeError);
    t.strictSame(await counts(queue), [0, 0, 0]);
    await queue.close();
    await queue.close();
    await t.rejects(enqueue(queue, 1));
    t.throws(() => queue.work('version.prepare', { concurrency: 1, leaseMs }, handler));
  });
}
