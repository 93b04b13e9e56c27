/**
 * A child process for the queue contract: one worker on `test.count`, one job at a time, whose handler
 * ends when the parent says `finish`. Reports `{ started }`, `{ aborted }` and `{ finished }` with the attempt.
 *
 *     working-process.ts <sqlite|postgres> <location> <leaseMs>
 */
import { once } from 'node:events';
import { pino } from 'pino';
import { DatabaseQueue } from '../queue/database.ts';
import type { TestJobs } from './queue-contract.ts';
import { openFixture } from './open-fixture.ts';

const opened = openFixture(process.argv[2], process.argv[3]);
const queue = new DatabaseQueue<TestJobs>({
  db: opened.db,
  logger: pino({ level: 'silent' }),
  pollMs: 20,
  retryBaseMs: 1,
});
queue.work('test.count', { concurrency: 1, leaseMs: Number(process.argv[4]) }, async (job) => {
  job.signal.addEventListener('abort', () => process.send?.({ aborted: job.attempt }));
  process.send?.({ started: job.attempt });
  // Deaf to the signal, as a handler stuck in a system call would be.
  await once(process, 'message');
  process.send?.({ finished: job.attempt });
});
// The channel to the parent keeps this process alive until it is killed.
process.on('message', () => undefined);
