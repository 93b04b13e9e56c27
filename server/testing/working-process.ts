/**
 * A child process for the queue contract: one worker on `test.count`, one job at a time, whose handler
 * ends when the parent says `finish`. Reports `{ started }`, `{ aborted }` and `{ finished }` with the attempt.
 *
 *     working-process.ts <sqlite|postgres> <location> <leaseMs>
 *     working-process.ts redis '<url> <installation>' <leaseMs>
 */
import { once } from 'node:events';
import { pino } from 'pino';
import { DatabaseQueue } from '../queue/database.ts';
import type { JobQueue } from '../queue/port.ts';
import { openBullmq } from './bullmq-queue.ts';
import type { TestJobs } from './queue-contract.ts';
import { openFixture } from './open-fixture.ts';

async function open(kind: string | undefined, location: string | undefined): Promise<JobQueue<TestJobs>> {
  if (kind === 'redis') {
    const [url = '', installation = ''] = location?.split(' ') ?? [];
    return (await openBullmq(url, installation)).queue;
  }
  const { db } = openFixture(kind, location);
  return new DatabaseQueue<TestJobs>({ db, logger: pino({ level: 'silent' }), pollMs: 20, retryBaseMs: 1 });
}

const queue = await open(process.argv[2], process.argv[3]);
queue.work('test.count', { concurrency: 1, leaseMs: Number(process.argv[4]) }, async (job) => {
  job.signal.addEventListener('abort', () => process.send?.({ aborted: job.attempt }));
  process.send?.({ started: job.attempt });
  // Deaf to the signal, as a handler stuck in a system call would be.
  await once(process, 'message');
  process.send?.({ finished: job.attempt });
});
// The channel to the parent keeps this process alive until it is killed.
process.on('message', () => undefined);
