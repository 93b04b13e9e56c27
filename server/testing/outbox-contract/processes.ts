import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { until } from '../until.ts';
import {
  change,
  inOrder,
  isHandled,
  noting,
  openTwo,
  testTables,
  untilHandled,
  type CreateOutboxFixture,
} from './fixture.ts';

/** Several processes, and those that end. */
export function outboxProcessesContract(t: Test, createFixture: CreateOutboxFixture): void {
  t.test('one process delivers at a time; when it stops, another takes over', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const [here, there] = [noting('test.a'), noting('test.a')];
    const stop = await one.outbox.consume(here);
    await change(one, 'a');
    await until('the first has it', () => here.notes.length === 1);
    await two.outbox.consume(there);
    for (let number = 2; number <= 10; number++) await change(two, 'a');
    await untilHandled(one, 'test.a');
    t.equal(there.notes.length, 0);
    await stop();
    for (let number = 11; number <= 20; number++) await change(one, 'a');
    await untilHandled(one, 'test.a');
    t.equal(here.notes.length, 10);
    t.ok(inOrder([...here.notes, ...there.notes]));
  });

  t.test('a stop waits for the delivery in hand; a forced one aborts it, and the try does not count', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const attempts: number[] = [];
    const held = Promise.withResolvers<void>();
    const consumer = {
      name: 'test.a',
      events: ['version.queued'],
      async deliver({ attempt }: { readonly attempt: number }, signal: AbortSignal) {
        attempts.push(attempt);
        await Promise.race([held.promise, once(signal, 'abort')]);
        signal.throwIfAborted();
      },
    } as const;
    const stopOne = await one.outbox.consume(consumer);
    await change(one, 'a');
    await until('it is in hand', () => attempts.length === 1);
    await stopOne({ force: true });
    const stopTwo = await two.outbox.consume(consumer);
    await until('it is in other hands', () => attempts.length === 2);
    t.strictSame(attempts, [1, 1]);
    const stopped = stopTwo();
    held.resolve();
    await stopped;
    t.ok(await isHandled(one, 'test.a'));
  });

  t.test('a closed outbox delivers nothing any more', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const consumer = noting('test.a');
    await one.outbox.consume(consumer);
    await one.outbox.close();
    await one.outbox.close();
    await change(two, 'a');
    await t.rejects(one.outbox.consume(consumer));
    await delay(50);
    t.strictSame(consumer.notes, []);
    await two.outbox.consume(consumer);
    await untilHandled(two, 'test.a');
  });

  t.test('processes that are killed again and again lose nothing and do nothing twice in effect', async (t) => {
    const { one, fixture } = await openTwo(t, createFixture);
    const consumers = ['test.apply', 'test.deliver'];
    for (const name of consumers) await one.outbox.makeKnown({ name, events: ['version.queued'] });
    const subjects = ['a', 'b', 'c', 'd', 'e'];
    let recorded = 0;
    const record = async () => {
      for (const subject of subjects) {
        await change(one, subject);
        recorded++;
      }
    };
    const effects = () => testTables(one.db).selectFrom('test_effects').selectAll().orderBy('id').execute();
    for (let round = 0; round < 8; round++) {
      await record();
      const child = fixture.fork();
      const ended = once(child, 'exit');
      const goal = (await effects()).length + 1 + round;
      try {
        await until(
          'the child has done something',
          async () => {
            await record();
            return (await effects()).length >= goal;
          },
          { everyMs: 10 },
        );
      } finally {
        child.kill('SIGKILL');
        await ended;
      }
    }
    const last = fixture.fork();
    try {
      for (const name of consumers) await untilHandled(one, name);
    } finally {
      const ended = once(last, 'exit');
      last.kill('SIGKILL');
      await ended;
    }
    const done = await effects();
    for (const name of consumers) {
      const its = done.filter(({ consumer }) => consumer === name);
      t.equal(new Set(its.map(({ event_id: id }) => id)).size, recorded, `${name}: nothing lost`);
      t.equal(its.length, recorded, `${name}: nothing twice`);
      t.ok(
        subjects.every((subject) =>
          its.filter((effect) => effect.subject === subject).every(({ number }, at) => number === at + 1),
        ),
        `${name}: in the order of each subject`,
      );
    }
    t.strictSame(await one.outbox.setAside(10), []);
  });
}
