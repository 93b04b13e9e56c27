import { fork } from 'node:child_process';
import path from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { Test } from 'tap';
import { BullmqQueue, type BullmqQueueOptions } from '../queue/bullmq.ts';
import { testJobNames, type QueueFixture, type TestJobs } from './queue-contract.ts';

const silent = pino({ level: 'silent' });

/** A queue of one process of an installation, and its connections. */
export interface OpenedQueue {
  readonly queue: BullmqQueue<TestJobs>;
  readonly commands: Redis;
  /** What the keys of the installation begin with. */
  readonly prefix: string;
  close(): Promise<void>;
}

/** Opens the queue as a server does, with connections like those of boot. */
export async function openBullmq(
  url: string,
  installation: string,
  options: Partial<BullmqQueueOptions> = {},
): Promise<OpenedQueue> {
  const opened: Redis[] = [];
  const connect = (patient: boolean): Redis => {
    const connection = new Redis(url, {
      lazyConnect: true,
      retryStrategy: () => 20,
      ...(patient
        ? { maxRetriesPerRequest: null }
        : { commandTimeout: 1000, enableOfflineQueue: false, autoResendUnfulfilledCommands: false }),
    });
    connection.on('error', () => undefined);
    opened.push(connection);
    return connection;
  };
  const commands = connect(false);
  await commands.connect();
  const prefix = `${installation}:`;
  const queue = new BullmqQueue<TestJobs>({
    commands,
    patient: () => connect(true),
    prefix,
    logger: silent,
    declared: testJobNames,
    pollMs: 200,
    retryBaseMs: 1,
    ...options,
  });
  return {
    queue,
    commands,
    prefix,
    async close() {
      await queue.close();
      for (const connection of opened) connection.disconnect();
    },
  };
}

/** The queue's contract on a Redis server, in an installation that nobody else has. */
export async function bullmqFixture(t: Test, url: string, installation: string): Promise<QueueFixture> {
  // The suite opens at most so many, at once.
  const opened = await Promise.all([0, 1].map(() => openBullmq(url, installation)));
  t.teardown(() => Promise.all(opened.map((one) => one.close())));
  let next = 0;
  return {
    open() {
      const one = opened[next++];
      if (!one) throw new Error('The suite opens more queues than this has');
      return one.queue;
    },
    fork: (leaseMs) =>
      fork(path.join(import.meta.dirname, 'working-process.ts'), ['redis', `${url} ${installation}`, String(leaseMs)]),
  };
}
