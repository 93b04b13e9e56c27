import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';
import type { JobName, JobQueue } from '../../queue/port.ts';

/** An empty queue that several processes can open. Jobs are tried again and seen by others within some 50 ms. */
export interface QueueFixture {
  /** The queue as another process would open it; the suite closes it. */
  open(): JobQueue;
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
): Promise<{ one: JobQueue; two: JobQueue; fixture: QueueFixture }> {
  const fixture = await createFixture(t);
  const [one, two] = [fixture.open(), fixture.open()];
  t.teardown(() => Promise.all([one.close(), two.close()]));
  return { one, two, fixture };
}

/** Waiting, active and failed jobs of a name. */
export async function counts(queue: JobQueue, name: JobName = 'version.encode-video'): Promise<number[]> {
  return Object.values((await queue.counts())[name]);
}

export async function enqueue(
  queue: JobQueue,
  chunk: number,
  options?: Parameters<JobQueue['enqueue']>[2],
): Promise<void> {
  await queue.enqueue('version.encode-video', { versionId: 'version_1', chunk }, options);
}
