/**
 * A child process for the outbox contract, to be killed: consumes `version.queued` as `test.apply`, which writes its
 * effects in the transaction, and as `test.deliver`, which writes them by itself, keyed by the event.
 *
 *     relaying-process.ts <sqlite|postgres> <location>
 */
import { pino } from 'pino';
import { MemoryEvents } from '../events/memory.ts';
import { MemoryLimits } from '../limits/memory.ts';
import { DatabaseOutbox } from '../outbox/database.ts';
import type { Delivery } from '../outbox/port.ts';
import { openFixture } from './open-fixture.ts';
import { numberOf, testTables } from './outbox-contract/fixture.ts';

const { db } = openFixture(process.argv[2], process.argv[3]);
const logger = pino({ level: 'silent' });
const outbox = new DatabaseOutbox({
  db,
  leases: new MemoryLimits().leases,
  events: new MemoryEvents({ logger }),
  logger,
  pollMs: 10,
  retryBaseMs: 5,
});
const events = ['version.queued'] as const;
const effect = (consumer: string, delivery: Delivery<'version.queued'>) => ({
  consumer,
  event_id: delivery.eventId,
  subject: delivery.subject,
  number: numberOf(delivery),
});
await outbox.consume({
  name: 'test.apply',
  events,
  maxAttempts: 1000,
  async apply(tx, delivery) {
    await testTables(tx).insertInto('test_effects').values(effect('test.apply', delivery)).execute();
  },
});
await outbox.consume({
  name: 'test.deliver',
  events,
  maxAttempts: 1000,
  async deliver(delivery) {
    const isDone = await testTables(db)
      .selectFrom('test_effects')
      .select('event_id')
      .where('consumer', '=', 'test.deliver')
      .where('event_id', '=', delivery.eventId)
      .executeTakeFirst();
    if (!isDone) await testTables(db).insertInto('test_effects').values(effect('test.deliver', delivery)).execute();
  },
});
// The channel to the parent keeps this process alive until it is killed.
process.on('message', () => undefined);
