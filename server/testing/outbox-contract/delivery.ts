import { setImmediate as otherWork } from 'node:timers/promises';
import type { Test } from 'tap';
import { until } from '../until.ts';
import {
  change,
  inOrder,
  noting,
  numberOf,
  openTwo,
  testTables,
  untilHandled,
  type CreateOutboxFixture,
  type OpenOutbox,
} from './fixture.ts';

const effectsOf = async ({ db }: OpenOutbox): Promise<string[]> =>
  (await testTables(db).selectFrom('test_effects').select(['subject', 'number']).execute()).map(
    ({ subject, number }) => `${subject}${number}`,
  );

/** Who hears of what, how often, in which order. */
export function outboxDeliveryContract(t: Test, createFixture: CreateOutboxFixture): void {
  t.test(
    'each consumer hears of every event once, in the order of its subject, wherever it was recorded',
    async (t) => {
      const { one, two } = await openTwo(t, createFixture);
      const [first, second] = [noting('test.first'), noting('test.second')];
      await one.outbox.consume(first);
      await two.outbox.consume(second);
      await Promise.all(
        ['a', 'b', 'c'].flatMap((subject) => [one, two, one, two].map((opened) => change(opened, subject))),
      );
      for (const consumer of [first, second]) {
        await untilHandled(one, consumer.name);
        t.equal(consumer.notes.length, 12, consumer.name);
        t.ok(inOrder(consumer.notes), consumer.notes.join(' '));
      }
      t.strictSame(await one.outbox.counts(), {
        'test.first': { waiting: 0, setAside: 0 },
        'test.second': { waiting: 0, setAside: 0 },
      });
    },
  );

  t.test('an event says what it is, and only those who asked for its name hear of it', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const heard: unknown[] = [];
    await one.outbox.consume({
      name: 'test.ended',
      events: ['version.ended'],
      async deliver({ eventId, ...delivery }) {
        heard.push([typeof eventId, delivery]);
      },
    });
    const payload = { assetId: 'ü"\'🎬', versionId: 'version_1' };
    await one.db.transaction().execute(async (tx) => {
      await one.outbox.record(tx, 'version.queued', 'version_1', payload);
      await one.outbox.record(tx, 'version.ended', 'version_1', payload);
    });
    one.outbox.wake();
    await untilHandled(one, 'test.ended');
    t.strictSame(heard, [['string', { name: 'version.ended', subject: 'version_1', payload, attempt: 1 }]]);
  });

  t.test('what was rolled back tells nothing', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const consumer = noting('test.a');
    await one.outbox.consume(consumer);
    await t.rejects(change(one, 'a', () => Promise.reject(new Error('no'))));
    await change(one, 'a');
    await untilHandled(one, 'test.a');
    t.strictSame(consumer.notes, ['a1']);
  });

  t.test('what is recorded is kept for a consumer that is known and has no process', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    const consumer = noting('test.a');
    await change(one, 'a');
    await one.outbox.makeKnown(consumer);
    await one.outbox.makeKnown(consumer);
    await change(one, 'a');
    await change(one, 'a');
    t.strictSame(await two.outbox.counts(), { 'test.a': { waiting: 2, setAside: 0 } });
    await two.outbox.consume(consumer);
    await untilHandled(two, 'test.a');
    t.strictSame(consumer.notes, ['a2', 'a3'], 'from when it was made known');
  });

  t.test('what is applied and what marks it as done are one transaction', async (t) => {
    const { one } = await openTwo(t, createFixture);
    let tries = 0;
    await one.outbox.consume({
      name: 'test.apply',
      events: ['version.queued'],
      async apply(tx, delivery) {
        await testTables(tx)
          .insertInto('test_effects')
          .values({
            consumer: 'test.apply',
            event_id: delivery.eventId,
            subject: delivery.subject,
            number: numberOf(delivery),
          })
          .execute();
        if (++tries < 3) throw new Error('after the fact');
      },
    });
    await change(one, 'a');
    await untilHandled(one, 'test.apply');
    t.strictSame([tries, await effectsOf(one)], [3, ['a1']]);
  });

  t.test('two processes that both believe to have the lease apply an event once', async (t) => {
    const { one, two, fixture } = await openTwo(t, createFixture);
    const third = fixture.open({ alone: true });
    t.teardown(() => third.outbox.close());
    for (let number = 1; number <= 5; number++)
      for (const subject of 'abcdefgh') {
        if (number === 1 && subject === 'a') await one.outbox.makeKnown(noting('test.apply'));
        await change(one, subject);
      }
    let tries = 0;
    for (const { outbox } of [two, third])
      await outbox.consume({
        name: 'test.apply',
        events: ['version.queued'],
        async apply(tx, delivery) {
          tries++;
          await testTables(tx)
            .insertInto('test_effects')
            .values({
              consumer: 'test.apply',
              event_id: delivery.eventId,
              subject: delivery.subject,
              number: numberOf(delivery),
            })
            .execute();
        },
      });
    await untilHandled(one, 'test.apply');
    const effects = await effectsOf(one);
    t.equal(new Set(effects).size, 40);
    t.equal(effects.length, 40);
    t.equal(tries, 40, 'the second one does not even begin');
  });

  t.test('many subjects leave the thread to others between two deliveries', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const consumer = noting('test.a', { concurrency: 1 });
    await one.outbox.makeKnown(consumer);
    for (let subject = 0; subject < 100; subject++) await change(one, `s${subject}:`);
    await one.outbox.consume(consumer);
    let turns = 0;
    while (consumer.notes.length < 100) {
      await otherWork();
      turns++;
    }
    t.ok(turns >= 100, `${turns} turns`);
  });

  t.test('what everybody has handled is forgotten, what somebody waits for is not', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const consumer = noting('test.a', { fails: (note) => note === 'b1', maxAttempts: 1 });
    await one.outbox.consume(consumer);
    for (const subject of 'abc') await change(one, subject);
    await untilHandled(one, 'test.a');
    await until('the set-aside one is seen', async () => (await one.outbox.setAside(10)).length === 1);
    t.equal(await one.outbox.forgetHandled(), 2);
    t.equal(await one.outbox.forgetHandled(), 0);
    t.match(await one.outbox.setAside(10), [{ subject: 'b' }]);
  });
}
