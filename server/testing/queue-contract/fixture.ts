import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';
import type { ActiveJob, EnqueueOptions, JobQueue } from '../../queue/port.ts';

/** The jobs of the suite: a queue knows no names but those it is given. */
export interface TestJobs {
  readonly 'test.count': { readonly subject: string; readonly chunk: number };
  readonly 'test.say': { readonly text: string };
}

/** What an adapter is told to declare, so that it counts it also while there is none. */
export const testJobNames: readonly (keyof TestJobs)[] = ['test.count', 'test.say'];

export type CountJob = ActiveJob<TestJobs['test.count'], 'test.count'>;

/** An empty queue that several processes can open. Jobs are tried again and seen by others within some 50 ms. */
export interface QueueFixture {
  /** The queue as another process would open it, told of `testJobNames`; the suite closes it. */
  open(): JobQueue<TestJobs>;
  /** Starts `working-process.ts` on it. */
  fork(leaseMs: number): ChildProcess;
}

export const leaseMs = 2000;

/** A promise to be settled from outside: the moment a test lets a handler go on. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Rejects with the signal's reason when it aborts: what a well-behaved handler waits for. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** A forked worker, with what it reported so far. */
export function watch(
  t: Test,
  child: ChildProcess,
): {
  readonly reports: Record<string, number>[];
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  finish(): void;
} {
  const reports: Record<string, number>[] = [];
  child.on('message', (message) => {
    reports.push(message as Record<string, number>);
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  t.teardown(kill);
  return {
    reports,
    kill,
    signal: (name) => {
      child.kill(name);
    },
    finish: () => {
      child.send('finish');
    },
  };
}

export type CreateQueueFixture = (t: Test) => Promise<QueueFixture>;

/** An empty queue as two processes see it, closed when the test ends. */
export async function openTwo(
  t: Test,
  createFixture: CreateQueueFixture,
): Promise<{ one: JobQueue<TestJobs>; two: JobQueue<TestJobs>; fixture: QueueFixture }> {
  const fixture = await createFixture(t);
  const [one, two] = [fixture.open(), fixture.open()];
  t.teardown(() => Promise.all([one.close(), two.close()]));
  return { one, two, fixture };
}

/** Waiting, active and failed jobs of a name. */
export async function counts(queue: JobQueue<TestJobs>, name = 'test.count'): Promise<number[]> {
  return Object.values((await queue.counts())[name] ?? {});
}

export async function enqueue(queue: JobQueue<TestJobs>, chunk: number, options?: EnqueueOptions): Promise<void> {
  await queue.enqueue('test.count', { subject: 'one', chunk }, options);
}
