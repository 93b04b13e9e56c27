import { once } from 'node:events';
import type { Test } from 'tap';
import { until } from '../until.ts';
import { change, noting, openTwo, untilHandled, type CreateOutboxFixture } from './fixture.ts';

/** What becomes of an event that a consumer cannot handle. */
export function outboxFailuresContract(t: Test, createFixture: CreateOutboxFixture): void {
  t.test('a subject waits for its event that rests, other subjects go on', async (t) => {
    const { one } = await openTwo(t, createFixture);
    let isAway = true;
    const consumer = noting('test.a', { fails: (note) => isAway && note.startsWith('a'), maxAttempts: 1000 });
    await one.outbox.consume(consumer);
    for (const subject of ['a', 'a', 'b', 'b', 'a']) await change(one, subject);
    await until('the other subject is through', () => consumer.notes.includes('b2'));
    t.strictSame(consumer.notes, ['b1', 'b2']);
    t.ok(await one.outbox.isOpen('a'));
    t.match(await one.outbox.counts(), { 'test.a': { waiting: 3 } });
    isAway = false;
    await untilHandled(one, 'test.a');
    t.strictSame(consumer.notes, ['b1', 'b2', 'a1', 'a2', 'a3']);
    t.notOk(await one.outbox.isOpen('a'));
  });

  t.test('after the last try an event is set aside and shown, and its subject goes on', async (t) => {
    const { one, two } = await openTwo(t, createFixture);
    let isPoison = true;
    const tries: number[] = [];
    const consumer = noting('test.a', {
      maxAttempts: 3,
      fails(note, attempt) {
        if (note !== 'a1' || !isPoison) return false;
        tries.push(attempt);
        return true;
      },
    });
    const recordedAfter = Date.now() - 1000;
    await one.outbox.consume(consumer);
    for (const subject of ['a', 'a', 'b']) await change(one, subject);
    await until('the subject goes on', () => consumer.notes.includes('a2'));
    t.strictSame(tries, [1, 2, 3]);
    const [poison, ...others] = await two.outbox.setAside(10);
    t.strictSame(others, []);
    t.match(poison, {
      consumer: 'test.a',
      name: 'version.queued',
      subject: 'a',
      attempts: 3,
      error: 'not a1',
      eventId: /^\d+$/,
    });
    t.ok((poison?.recordedAt ?? 0) > recordedAfter);
    t.strictSame(await two.outbox.counts(), { 'test.a': { waiting: 0, setAside: 1 } });
    t.ok(await two.outbox.isOpen('a'), 'also what was set aside');
    t.notOk(await two.outbox.isOpen('b'));
    t.strictSame(await two.outbox.setAside(0), []);

    isPoison = false;
    const eventId = poison?.eventId ?? '';
    t.notOk(await two.outbox.tryAgain(eventId, 'test.b'), 'another consumer has not set it aside');
    t.notOk(await two.outbox.tryAgain('12345', 'test.a'));
    t.notOk(await two.outbox.tryAgain('x', 'test.a'));
    t.ok(await two.outbox.tryAgain(eventId, 'test.a'));
    await untilHandled(one, 'test.a');
    t.strictSame(consumer.notes.at(-1), 'a1');
    t.strictSame(await two.outbox.setAside(10), []);
    t.notOk(await two.outbox.tryAgain(eventId, 'test.a'), 'once');
  });

  t.test('one that ends the process at each try is set aside as well', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const consumer = noting('test.a', { maxAttempts: 2 });
    await one.outbox.makeKnown(consumer);
    await change(one, 'a');
    await change(one, 'a');
    const first = await one.db.selectFrom('outbox_events').select('id').orderBy('id').executeTakeFirstOrThrow();
    // As two killed processes left it.
    await one.db.updateTable('outbox_deliveries').set({ attempts: 2 }).where('event_id', '=', first.id).execute();
    await one.outbox.consume(consumer);
    await untilHandled(one, 'test.a');
    t.strictSame(consumer.notes, ['a2']);
    t.match(await one.outbox.setAside(10), [{ error: /The process ended in each of 2 tries/ }]);
  });

  t.test('a delivery that takes too long is told so, and tried again', async (t) => {
    const { one } = await openTwo(t, createFixture);
    const attempts: number[] = [];
    await one.outbox.consume({
      name: 'test.slow',
      events: ['version.queued'],
      timeoutMs: 30,
      async deliver({ attempt }, signal) {
        attempts.push(attempt);
        if (attempt === 1) {
          await once(signal, 'abort');
          signal.throwIfAborted();
        }
      },
    });
    await change(one, 'a');
    await untilHandled(one, 'test.slow');
    t.strictSame(attempts, [1, 2]);
  });
}
