import type { Test } from 'tap';
import { until } from '../until.ts';
import { counts, type CountJob, type CreateQueueFixture, gate, leaseMs, openTwo, type TestJobs } from './fixture.ts';
import type { JobQueue } from '../../queue/port.ts';

async function add(queue: JobQueue<TestJobs>, group: string, jobs: number, priority = 100): Promise<void> {
  for (let chunk = 0; chunk < jobs; chunk++)
    await queue.enqueue('test.count', { subject: group, chunk }, { group, priority });
}

/** Who comes next when several want something: counted, never timed. */
export function groupsContract(t: Test, createFixture: CreateQueueFixture): void {
  t.test('groups take turns, whatever the number and the priority of their jobs', async (t) => {
    const { one } = await openTwo(t, createFixture);
    await add(one, 'a', 5, 0);
    await add(one, 'b', 3, 50);
    await add(one, 'c', 1);
    const order: string[] = [];
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, ({ payload }) => {
      order.push(payload.subject + payload.chunk);
      return Promise.resolve();
    });
    await until('all are done', () => order.length === 9);
    await worker.stop();
    t.strictSame(order, ['a0', 'b0', 'c0', 'a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
  });

  t.test('a place that becomes free goes to the group with the fewest jobs in hand, over all processes', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const started: string[] = [];
    const ends = new Map<string, () => void>();
    const handler = async ({ payload, id }: CountJob) => {
      const proceed = gate();
      started.push(payload.subject);
      ends.set(`${payload.subject} ${id}`, proceed.open);
      await proceed.opened;
    };
    /** Lets a job of a group end, and waits for the next one that begins. */
    const endOne = async (group: string) => {
      const before = started.length;
      const key = [...ends.keys()].find((each) => each.startsWith(`${group} `)) ?? '';
      ends.get(key)?.();
      ends.delete(key);
      await until('another begins', () => started.length > before);
      return started.at(-1);
    };
    await add(one, 'flood', 20);
    const workers = [one, two].map((queue) => queue.work('test.count', { concurrency: 2, leaseMs: 20_000 }, handler));
    await until('it has all places', () => started.length === 4);
    t.strictSame([...new Set(started)], ['flood']);
    await add(two, 'late', 3);
    t.equal(await endOne('flood'), 'late', 'the first place that becomes free');
    t.equal(await endOne('late'), 'late', 'and that place stays its own as long as it has something to do');
    t.equal(await endOne('late'), 'late');
    t.equal(await endOne('late'), 'flood', 'then it is free for all');
    await Promise.all(
      workers
        .map((worker) => worker.stop({ force: true }))
        .concat(
          [...ends.values()].map(async (end) => {
            end();
          }),
        ),
    );
  });

  t.test('with places of their own for each group, long jobs are never all that is in hand', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const proceed = gate();
    const started: string[] = [];
    await add(one, 'hostile-1', 5);
    await add(one, 'hostile-2', 5);
    const worker = one.work('test.count', { concurrency: 3, perGroup: 1, leaseMs: 20_000 }, async ({ payload }) => {
      started.push(payload.subject);
      if (payload.subject !== 'honest') await proceed.opened;
    });
    await until('each has one place', () => started.length === 2);
    t.strictSame(started, ['hostile-1', 'hostile-2']);
    await add(one, 'honest', 3);
    await until('all of the other one are done', async () => (await counts(one)).join() === '8,2,0');
    t.strictSame(started.slice(2), ['honest', 'honest', 'honest'], 'one after the other');
    proceed.open();
    await until('all are done', async () => (await counts(one)).join() === '0,0,0');
    await worker.stop();
    t.throws(() => one.work('test.say', { concurrency: 1, perGroup: 0, leaseMs }, () => Promise.resolve()), RangeError);
  });

  t.test('nobody starves beside two that never stop asking', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const order: string[] = [];
    await add(one, 'hostile-1', 10, 0);
    await add(one, 'hostile-2', 10, 0);
    await add(one, 'honest', 5, 1000);
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, async ({ payload: { subject } }) => {
      order.push(subject);
      // Never stopping is as long as it takes: a bound, so that the test ends where somebody starves.
      if (subject !== 'honest' && order.length < 60) await add(one, subject, 1, 0);
    });
    await until('all are done', async () => (await counts(one)).join() === '0,0,0');
    await worker.stop();
    t.equal(order.lastIndexOf('honest'), order.indexOf('honest') + 12, 'every third turn is its own');
  });

  t.test('turns of groups without a job are forgotten with the failed jobs', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const order: string[] = [];
    const worker = one.work('test.count', { concurrency: 1, leaseMs }, ({ payload }) => {
      order.push(payload.subject);
      return Promise.resolve();
    });
    await add(one, 'a', 1);
    await until('it is done', async () => (await counts(one)).join() === '0,0,0');
    t.equal(await one.forgetFailed(0), 0);
    await add(one, 'a', 1);
    await until('it comes again', () => order.length === 2);
    await worker.stop();
  });
}
