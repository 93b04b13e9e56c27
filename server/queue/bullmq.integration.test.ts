import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { bullmqFixture, openBullmq } from '../testing/bullmq-queue.ts';
import { counts, enqueue, gate } from '../testing/queue-contract/fixture.ts';
import { queueContract } from '../testing/queue-contract.ts';
import { startRedis } from '../testing/redis.ts';
import { until } from '../testing/until.ts';
import { takenBullmqJob } from './bullmq-job.ts';
import { Lanes } from './bullmq-lanes.ts';
import { bullmqConnection } from './bullmq-scripts.ts';
import type { BullmqQueueOptions } from './bullmq.ts';

const forever = 3_600_000;

t.test('on BullMQ', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  let installations = 0;
  const open = async (t: Test, options?: Partial<BullmqQueueOptions>, installation = `own${++installations}`) => {
    const opened = await openBullmq(server.url, installation, options);
    t.teardown(() => opened.close());
    return { ...opened, installation };
  };

  await t.test('contract', (t) => {
    queueContract(t, (t) => bullmqFixture(t, server.url, `suite${++installations}`));
    t.end();
  });

  await t.test(
    'a job is heard of by another process that waits, and starts when it is due, without any poll',
    async (t) => {
      const { queue: asks, installation } = await open(t);
      const { queue: works } = await open(t, { pollMs: forever }, installation);
      const done: number[] = [];
      works.work('test.count', { concurrency: 2, leaseMs: forever }, (job) => {
        done.push(job.payload.chunk);
        return job.payload.chunk === 3 && job.attempt === 1 ? Promise.reject(new Error('again')) : Promise.resolve();
      });
      await enqueue(asks, 1);
      await until('it is done', () => done.length === 1);
      await enqueue(asks, 2, { delayMs: 100 });
      await until('the delayed one too', () => done.length === 2);
      await enqueue(asks, 3);
      await until('and one that is tried again', () => done.length === 4);
    },
  );

  await t.test('late words of a lost job change nothing', async (t) => {
    const { queue, commands, prefix } = await open(t);
    await enqueue(queue, 1, { maxAttempts: 2 });
    const connection = bullmqConnection(commands);
    t.teardown(() => connection.close());
    const take = async (token: string, leaseMs: number) => {
      const lanes = new Lanes({ name: 'test.count', connection, prefix, leaseMs, checkMs: 1 });
      const taken = await until('it is free', async () => {
        await lanes.releaseStalled();
        const next = await lanes.take(token, new Set());
        return typeof next === 'number' ? undefined : next;
      });
      return takenBullmqJob({ ...taken, lanes, token, leaseUntil: 0 });
    };
    const late = await take('first', 1);
    const second = await take('second', forever);
    t.match([late.attempts, second.attempts, second.id], [1, 2, late.id]);
    const error = new Error('late');
    const words = async () => [
      await late.extend(forever),
      await late.complete(),
      await late.retry(0, error),
      await late.handBack(),
      await late.handBack({ runAt: 0, error }),
      await late.exhaust(error),
      await late.fail(error),
    ];
    const refused = Array.from({ length: 7 }, () => false);
    const job = () => commands.hgetall(`${prefix}jobs:test.count:${late.id}`);
    const before = await job();
    t.strictSame(await words(), refused, 'another worker has it');
    t.strictSame([await job(), await counts(queue)], [before, [0, 1, 0]]);
    t.ok(await second.complete());
    t.strictSame(await words(), refused, 'it is gone');
    t.strictSame([await job(), await counts(queue)], [{}, [0, 0, 0]]);
  });

  await t.test(
    'jobs of dead workers keep their place in their group, and places of groups hold for them',
    async (t) => {
      const { queue, commands, prefix } = await open(t);
      for (const chunk of [1, 2]) await enqueue(queue, chunk, { group: 'dead', priority: chunk });
      const connection = bullmqConnection(commands);
      t.teardown(() => connection.close());
      const lanes = new Lanes({ name: 'test.count', connection, prefix, leaseMs: 1, checkMs: 1 });
      for (const token of ['one', 'two']) await lanes.take(token, new Set());
      await until('both are free', async () => {
        await lanes.releaseStalled();
        return (await counts(queue)).join() === '2,0,0';
      });
      await enqueue(queue, 3, { group: 'dead', priority: 1 });
      await enqueue(queue, 4, { group: 'other' });
      const proceed = gate();
      const order: number[] = [];
      const worker = queue.work('test.count', { concurrency: 3, perGroup: 1, leaseMs: forever }, async (job) => {
        order.push(job.payload.chunk);
        await proceed.opened;
      });
      await until('each group has its place', () => order.length === 2);
      t.strictSame(
        [order, await counts(queue)],
        [
          [4, 1],
          [2, 2, 0],
        ],
        'the dead one had its turn already',
      );
      proceed.open();
      await until('all are done', () => order.length === 4);
      t.strictSame(order, [4, 1, 3, 2]);
      await worker.stop();
    },
  );

  await t.test('Redis goes away and comes back', async (t) => {
    const lines = new PassThrough();
    let log = '';
    lines.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const { queue } = await open(t, { pollMs: 50, logger: pino(lines) });
    const proceed = gate();
    const attempts: number[] = [];
    queue.work('test.count', { concurrency: 2, leaseMs: 60_000 }, async (job) => {
      attempts.push(job.attempt);
      if (job.payload.chunk === 1) await proceed.opened;
    });
    await enqueue(queue, 1, { dedupeKey: 'kept' });
    await until('it runs', () => attempts.length === 1);
    await server.kill();
    await until('the polls fail', () => log.includes('the queue on Redis cannot be read'));
    await t.rejects(enqueue(queue, 2), { message: /could not be added: Redis.*is away/ });
    await t.rejects(queue.counts());
    proceed.open();
    await until('its end cannot be written', () => log.includes('is not written yet'));
    await server.start();
    const seen = () => counts(queue).catch(() => []);
    await until('the finished job is gone', async () => (await seen())[1] === 0);
    await enqueue(queue, 2);
    await until('work goes on', () => attempts.length === 2);
    t.strictSame(attempts, [1, 1], 'the job in hand was not done twice');
    t.equal(log.split('the queue on Redis cannot be read').length, 2, 'an outage is told once');
    await until('its end is told', () => log.includes('can be read again'));
    t.notMatch(log, new URL(server.url).password);
  });

  await t.test('a Redis that hangs for longer than a lease aborts the job', async (t) => {
    const { queue } = await open(t);
    let reason: unknown;
    const worker = queue.work('test.count', { concurrency: 1, leaseMs: 500 }, async (job) => {
      server.freeze();
      await new Promise((resolve) => {
        job.signal.addEventListener('abort', resolve);
      });
      reason = job.signal.reason;
    });
    await enqueue(queue, 1);
    await until('it was aborted', () => reason);
    t.match(reason, { name: 'JobAborted', message: /before the lease ended/ });
    const stopping = worker.stop();
    server.thaw();
    await stopping;
    t.strictSame(await counts(queue), [0, 1, 0], "it is nobody's, and the next worker takes it");
  });

  await t.test(
    'a Redis without its data: the jobs in hand are lost, and those that are missing are told',
    async (t) => {
      const { queue } = await open(t, { pollMs: forever });
      let reason: unknown;
      const done: number[] = [];
      const worker = queue.work('test.count', { concurrency: 2, leaseMs: 1000 }, async (job) => {
        if (job.payload.chunk === 1 && !reason)
          await new Promise((resolve) => {
            job.signal.addEventListener('abort', resolve);
          });
        reason ??= job.signal.reason;
        done.push(job.payload.chunk);
      });
      await enqueue(queue, 1, { dedupeKey: 'one' });
      await enqueue(queue, 2, { dedupeKey: 'two', delayMs: forever });
      await until('it runs', async () => (await counts(queue)).join() === '1,1,0');
      await server.kill();
      await server.start({ withoutData: true });
      await until('it was aborted', () => reason);
      await until('Redis answers', () => counts(queue).catch(() => undefined));
      t.strictSame(await counts(queue), [0, 0, 0]);
      t.strictSame([...(await queue.missing(['one', 'two']))], ['one', 'two']);
      for (const chunk of [1, 2]) await enqueue(queue, chunk, { dedupeKey: `${chunk}` });
      await until('they are done', () => done.length === 3);
      await worker.stop();
      t.strictSame(await counts(queue), [0, 0, 0]);
    },
  );
});
